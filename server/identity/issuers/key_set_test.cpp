// Public keys and JWK Sets: the vectors of the standards, and what is passed over or refused.
// SPDX-License-Identifier: MIT
#include "server/identity/issuers/key_set.hpp"

#include <gtest/gtest.h>

#include "server/identity/issuers/testing.hpp"

namespace partner_center {
namespace {

using testing::issuer_key;
using testing::key_set_of;
using enum signature_algorithm;

constexpr std::string_view payload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ";
// RFC 7515, appendix A.2.
constexpr std::string_view rfc7515_modulus =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4"
    "d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5re"
    "xMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxX"
    "FvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
constexpr std::string_view rfc7515_rs256 =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
// RFC 7515, appendix A.3.
constexpr std::string_view rfc7515_x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
constexpr std::string_view rfc7515_y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
constexpr std::string_view rfc7515_es256 =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
/// The order of P-256's group.
constexpr std::string_view order{
    "\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"
    "\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51",
    32};

[[nodiscard]] std::string bytes(std::string_view text) {
    return from_base64url(text).value();
}

[[nodiscard]] std::string rs256_text() {
    return "eyJhbGciOiJSUzI1NiJ9." + std::string{payload};
}
[[nodiscard]] std::string es256_text() {
    return "eyJhbGciOiJFUzI1NiJ9." + std::string{payload};
}

[[nodiscard]] std::string rsa_jwk(const std::string& more) {
    return R"({"kty":"RSA","e":"AQAB","n":")" + std::string{rfc7515_modulus} + '"' + more + '}';
}
[[nodiscard]] std::string ec_jwk(const std::string& more) {
    return R"({"kty":"EC","crv":"P-256","x":")" + std::string{rfc7515_x} + R"(","y":")" +
           std::string{rfc7515_y} + '"' + more + '}';
}

[[nodiscard]] std::size_t usable(const std::vector<std::string>& jwks) {
    const auto set = parse_key_set(key_set_of(jwks));
    return set ? set->size() : 0;
}

TEST(VerificationKey, TakesTheStandardsSignatures) {
    const auto rsa = verification_key::rsa(bytes(rfc7515_modulus), bytes("AQAB"), outside_rsa);
    ASSERT_TRUE(rsa);
    EXPECT_TRUE(rsa->verify(rs256_text(), bytes(rfc7515_rs256)));
    EXPECT_TRUE(rsa->copy().verify(rs256_text(), bytes(rfc7515_rs256)));
    const auto ec = verification_key::p256(bytes(rfc7515_x), bytes(rfc7515_y));
    ASSERT_TRUE(ec);
    EXPECT_TRUE(ec->verify(es256_text(), bytes(rfc7515_es256)));
    EXPECT_TRUE(ec->copy().verify(es256_text(), bytes(rfc7515_es256)));
}

TEST(VerificationKey, RefusesOtherTextsAndDamagedSignatures) {
    const auto rsa = verification_key::rsa(bytes(rfc7515_modulus), bytes("AQAB"), outside_rsa);
    const auto ec = verification_key::p256(bytes(rfc7515_x), bytes(rfc7515_y));
    for (const auto& [key, text, good] :
         {std::tuple{&*rsa, rs256_text(), bytes(rfc7515_rs256)},
          std::tuple{&*ec, es256_text(), bytes(rfc7515_es256)}}) {
        EXPECT_FALSE(key->verify(text + 'x', good));
        EXPECT_FALSE(key->verify(text, ""));
        EXPECT_FALSE(key->verify(text, good.substr(1)));
        EXPECT_FALSE(key->verify(text, good + '\0'));
        for (std::size_t at = 0; at < good.size(); at += 7) {
            std::string damaged = good;
            damaged[at] = static_cast<char>(damaged[at] ^ 1);
            EXPECT_FALSE(key->verify(text, damaged)) << at;
        }
    }
    EXPECT_FALSE(rsa->verify(es256_text(), bytes(rfc7515_es256)));
    EXPECT_FALSE(ec->verify(rs256_text(), bytes(rfc7515_rs256)));
}

TEST(VerificationKey, RefusesNumbersOutsideTheirRange) {
    const auto ec = verification_key::p256(bytes(rfc7515_x), bytes(rfc7515_y));
    const std::string zero(32, '\0');
    const std::string r = bytes(rfc7515_es256).substr(0, 32);
    const std::string s = bytes(rfc7515_es256).substr(32);
    const std::string n{order};
    const std::string most(32, '\xff');
    for (const std::string& bad :
         {zero + zero, r + zero, zero + s, n + s, r + n, n + n, most + s, r + most}) {
        EXPECT_FALSE(ec->verify(es256_text(), bad));
    }
    // As DER, which other protocols use.
    const auto key = issuer_key::p256("k");
    const auto published = parse_key_set(key_set_of({key.jwk()}));
    const auto* found = published->find("k", es256);
    EXPECT_TRUE(found->key.verify("text", key.sign("text")));
    EXPECT_FALSE(found->key.verify("text", testing::sign_as(key.pair, "SHA256", "text", false)));
}

TEST(VerificationKey, RefusesWeakKeys) {
    const std::string n = bytes(rfc7515_modulus);
    EXPECT_FALSE(verification_key::rsa(n.substr(1), bytes("AQAB"), outside_rsa));  // 2,040 bits
    const std::string long_modulus(1025, '\xff');                                  // 8,200
    EXPECT_FALSE(verification_key::rsa(long_modulus, bytes("AQAB"), outside_rsa));
    std::string even = n;
    even.back() = static_cast<char>(even.back() ^ 1);
    EXPECT_FALSE(verification_key::rsa(even, bytes("AQAB"), outside_rsa));
    for (const std::string_view exponent : {"", "\x03", "\x01", "\x01\x01", "\xff\xff"}) {
        EXPECT_FALSE(verification_key::rsa(n, exponent, outside_rsa));
    }
    EXPECT_FALSE(verification_key::rsa(n, std::string{"\x01\x00\x02", 3}, outside_rsa));
    const std::string long_exponent(9, '\x01');  // longer than 64 bits
    EXPECT_FALSE(verification_key::rsa(n, long_exponent, outside_rsa));
    EXPECT_FALSE(verification_key::rsa("", bytes("AQAB"), outside_rsa));

    const std::string x = bytes(rfc7515_x);
    const std::string y = bytes(rfc7515_y);
    EXPECT_FALSE(verification_key::p256(y, x));  // not on the curve
    EXPECT_FALSE(verification_key::p256(std::string(32, '\0'), std::string(32, '\0')));
    EXPECT_FALSE(verification_key::p256(x.substr(1), y));
    EXPECT_FALSE(verification_key::p256(x, '\0' + y));
}

TEST(KeySet, ReadsTheStandardsExample) {
    // RFC 7517, appendix A.1: its first key is for encryption.
    const auto set = parse_key_set(R"({"keys":[
        {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
         "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"},
        {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
         "e":"AQAB","alg":"RS256","kid":"2011-04-29"}]})");
    ASSERT_TRUE(set);
    EXPECT_EQ(set->size(), 1U);
    EXPECT_NE(set->find("2011-04-29", rs256), nullptr);
    EXPECT_EQ(set->find("1", es256), nullptr);
}

TEST(KeySet, FindsTheKeyThatATokenNames) {
    const auto set = parse_key_set(
        key_set_of({rsa_jwk(R"(,"kid":"a")"), ec_jwk(R"(,"kid":"a")"), ec_jwk(R"(,"kid":"b")")})
    );
    ASSERT_TRUE(set);
    EXPECT_EQ(set->find("a", rs256)->key.algorithm(), rs256);
    EXPECT_EQ(set->find("a", es256)->key.algorithm(), es256);
    EXPECT_EQ(set->find("b", rs256), nullptr);
    EXPECT_EQ(set->find("A", rs256), nullptr);
    EXPECT_EQ(set->find("", rs256), nullptr);  // several: which is not said
    EXPECT_NE(set->copy().find("b", es256), nullptr);
}

TEST(KeySet, NeedsNoIdForASingleKey) {
    const auto set = parse_key_set(key_set_of({rsa_jwk("")}));
    ASSERT_TRUE(set);
    EXPECT_NE(set->find("", rs256), nullptr);
    EXPECT_EQ(set->find("x", rs256), nullptr);
    EXPECT_EQ(set->find("", es256), nullptr);
    EXPECT_EQ(usable({rsa_jwk(""), ec_jwk(R"(,"kid":"b")")}), 1U);
    EXPECT_EQ(usable({rsa_jwk(""), ec_jwk("")}), 0U);
}

TEST(KeySet, TakesTheFirstOfTwoWithOneName) {
    const auto first = issuer_key::rsa("same");
    const auto second = issuer_key::rsa("same");
    const auto set = parse_key_set(key_set_of({first.jwk(), second.jwk()}));
    const auto* const found = set->find("same", rs256);
    EXPECT_TRUE(found->key.verify("text", first.sign("text")));
    EXPECT_FALSE(found->key.verify("text", second.sign("text")));
}

TEST(KeySet, PassesOverForeignAndDamagedKeys) {
    const std::string good =
        ec_jwk(R"(,"kid":"good","x5c":["not looked at"],"key_ops":["verify"])");
    for (const std::string& foreign : {
             std::string{R"({"kty":"OKP","crv":"Ed25519","x":"AA","kid":"k"})"},
             std::string{R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA","kid":"k"})"},
             std::string{R"({"kty":"oct","k":"AAAA","kid":"k"})"},
             std::string{R"({"kid":"k"})"},
             std::string{R"({"kty":7,"kid":"k"})"},
             std::string{R"("not an object")"},
             std::string{"null"},
             rsa_jwk(R"(,"kid":"k","use":"enc")"),
             rsa_jwk(R"(,"kid":"k","use":["sig"])"),
             rsa_jwk(R"(,"kid":"k","alg":"RS512")"),
             rsa_jwk(R"(,"kid":"k","alg":"ES256")"),
             rsa_jwk(R"(,"kid":"k","alg":"HS256")"),
             ec_jwk(R"(,"kid":"k","alg":"RS256")"),
             rsa_jwk(R"(,"kid":"k","key_ops":["encrypt"])"),
             std::string{R"({"kty":"RSA","kid":"k","n":"AQAB","e":"AQAB"})"},
             std::string{R"({"kty":"RSA","kid":"k","n":12,"e":"AQAB"})"},
             std::string{R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA","kid":"k"})"},
             rsa_jwk(R"(,"kid":")" + std::string(1025, 'k') + '"'),
         }) {
        const auto set = parse_key_set(key_set_of({foreign, good}));
        ASSERT_TRUE(set) << foreign;
        EXPECT_EQ(set->size(), 1U) << foreign;
        EXPECT_NE(set->find("good", es256), nullptr) << foreign;
    }
}

TEST(KeySet, RefusesWhatIsNotOne) {
    for (const std::string_view bad : {
             "",
             "{}",
             "[]",
             R"({"keys":{}})",
             R"({"keys":"x"})",
             R"({"keys":[]})",
             R"({"keys":[]} {})",
             R"({"keys":[],"keys":[]})",
             "\xEF\xBB\xBF{\"keys\":[]}",
             "<html></html>",
         }) {
        EXPECT_FALSE(parse_key_set(bad)) << bad;
    }
    const std::string one = rsa_jwk(R"(,"kid":"a")");
    const std::string set = key_set_of({one});
    EXPECT_TRUE(parse_key_set(set));
    EXPECT_FALSE(parse_key_set(set.substr(0, set.size() - 1)));
    EXPECT_FALSE(parse_key_set(key_set_of({rsa_jwk(R"(,"kid":"a","kid":"b")")})));
}

TEST(KeySet, IsBounded) {
    const std::string key = ec_jwk(R"(,"kid":"a")");
    EXPECT_EQ(usable(std::vector<std::string>(keys_max, key)), keys_max);
    EXPECT_EQ(usable(std::vector<std::string>(keys_max + 1, key)), 0U);
    const std::string set = key_set_of({key});
    EXPECT_TRUE(parse_key_set(set + std::string(key_set_bytes_max - set.size(), ' ')));
    EXPECT_FALSE(parse_key_set(set + std::string(key_set_bytes_max - set.size() + 1, ' ')));
}

}  // namespace
}  // namespace partner_center
