// Tests which certificates are read and what their keys verify. Calls certificate.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/certificate.hpp"

#include <gtest/gtest.h>

#include "server/identity/openssl_testing.hpp"

namespace partner_center {
namespace {

using namespace testing;

constexpr std::string_view text = "header.payload";

[[nodiscard]] system_time at(std::int64_t seconds) {
    return system_time{std::chrono::seconds{seconds}};
}

[[nodiscard]] const test_key& some_key() {
    static const test_key key = own(EVP_RSA_gen(2048));
    return key;
}

TEST(Certificate, VerifiesBothSignaturesAndTakesNoneForTheOther) {
    const auto read = certificate::parse(certificate_pem(some_key(), 1000, 2000));
    ASSERT_TRUE(read);
    const std::string rs256 = sign_as(some_key(), "SHA256", text, false);
    const std::string ps256 = sign_as_ps256(some_key(), text);

    EXPECT_TRUE(read->verify(rsa_signature::rs256, text, rs256));
    EXPECT_TRUE(read->verify(rsa_signature::ps256, text, ps256));
    EXPECT_FALSE(read->verify(rsa_signature::rs256, text, ps256));
    EXPECT_FALSE(read->verify(rsa_signature::ps256, text, rs256));
    EXPECT_FALSE(read->verify(rsa_signature::rs256, "header.other", rs256));
    EXPECT_FALSE(read->verify(rsa_signature::rs256, text, ""));
    EXPECT_FALSE(read->verify(rsa_signature::rs256, text, sign_as(some_key(), "SHA1", text, false))
    );
    EXPECT_FALSE(read->verify(rsa_signature::ps256, text, sign_as(some_key(), "SHA256", text, true))
    ) << "a salt of another length";
}

TEST(Certificate, IsGoodBetweenItsTimes) {
    const auto read = certificate::parse(certificate_pem(some_key(), 1000, 2000));
    ASSERT_TRUE(read);
    for (const auto& [seconds, good] :
         {std::pair{999, false}, {1001, true}, {1999, true}, {2001, false}}) {
        EXPECT_EQ(read->is_valid_at(at(seconds)), good) << seconds;
    }
}

TEST(Certificate, IsNamedByTheHashesOfItsDerForm) {
    const auto read = certificate::parse(certificate_pem(some_key(), 1000, 2000));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->thumbprint().size(), 43U);
    EXPECT_EQ(read->sha1_thumbprint().size(), 27U);
    const auto other = certificate::parse(certificate_pem(some_key(), 1000, 2001));
    EXPECT_NE(read->thumbprint(), other->thumbprint());
}

TEST(Certificate, IsNothingElse) {
    const test_key short_key = own(EVP_RSA_gen(1024));
    const test_key curve = own(EVP_EC_gen("P-256"));
    const std::string good = certificate_pem(some_key(), 1000, 2000);
    for (const std::string& pem :
         {std::string{},
          std::string{"not PEM"},
          good.substr(0, good.size() / 2),
          private_pem(some_key()),
          public_pem(some_key()),
          certificate_pem(short_key, 1000, 2000),
          certificate_pem(curve, 1000, 2000)}) {
        EXPECT_FALSE(certificate::parse(pem)) << pem;
    }
    EXPECT_TRUE(certificate::parse(private_pem(some_key()) + good)) << "beside its key";
}

}  // namespace
}  // namespace partner_center
