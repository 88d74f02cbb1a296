// Which certificates and keys are refused, and with what words. Calls tls_context.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/tls_context.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "server/http/test_client.hpp"
#include "tests/support/temporary_directory.hpp"

namespace partner_center::http {
namespace {

namespace fs = std::filesystem;
using http::testing::certificates;

[[nodiscard]] std::string refusal_of(const fs::path& certificate, const fs::path& key) {
    try {
        static_cast<void>(load_tls_context({certificate, key, {}}));
    } catch (const tls_error& refused) {
        return refused.what();
    }
    return "it was accepted";
}

class TlsContext : public ::testing::Test {
protected:
    [[nodiscard]] fs::path file(const std::string& name, const std::string& text) const {
        const fs::path path = directory_ / name;
        std::ofstream{path} << text;
        fs::permissions(path, fs::perms{0600});
        return path;
    }

    [[nodiscard]] fs::path key_with_mode(unsigned mode) const {
        const fs::path path = directory_ / "key.pem";
        fs::copy_file(certificates().key, path, fs::copy_options::overwrite_existing);
        fs::permissions(path, fs::perms{mode});
        return path;
    }

    [[nodiscard]] fs::path encrypted_key() const {
        const fs::path path = file("encrypted.pem", "");
        const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{
            EVP_EC_gen("P-256"), EVP_PKEY_free};
        std::FILE* const out = std::fopen(path.c_str(), "w");
        char word[] = "word";
        PEM_write_PrivateKey(out, key.get(), EVP_aes_128_cbc(), nullptr, 0, nullptr, word);
        std::fclose(out);
        return path;
    }

    /// Signed by its own key, of RSA with so many bits.
    [[nodiscard]] fs::path rsa_certificate(unsigned bits) const {
        const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{EVP_RSA_gen(bits), EVP_PKEY_free};
        const std::unique_ptr<X509, void (*)(X509*)> made{X509_new(), X509_free};
        X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
        X509_set_pubkey(made.get(), key.get());
        X509_sign(made.get(), key.get(), EVP_sha256());
        const fs::path path = file("rsa.pem", "");
        std::FILE* const out = std::fopen(path.c_str(), "w");
        PEM_write_X509(out, made.get());
        std::fclose(out);
        return path;
    }

    partner_center::testing::temporary_directory directory_{};
};

TEST_F(TlsContext, IsMadeOfACertificateAndItsKey) {
    EXPECT_TRUE(load_tls_context({certificates().certificate, certificates().key, {}}));
}

TEST_F(TlsContext, NamesTheFileThatCannotBeRead) {
    EXPECT_EQ(
        refusal_of("/nowhere/cert.pem", certificates().key),
        "cannot read /nowhere/cert.pem: No such file or directory"
    );
    EXPECT_EQ(
        refusal_of(certificates().certificate, "/nowhere/key.pem"),
        "cannot read /nowhere/key.pem: No such file or directory"
    );
}

TEST_F(TlsContext, NamesTheFileThatHoldsSomethingElse) {
    const fs::path other = file("other.pem", "canary");
    EXPECT_EQ(
        refusal_of(other, certificates().key),
        other.string() + " holds no certificate (with its chain) in PEM"
    );
    const std::string no_key = " holds no unencrypted private key in PEM";
    EXPECT_EQ(refusal_of(certificates().certificate, other), other.string() + no_key);
    const fs::path encrypted = encrypted_key();
    EXPECT_EQ(refusal_of(certificates().certificate, encrypted), encrypted.string() + no_key);
}

TEST_F(TlsContext, SaysWhyOpensslDoesNotTakeACertificate) {
    const fs::path weak = rsa_certificate(1024);
    EXPECT_EQ(
        refusal_of(weak, certificates().key),
        "OpenSSL does not take " + weak.string() + ": ee key too small"
    );
}

TEST_F(TlsContext, SaysSinceWhenACertificateHasExpired) {
    const auto long_ago = std::chrono::system_clock::from_time_t(1'600'000'000);
    const dev_certificates old = keep_dev_certificates(directory_.path(), long_ago);
    EXPECT_THAT(
        refusal_of(old.certificate, old.key),
        ::testing::MatchesRegex(
            "the certificate in " + old.certificate.string() +
            " has expired: it was valid until 202[0-9]-[0-9]+-[0-9]+T[0-9]+:[0-9]+:[0-9]+Z"
        )
    );
}

TEST_F(TlsContext, WantsTheKeyOfTheCertificate) {
    const std::string certificate = certificates().certificate;
    const fs::path other = certificates().authority.parent_path() / "ca-key.pem";
    EXPECT_EQ(
        refusal_of(certificate, other),
        other.string() + " is not the key of the certificate in " + certificate
    );
}

TEST_F(TlsContext, NamesTheFileThatHoldsNoAuthorityOfClients) {
    const auto refusal = [](const fs::path& authorities) -> std::string {
        try {
            const auto& own = certificates();
            static_cast<void>(load_tls_context({own.certificate, own.key, authorities}));
        } catch (const tls_error& refused) {
            return refused.what();
        }
        return "it was accepted";
    };
    const fs::path other = file("other.pem", "canary");
    EXPECT_EQ(refusal(other), other.string() + " holds no certificate of an authority in PEM");
    EXPECT_EQ(refusal("/nowhere/ca.pem"), "cannot read /nowhere/ca.pem: No such file or directory");
    EXPECT_EQ(refusal(certificates().authority), "it was accepted");
}

TEST_F(TlsContext, RefusesAKeyThatEveryUserMayRead) {
    for (const unsigned mode : {0604U, 0644U, 0602U}) {
        const fs::path open = key_with_mode(mode);
        EXPECT_THAT(
            refusal_of(certificates().certificate, open),
            ::testing::EndsWith("run: chmod o= " + open.string())
        );
    }
    EXPECT_EQ(refusal_of(certificates().certificate, key_with_mode(0640)), "it was accepted");
}

}  // namespace
}  // namespace partner_center::http
