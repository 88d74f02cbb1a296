// Which certificates and keys are refused, and with what words. Calls tls_context.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/tls_context.hpp"

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
        static_cast<void>(load_tls_context(certificate, key));
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

private:
    partner_center::testing::temporary_directory directory_{};
};

TEST_F(TlsContext, IsMadeOfACertificateAndItsKey) {
    EXPECT_TRUE(load_tls_context(certificates().certificate, certificates().key));
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

TEST_F(TlsContext, WantsTheKeyOfTheCertificate) {
    const std::string certificate = certificates().certificate;
    const fs::path other = certificates().authority.parent_path() / "ca-key.pem";
    EXPECT_EQ(
        refusal_of(certificate, other),
        other.string() + " is not the key of the certificate in " + certificate
    );
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
