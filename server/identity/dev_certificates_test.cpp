// What the development authority vouches for, when its certificates are renewed, and how they are
// kept. Calls dev_certificates.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/dev_certificates.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "server/identity/openssl_testing.hpp"
#include "server/identity/private_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace partner_center {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using certificate = std::shared_ptr<X509>;

constexpr auto day = 24h;
const auto now = std::chrono::system_clock::now();

[[nodiscard]] std::string read(const fs::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

[[nodiscard]] certificate parse(const fs::path& file) {
    std::FILE* const in = std::fopen(file.c_str(), "r");
    X509* const read = PEM_read_X509(in, nullptr, nullptr, nullptr);
    std::fclose(in);
    return {read, X509_free};
}

/// What OpenSSL says of the certificate for a name when it trusts the authority; X509_V_OK is 0.
[[nodiscard]] int verdict(
    const certificate& authority, const certificate& shown, const char* host, const char* address
) {
    const std::shared_ptr<X509_STORE> trusted{X509_STORE_new(), X509_STORE_free};
    X509_STORE_add_cert(trusted.get(), authority.get());
    const std::shared_ptr<X509_STORE_CTX> context{X509_STORE_CTX_new(), X509_STORE_CTX_free};
    X509_STORE_CTX_init(context.get(), trusted.get(), shown.get(), nullptr);
    X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM* const wanted = X509_STORE_CTX_get0_param(context.get());
    if (host != nullptr) X509_VERIFY_PARAM_set1_host(wanted, host, 0);
    if (address != nullptr) X509_VERIFY_PARAM_set1_ip_asc(wanted, address);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

class DevCertificates : public ::testing::Test {
protected:
    [[nodiscard]] fs::path file(const std::string& name) const {
        return directory_ / ("tls/" + name);
    }
    [[nodiscard]] dev_certificates keep(std::chrono::system_clock::time_point when) const {
        return keep_dev_certificates(directory_ / "tls", when);
    }

    /// A server certificate for a name of our choice, signed with the authority's key.
    [[nodiscard]] certificate forged(const std::string& name) const {
        const certificate authority = parse(file("ca.pem"));
        const auto signer = testing::read_pem(file("ca-key.pem"));
        certificate made{X509_dup(parse(file("cert.pem")).get()), X509_free};
        const int at = X509_get_ext_by_NID(made.get(), NID_subject_alt_name, -1);
        X509_EXTENSION_free(X509_delete_ext(made.get(), at));
        X509_EXTENSION* const names =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name.c_str());
        X509_add_ext(made.get(), names, -1);
        X509_EXTENSION_free(names);
        X509_sign(made.get(), signer.get(), EVP_sha256());
        return made;
    }

private:
    testing::temporary_directory directory_{};
};

TEST_F(DevCertificates, AreForTheNamesOfAllCloudsAndForThisMachine) {
    const dev_certificates files = keep(now);
    const certificate authority = parse(files.authority);
    const certificate shown = parse(files.certificate);
    for (const char* host :
         {"localhost",
          "api.partnercenter.microsoft.com",
          "partner.partnercenterapi.microsoftonline.cn",
          "login.microsoftonline.com",
          "login.windows.net",
          "login.microsoft.com",
          "sts.windows.net",
          "login.chinacloudapi.cn",
          "login.partner.microsoftonline.cn",
          "login.microsoftonline.us",
          "login.usgovcloudapi.net"}) {
        EXPECT_EQ(verdict(authority, shown, host, nullptr), X509_V_OK) << host;
    }
    EXPECT_EQ(verdict(authority, shown, nullptr, "127.0.0.1"), X509_V_OK);
    EXPECT_EQ(verdict(authority, shown, nullptr, "::1"), X509_V_OK);
    EXPECT_EQ(verdict(authority, shown, "a.example", nullptr), X509_V_ERR_HOSTNAME_MISMATCH);
}

TEST_F(DevCertificates, ComeFromAnAuthorityThatCannotVouchForAnythingElse) {
    const certificate authority = parse(keep(now).authority);
    EXPECT_EQ(verdict(authority, forged("DNS:localhost"), "localhost", nullptr), X509_V_OK);
    for (const char* name : {"DNS:bank.example", "DNS:microsoft.com", "IP:10.0.0.1", "IP:::2"}) {
        EXPECT_EQ(
            verdict(authority, forged(name), nullptr, nullptr), X509_V_ERR_PERMITTED_VIOLATION
        ) << name;
    }
    EXPECT_EQ(X509_get_pathlen(authority.get()), 0);
    EXPECT_EQ(X509_get_extended_key_usage(authority.get()), std::uint32_t{XKU_SSL_SERVER});
}

TEST_F(DevCertificates, AreKeptPrivateAndReused) {
    const dev_certificates files = keep(now);
    std::vector<std::string> before;
    for (const char* name : {"ca.pem", "ca-key.pem", "cert.pem", "key.pem"}) {
        struct stat status {};
        ASSERT_EQ(::stat(file(name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
        before.push_back(read(file(name)));
    }
    static_cast<void>(keep(now + day));
    for (const char* name : {"ca.pem", "ca-key.pem", "cert.pem", "key.pem"}) {
        EXPECT_THAT(before, ::testing::Contains(read(file(name)))) << name;
    }
    EXPECT_EQ(files.key, file("key.pem"));
}

TEST_F(DevCertificates, AreRenewedThirtyDaysBeforeTheirEnd) {
    const dev_certificates files = keep(now);
    const std::string authority = read(files.authority);
    const std::string first = read(files.certificate);

    static_cast<void>(keep(now + 366 * day));
    EXPECT_EQ(read(files.certificate), first);
    static_cast<void>(keep(now + 367 * day));
    EXPECT_NE(read(files.certificate), first);
    EXPECT_EQ(read(files.authority), authority);

    static_cast<void>(keep(now + 3621 * day));
    EXPECT_NE(read(files.authority), authority);
    EXPECT_EQ(
        X509_verify(parse(files.certificate).get(), testing::read_pem(file("ca-key.pem")).get()), 1
    );
}

TEST_F(DevCertificates, NeverOutliveTheirAuthority) {
    const dev_certificates files = keep(now);
    static_cast<void>(keep(now + 3500 * day));
    const certificate authority = parse(files.authority);
    const certificate shown = parse(files.certificate);
    EXPECT_EQ(
        ASN1_TIME_compare(X509_get0_notAfter(authority.get()), X509_get0_notAfter(shown.get())), 0
    );
}

TEST_F(DevCertificates, AreRenewedWhenTheySaySomethingElse) {
    const dev_certificates files = keep(now);
    const certificate other = forged("DNS:localhost");
    std::FILE* const out = std::fopen(files.certificate.c_str(), "w");
    PEM_write_X509(out, other.get());
    std::fclose(out);
    static_cast<void>(keep(now));
    EXPECT_EQ(
        verdict(parse(files.authority), parse(files.certificate), "sts.windows.net", nullptr),
        X509_V_OK
    );

    std::ofstream{files.authority} << "not a certificate";
    static_cast<void>(keep(now));
    EXPECT_EQ(
        verdict(parse(files.authority), parse(files.certificate), "localhost", nullptr), X509_V_OK
    );
}

TEST_F(DevCertificates, AreRefusedWithADamagedOrPublicKey) {
    static_cast<void>(keep(now));
    fs::permissions(file("key.pem"), fs::perms{0640});
    EXPECT_THROW(static_cast<void>(keep(now)), file_error);
    fs::permissions(file("key.pem"), fs::perms{0600});
    std::ofstream{file("ca-key.pem")} << "canary";
    try {
        static_cast<void>(keep(now));
        ADD_FAILURE() << "it was accepted";
    } catch (const file_error& refused) {
        EXPECT_THAT(refused.what(), ::testing::HasSubstr("ca-key.pem is not a P-256 private key"));
        EXPECT_THAT(refused.what(), ::testing::Not(::testing::HasSubstr("canary")));
    }
}

}  // namespace
}  // namespace partner_center
