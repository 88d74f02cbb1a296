// Tests what makes a token good and every known way to make a bad one. Calls token.cpp on a real
// store and with real keys.
// SPDX-License-Identifier: MIT
#include "server/identity/token.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/test_client.hpp"
#include "server/identity/forgery_testing.hpp"
#include "server/identity/jws.hpp"
#include "server/identity/openssl_testing.hpp"
#include "server/identity/testing.hpp"
#include "tests/support/counting_database.hpp"

namespace partner_center {
namespace {

using namespace testing;
using namespace std::string_literals;

constexpr std::string_view api_audience = clouds::global.audience;

[[nodiscard]] std::string at(std::chrono::seconds after_noon) {
    return std::to_string((noon + after_noon).time_since_epoch().count());
}
[[nodiscard]] std::string issuer(unsigned partner) {
    return in_quotes("https://sts.windows.net/" + to_string(id_of(partner)) + "/");
}

[[nodiscard]] members good_header() {
    return {
        {"typ", in_quotes("JWT")},
        {"alg", in_quotes("RS256")},
        {"kid", in_quotes(our_key().key.id())}};
}

[[nodiscard]] members good_claims() {
    return {
        {"aud", in_quotes(api_audience)},
        {"iss", issuer(1)},
        {"iat", at(std::chrono::minutes{-1})},
        {"nbf", at(std::chrono::minutes{-1})},
        {"exp", at(std::chrono::hours{1})},
        {"appid", in_quotes(application_of(1))},
        {"tid", in_quotes(id_of(1))},
    };
}

[[nodiscard]] std::string token_of(std::string_view header, std::string_view payload) {
    return testing::token_of(our_key().key, header, payload);
}
[[nodiscard]] std::string with_header(const members& header) {
    return token_of(header.json(), good_claims().json());
}
[[nodiscard]] std::string with_claims(const members& claims) {
    return token_of(good_header().json(), claims.json());
}
[[nodiscard]] std::string good_token() {
    return with_claims(good_claims());
}

/// A token of our claims with another algorithm's name and signature.
[[nodiscard]] std::string signed_otherwise(
    const std::string& algorithm, const test_key& key, const char* digest, bool pss
) {
    const std::string text =
        signed_text(good_header().with("alg", in_quotes(algorithm)).json(), good_claims().json());
    return text + '.' + to_base64url(sign_as(key, digest, text, pss));
}

[[nodiscard]] std::string with_audience(const std::string& json) {
    return with_claims(good_claims().with("aud", json));
}

/// The good token with its signature (or, first, its whole text) changed.
[[nodiscard]] std::string with_signature(const std::function<std::string(std::string)>& change) {
    const std::string token = good_token();
    const auto dot = token.rfind('.') + 1;
    return token.substr(0, dot) + change(token.substr(dot));
}

using testing::verify;

/// By a verifier that knows no token yet.
[[nodiscard]] result<principal> verify(known_world& world, std::string_view token) {
    token_verifier verifier{world.keys, world.policy, world.tenants};
    return verify(verifier, token, noon);
}

TEST(MakeAppToken, ClaimsWhatTheContractSays) {
    known_world world;
    const app_token asked{
        .application_id = application_of(1),
        .audience = std::string{api_audience},
        .issued_at = noon,
        .lifetime = std::chrono::seconds{3599},
    };
    const std::string token = make_app_token(world.key, world.policy, world.partner(1), asked);

    const auto first = token.find('.');
    const auto last = token.rfind('.');
    EXPECT_EQ(from_base64url(token.substr(0, first)), good_header().json());
    const std::string payload = from_base64url(token.substr(first + 1, last - first - 1)).value();
    const auto claims = [&](std::string_view name) {
        const auto start = payload.find(in_quotes(name) + ':') + name.size() + 3;
        return payload.substr(start, payload.find_first_of(",}", start) - start);
    };
    EXPECT_EQ(claims("aud"), in_quotes(api_audience));
    EXPECT_EQ(claims("iss"), issuer(1));
    EXPECT_EQ(claims("idp"), issuer(1));
    EXPECT_EQ(claims("iat"), "1705914592");
    EXPECT_EQ(claims("nbf"), "1705914592");
    EXPECT_EQ(claims("exp"), "1705918491");
    EXPECT_EQ(claims("appid"), in_quotes(application_of(1)));
    EXPECT_EQ(claims("appidacr"), in_quotes("1"));
    EXPECT_EQ(claims("idtyp"), in_quotes("app"));
    EXPECT_EQ(claims("tid"), in_quotes(id_of(1)));
    EXPECT_EQ(claims("ver"), in_quotes("1.0"));
    EXPECT_EQ(claims("oid"), claims("sub"));
    EXPECT_EQ(claims("oid").size(), 38U);
    EXPECT_EQ(claims("uti").size(), 24U);
    EXPECT_NE(token, make_app_token(world.key, world.policy, world.partner(1), asked));
}

TEST(VerifyToken, NamesTheCallerOfATokenItMade) {
    known_world world;
    for (const bool entra : {true, false}) {
        world.policy.entra_issuer = entra;
        const app_token asked{
            .application_id = application_of(chinese_partner),
            .audience = std::string{clouds::china.audience},
            .issued_at = noon,
        };
        const auto caller = verify(
            world, make_app_token(world.key, world.policy, world.partner(chinese_partner), asked)
        );

        ASSERT_TRUE(caller);
        EXPECT_EQ(caller->partner_id, id_of(chinese_partner));
        EXPECT_EQ(caller->application_id, application_of(chinese_partner));
        EXPECT_EQ(caller->where, &clouds::china);
        EXPECT_FALSE(caller->is_user());
    }
}

[[nodiscard]] members user_claims(unsigned user) {
    return good_claims()
        .with("oid", in_quotes(id_of(user)))
        .with("scp", in_quotes("user_impersonation"));
}

TEST(VerifyToken, KnowsUsersByScopeOrPrincipalName) {
    known_world world;
    const members user = good_claims().with("oid", in_quotes(id_of(ann)));
    const auto by_name = verify(world, with_claims(user.with("upn", in_quotes("ann@p1.example"))));
    const auto by_scope = verify(world, with_claims(user.with("scp", in_quotes("other"))));
    const auto neither = verify(world, with_claims(user));

    ASSERT_TRUE(by_name && by_scope && neither);
    EXPECT_EQ(by_name->user_id, id_of(ann));
    EXPECT_EQ(by_name->user_principal_name, "ann@p1.example");
    EXPECT_EQ(by_scope->user_id, id_of(ann));
    EXPECT_FALSE(neither->is_user());
}

TEST(VerifyToken, ReadsWhatIsSaidOfAUser) {
    known_world world;
    const members user = user_claims(ann);
    const auto plain = verify(world, with_claims(user));
    const auto rich = verify(
        world,
        with_claims(user.with("amr", R"(["pwd","mfa"])")
                        .with("roles", R"(["AdminAgents","x"])")
                        .with("scp", in_quotes("openid user_impersonation")))
    );
    const auto poor = verify(
        world,
        with_claims(user.with("amr", R"(["pwd","MFA","xmfa"])")
                        .with("scp", in_quotes("user_impersonation2 xuser_impersonation")))
    );

    ASSERT_TRUE(plain && rich && poor);
    EXPECT_TRUE(plain->may_impersonate);
    EXPECT_FALSE(plain->has_mfa);
    EXPECT_THAT(plain->roles, ::testing::IsEmpty());
    EXPECT_TRUE(rich->may_impersonate);
    EXPECT_TRUE(rich->has_mfa);
    EXPECT_THAT(rich->roles, ::testing::ElementsAre("AdminAgents", "x"));
    EXPECT_FALSE(poor->may_impersonate);
    EXPECT_FALSE(poor->has_mfa);
}

TEST(VerifyToken, AcceptsTimesWithinFiveMinutesOfSkew) {
    using std::chrono::seconds;
    known_world world;
    const members early = good_claims().with("nbf", at(seconds{300})).with("iat", at(seconds{300}));

    EXPECT_TRUE(verify(world, with_claims(early)));
    EXPECT_TRUE(verify(world, with_claims(good_claims().with("exp", at(seconds{-299})))));
    EXPECT_TRUE(verify(world, with_claims(good_claims().without("nbf").without("iat"))));
}

TEST(VerifyToken, AcceptsEveryNameOfTheApi) {
    known_world world;
    for (const std::string json : {
             R"("https://api.partnercenter.microsoft.com/")",
             R"("HTTPS://API.PartnerCenter.Microsoft.com")",
             R"("fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd")",
             R"("FA3D9A0C-3FB0-42CC-9193-47C7ECD2EDBD")",
             R"(["https://api.partnercenter.microsoft.com"])",
             R"(["other","https://api.partnercenter.microsoft.com"])",
         }) {
        EXPECT_TRUE(verify(world, with_audience(json))) << json;
    }
}

TEST(VerifyToken, AcceptsTheGlobalNameInEveryCloudButOtherCloudsNamesInTheirsOnly) {
    known_world world;
    const auto in_china = [](std::string_view audience) {
        return with_claims(
            good_claims()
                .with("aud", in_quotes(audience))
                .with("iss", in_quotes("https://sts.chinacloudapi.cn/" + to_string(id_of(4)) + "/"))
                .with("tid", in_quotes(id_of(chinese_partner)))
                .with("appid", in_quotes(application_of(chinese_partner)))
        );
    };

    EXPECT_TRUE(verify(world, in_china(clouds::china.audience)));
    EXPECT_TRUE(verify(world, in_china(clouds::global.audience)));
    const auto elsewhere = verify(world, with_audience(in_quotes(clouds::china.audience)));
    EXPECT_EQ(elsewhere.error().kind, fault_kind::wrong_audience);
}

TEST(VerifyToken, AcceptsTheLegacyAudienceWhenItIsSwitchedOn) {
    known_world world;
    world.policy.accept_legacy_audience = true;

    EXPECT_TRUE(verify(world, with_audience(R"("https://graph.windows.net")")));
    EXPECT_TRUE(verify(world, with_audience(R"("https://graph.windows.net/")")));
    EXPECT_TRUE(verify(world, with_audience(R"("00000002-0000-0000-c000-000000000000")")));
    EXPECT_FALSE(verify(world, with_audience(R"("https://graph.chinacloudapi.cn")")));
}

TEST(VerifyToken, AcceptsTheAudiencesOfTheServersSetting) {
    known_world world;
    world.policy.accepted_audiences = {"https://api.example/", "second"};

    EXPECT_TRUE(verify(world, with_audience(R"("HTTPS://API.example")")));
    EXPECT_TRUE(verify(world, with_audience(R"(["x","second"])")));
    for (const std::string_view other : {clouds::global.audience, api_application_id}) {
        const auto refused = verify(world, with_audience(in_quotes(other)));
        EXPECT_EQ(refused.error().kind, fault_kind::wrong_audience) << other;
    }
}

TEST(VerifyToken, AcceptsTheOtherNamesOfTheSameThings) {
    known_world world;
    const members version2 =
        good_claims().without("appid").with("azp", in_quotes(application_of(1)));

    EXPECT_TRUE(verify(world, with_header(good_header().with("typ", in_quotes("at+jwt")))));
    EXPECT_TRUE(verify(world, with_header(good_header().with("x5t", in_quotes("x")))));
    EXPECT_TRUE(verify(world, with_claims(version2)));
}

TEST(VerifyToken, ReadsTokensUpToTheirLimitOnly) {
    known_world world;
    const auto of_size = [](std::size_t padding) {
        return with_claims(good_claims().with("x", in_quotes(std::string(padding, 'x'))));
    };
    std::size_t padding = 11'000;
    while (of_size(padding + 1).size() <= token_bytes_max) ++padding;

    EXPECT_TRUE(verify(world, of_size(padding)));
    EXPECT_FALSE(verify(world, of_size(padding + 1)));
}

// RFC 7519, sections 3.1 (HS256, as RFC 7515's appendix A.1 signs it) and 6.1 (unsecured).
TEST(VerifyToken, RefusesTheExamplesOfRfc7519ThoughItReadsThem) {
    constexpr std::string_view claims =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        "cnVlfQ";
    const std::string by_hmac = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + std::string{claims} +
                                ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const std::string unsecured = "eyJhbGciOiJub25lIn0." + std::string{claims} + '.';

    const auto read = read_jws(by_hmac);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->algorithm, "HS256");
    EXPECT_EQ(read->payload, claims);
    EXPECT_EQ(
        from_base64url(read->payload),
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"
    );
    EXPECT_FALSE(read_jws(unsecured));
    known_world world;
    for (const std::string& each : {by_hmac, unsecured}) {
        EXPECT_EQ(verify(world, each).error().kind, fault_kind::bad_token);
    }
}

/// One way to make a bad token.
struct bad_token_case {
    const char* name;
    std::function<std::string()> make;
    fault_kind expected{fault_kind::bad_token};
};

class BadToken : public ::testing::TestWithParam<bad_token_case> {};

TEST_P(BadToken, IsRefused) {
    known_world world;
    ASSERT_TRUE(verify(world, good_token()));
    const auto caller = verify(world, GetParam().make());

    ASSERT_FALSE(caller);
    EXPECT_EQ(caller.error().kind, GetParam().expected);
    EXPECT_EQ(caller.error().description, "") << "the text must not say more than the default";
}

[[nodiscard]] std::string name_of_case(const ::testing::TestParamInfo<bad_token_case>& info) {
    return info.param.name;
}

const std::vector<bad_token_case> malformed{
    {"Empty", [] { return ""s; }},
    {"OneSegment", [] { return "abc"s; }},
    {"TwoSegments", [] { return good_token().substr(0, good_token().rfind('.')); }},
    {"FourSegments", [] { return good_token() + ".YQ"; }},
    {"FiveSegments", [] { return good_token() + ".YQ.YQ"; }},
    {"DotsOnly", [] { return ".."s; }},
    {"EmptyHeader", [] { return good_token().substr(good_token().find('.')); }},
    {"EmptyPayload",
     [] {
         const std::string text = to_base64url(good_header().json()) + '.';
         return text + '.' + to_base64url(our_key().key.sign(text));
     }},
    {"NotBase64url", [] { return "!" + good_token().substr(1); }},
    {"Padded", [] { return good_token() + "="; }},
    {"StandardAlphabet",
     [] {
         return with_signature([](std::string signature) {
             std::ranges::replace(signature, '-', '+');
             std::ranges::replace(signature, '_', '/');
             return signature;
         });
     }},
    {"NonZeroTrailingBits",
     [] {
         return with_signature([](std::string signature) {
             // 256 bytes leave four unused bits in the last letter.
             signature.back() = static_cast<char>(signature.back() + 1);
             return signature;
         });
     }},
    {"LeadingBlank", [] { return ' ' + good_token(); }},
    {"TrailingNewline", [] { return good_token() + '\n'; }},
    {"HeaderNotJson", [] { return token_of("alg=RS256", good_claims().json()); }},
    {"HeaderIsAnArray", [] { return token_of("[]", good_claims().json()); }},
    {"HeaderWithBom",
     [] { return token_of("\xEF\xBB\xBF" + good_header().json(), good_claims().json()); }},
    {"HeaderTooLarge",
     [] { return with_header(good_header().with("x", in_quotes(std::string(2000, 'x')))); }},
    {"PayloadNotJson", [] { return token_of(good_header().json(), "aud=us"); }},
    {"PayloadIsAnArray",
     [] { return token_of(good_header().json(), '[' + good_claims().json() + ']'); }},
    {"PayloadIsAString", [] { return token_of(good_header().json(), in_quotes("x")); }},
    {"PayloadWithBom",
     [] { return token_of(good_header().json(), "\xEF\xBB\xBF" + good_claims().json()); }},
    {"PayloadWithTrailingComma",
     [] {
         std::string payload = good_claims().json();
         payload.insert(payload.size() - 1, ",");
         return token_of(good_header().json(), payload);
     }},
    {"TextAfterPayload",
     [] { return token_of(good_header().json(), good_claims().json() + "{}"); }},
    {"DuplicateInHeader",
     [] { return with_header(good_header().twice("alg", in_quotes("RS256"))); }},
    {"DuplicateClaim", [] { return with_claims(good_claims().twice("tid", in_quotes(id_of(1)))); }},
    {"DuplicateUnknownClaim",
     [] { return with_claims(good_claims().twice("x", "1").twice("x", "1")); }},
    {"ClaimInOtherLetterCase",
     [] {
         return with_claims(good_claims().without("exp").with("Exp", at(std::chrono::hours{1})));
     }},
    {"InvalidUtf8", [] { return with_claims(good_claims().with("x", "\"\xC3\x28\"")); }},
    {"NulInPayload", [] { return with_claims(good_claims().with("x", "\"a\0b\""s)); }},
    {"NulInHeader", [] { return with_header(good_header().with("x", "\"a\0b\""s)); }},
    {"NulAtTheEnd", [] { return good_token() + '\0'; }},
    {"OverSixteenKibibytes",
     [] { return with_claims(good_claims().with("x", in_quotes(std::string(16'000, 'x')))); }},
    {"NestedTooDeep",
     [] {
         return with_claims(good_claims().with("x", std::string(100, '[') + std::string(100, ']')));
     }},
};
INSTANTIATE_TEST_SUITE_P(Malformed, BadToken, ::testing::ValuesIn(malformed), name_of_case);

[[nodiscard]] bad_token_case algorithm(const char* name, const std::string& json) {
    return {name, [json] { return with_header(good_header().with("alg", json)); }};
}
[[nodiscard]] bad_token_case header_member(
    const char* name, const std::string& member, const std::string& json
) {
    return {name, [member, json] { return with_header(good_header().with(member, json)); }};
}

const std::vector<bad_token_case> badly_signed{
    {"AlgNoneUnsigned",
     [] {
         return signed_text(
                    good_header().with("alg", in_quotes("none")).json(), good_claims().json()
                ) +
                '.';
     }},
    algorithm("AlgNone", in_quotes("none")),
    algorithm("AlgNoneInUpperCase", in_quotes("NONE")),
    algorithm("AlgNoneInMixedCase", in_quotes("nONE")),
    algorithm("AlgNoneWithBlank", in_quotes("none ")),
    algorithm("AlgInLowerCase", in_quotes("rs256")),
    algorithm("AlgEmpty", in_quotes("")),
    algorithm("AlgNull", "null"),
    algorithm("AlgNumber", "256"),
    algorithm("AlgArray", R"(["RS256"])"),
    {"AlgMissing", [] { return with_header(good_header().without("alg")); }},
    {"Hs256KeyedWithPublicKey",
     [] {
         const test_key secret = hmac_key(public_pem(read_pem(our_key().file)));
         return signed_otherwise("HS256", secret, "SHA256", false);
     }},
    {"Hs256KeyedWithModulus",
     [] {
         const test_key secret = hmac_key(from_base64url(our_key().key.modulus()).value());
         return signed_otherwise("HS256", secret, "SHA256", false);
     }},
    {"Rs384", [] { return signed_otherwise("RS384", read_pem(our_key().file), "SHA384", false); }},
    {"Rs384CalledRs256",
     [] { return signed_otherwise("RS256", read_pem(our_key().file), "SHA384", false); }},
    {"Ps256", [] { return signed_otherwise("PS256", read_pem(our_key().file), "SHA256", true); }},
    {"Ps256CalledRs256",
     [] { return signed_otherwise("RS256", read_pem(our_key().file), "SHA256", true); }},
    {"Es256", [] { return signed_otherwise("ES256", own(EVP_EC_gen("P-256")), "SHA256", false); }},
    {"Es256OfZeros",
     [] {
         return signed_text(
                    good_header().with("alg", in_quotes("ES256")).json(), good_claims().json()
                ) +
                '.' + to_base64url(std::string(64, '\0'));
     }},
    {"AnotherKey",
     [] { return signed_otherwise("RS256", own(EVP_RSA_gen(2048)), "SHA256", false); }},
    {"ShortKey", [] { return signed_otherwise("RS256", own(EVP_RSA_gen(1024)), "SHA256", false); }},
    {"SignatureEmpty", [] { return with_signature([](const auto&) { return ""s; }); }},
    {"SignatureOfZeros",
     [] {
         return with_signature([](const auto&) { return to_base64url(std::string(256, '\0')); });
     }},
    {"SignatureFlipped",
     [] {
         return with_signature([](std::string signature) {
             signature.replace(100, 1, signature.at(100) == 'A' ? "B" : "A");
             return signature;
         });
     }},
    {"SignatureTruncated",
     [] { return with_signature([](const auto& signature) { return signature.substr(0, 340); }); }},
    {"SignatureWithMore",
     [] {
         return with_signature([](const auto& signature) {
             return to_base64url(from_base64url(signature).value() + '\0');
         });
     }},
    {"PayloadAltered",
     [] {
         const std::string other =
             with_claims(good_claims().with("exp", at(std::chrono::hours{9})));
         return other.substr(0, other.rfind('.')) + good_token().substr(good_token().rfind('.'));
     }},
    header_member("KidUnknown", "kid", in_quotes("another")),
    header_member("KidEmpty", "kid", in_quotes("")),
    header_member("KidTraversal", "kid", in_quotes("../../../../dev/null")),
    header_member("KidSql", "kid", in_quotes("x' OR '1'='1")),
    header_member("KidNumber", "kid", "1"),
    {"KidMissing", [] { return with_header(good_header().without("kid")); }},
    header_member("Jku", "jku", in_quotes("https://evil.example/keys")),
    header_member("X5u", "x5u", in_quotes("https://evil.example/cert")),
    header_member("Jwk", "jwk", R"({"kty":"RSA","n":"AQAB","e":"AQAB"})"),
    header_member("X5c", "x5c", R"(["MIIB"])"),
    header_member("CritUnknown", "crit", R"(["exp"])"),
    header_member("CritEmpty", "crit", "[]"),
    header_member("CritNull", "crit", "null"),
    header_member("B64False", "b64", "false"),
    header_member("B64True", "b64", "true"),
    header_member("Zip", "zip", in_quotes("DEF")),
    header_member("TypOfIdToken", "typ", in_quotes("id_token")),
    header_member("TypOfRefreshToken", "typ", in_quotes("rt+jwt")),
    header_member("TypOfLogoutToken", "typ", in_quotes("logout+jwt")),
    {"TypMissing", [] { return with_header(good_header().without("typ")); }},
};
INSTANTIATE_TEST_SUITE_P(BadlySigned, BadToken, ::testing::ValuesIn(badly_signed), name_of_case);

[[nodiscard]] bad_token_case claim(
    const char* name, const std::string& member, const std::string& json
) {
    return {name, [member, json] { return with_claims(good_claims().with(member, json)); }};
}
[[nodiscard]] bad_token_case no_claim(const char* name, const std::string& member) {
    return {name, [member] { return with_claims(good_claims().without(member)); }};
}
[[nodiscard]] bad_token_case audience(const char* name, const std::string& json) {
    return {name, [json] { return with_audience(json); }, fault_kind::wrong_audience};
}
[[nodiscard]] bad_token_case expired(const char* name, std::chrono::seconds after_noon) {
    return {
        name,
        [after_noon] { return with_claims(good_claims().with("exp", at(after_noon))); },
        fault_kind::expired_token};
}

[[nodiscard]] bad_token_case user(const char* name, unsigned number) {
    return {name, [number] { return with_claims(user_claims(number)); }};
}

const std::vector<bad_token_case> badly_claimed{
    expired("ExpPastTheSkew", std::chrono::seconds{-300}),
    expired("ExpLongAgo", std::chrono::hours{-9}),
    {"ExpPastButBadlySigned",
     [] {
         const std::string old = with_claims(good_claims().with("exp", at(std::chrono::hours{-9})));
         return old.substr(0, old.rfind('.')) + good_token().substr(good_token().rfind('.'));
     }},
    {"ExpPastAndNotYetValid",
     [] {
         return with_claims(good_claims()
                                .with("exp", at(std::chrono::hours{-9}))
                                .with("nbf", at(std::chrono::hours{9})));
     }},
    no_claim("ExpMissing", "exp"),
    claim("ExpNull", "exp", "null"),
    claim("ExpString", "exp", in_quotes(at(std::chrono::hours{1}))),
    claim("ExpFloat", "exp", at(std::chrono::hours{1}) + ".5"),
    claim("ExpExponent", "exp", "2e9"),
    claim("ExpNegative", "exp", "-1"),
    claim("ExpTwoToThe63", "exp", "9223372036854775808"),
    claim("ExpTrue", "exp", "true"),
    claim("NbfFuture", "nbf", at(std::chrono::seconds{301})),
    claim("NbfLargest", "nbf", "9223372036854775807"),
    claim("NbfString", "nbf", in_quotes("0")),
    claim("IatFuture", "iat", at(std::chrono::seconds{301})),
    claim("IatFloat", "iat", "1.5"),
    claim("IssuerWrong", "iss", in_quotes("https://evil.example/" + to_string(id_of(1)) + "/")),
    claim(
        "IssuerOfVersion2",
        "iss",
        in_quotes("https://login.microsoftonline.com/" + to_string(id_of(1)) + "/v2.0")
    ),
    claim("IssuerWithoutSlash", "iss", in_quotes("https://sts.windows.net/" + to_string(id_of(1)))),
    claim(
        "IssuerOfAnotherCloud",
        "iss",
        in_quotes("https://sts.chinacloudapi.cn/" + to_string(id_of(1)) + "/")
    ),
    claim("IssuerOfAnotherTenant", "iss", issuer(2)),
    claim("IssuerNumber", "iss", "1"),
    no_claim("IssuerMissing", "iss"),
    claim("TenantOfAnotherIssuer", "tid", in_quotes(id_of(2))),
    claim("TenantNotAGuid", "tid", in_quotes("partner1.onmicrosoft.com")),
    no_claim("TenantMissing", "tid"),
    {"TenantUnknown",
     [] {
         return with_claims(good_claims().with("tid", in_quotes(id_of(9))).with("iss", issuer(9)));
     }},
    {"PartnerDisabled",
     [] {
         return with_claims(good_claims()
                                .with("tid", in_quotes(id_of(disabled_partner)))
                                .with("iss", issuer(disabled_partner))
                                .with("appid", in_quotes(application_of(disabled_partner))));
     },
     fault_kind::partner_disabled},
    no_claim("ApplicationMissing", "appid"),
    claim("ApplicationNotAGuid", "appid", in_quotes("app")),
    claim("ApplicationUnknown", "appid", in_quotes(id_of(999))),
    claim("ApplicationDisabled", "appid", in_quotes(disabled_application())),
    claim("ApplicationOfAnotherPartner", "appid", in_quotes(application_of(2))),
    claim("UserWithoutObjectId", "scp", in_quotes("user_impersonation")),
    user("UserUnknown", 999),
    user("UserDisabled", disabled_user),
    user("UserOfAnotherPartner", user_of_another),
    claim("RolesNotAList", "roles", in_quotes("AdminAgents")),
    claim("AmrNotAList", "amr", in_quotes("mfa")),
    claim("AudienceNumber", "aud", "1"),
    claim("AudienceArrayWithNumber", "aud", R"(["https://api.partnercenter.microsoft.com",1])"),
    audience("AudienceWrong", in_quotes("https://management.azure.com")),
    audience("AudienceEmpty", in_quotes("")),
    {"AudienceMissing",
     [] { return with_claims(good_claims().without("aud")); },
     fault_kind::wrong_audience},
    audience("AudienceOfIdToken", in_quotes(application_of(1))),
    audience("AudienceGraph", in_quotes("https://graph.windows.net")),
    audience("AudienceGraphById", in_quotes("00000002-0000-0000-c000-000000000000")),
    audience(
        "AudienceSuperstring", in_quotes("https://api.partnercenter.microsoft.com.evil.example")
    ),
    audience("AudienceSubstring", in_quotes("https://api.partnercenter.microsoft")),
    audience("AudienceWithPath", in_quotes("https://api.partnercenter.microsoft.com/v1")),
    audience("AudienceTwoSlashes", in_quotes("https://api.partnercenter.microsoft.com//")),
    audience("AudienceHttp", in_quotes("http://api.partnercenter.microsoft.com")),
    audience("AudienceListInAString", in_quotes("other https://api.partnercenter.microsoft.com")),
    audience("AudienceArrayEmpty", "[]"),
    audience("AudienceArrayWithoutUs", R"(["a","b"])"),
    audience(
        "AudienceArrayOfSubstrings",
        R"(["https://api.partnercenter.microsoft.com.evil.example","api.partnercenter"])"
    ),
};
INSTANTIATE_TEST_SUITE_P(BadlyClaimed, BadToken, ::testing::ValuesIn(badly_claimed), name_of_case);

// What is remembered of tokens must never show but in the time that an answer takes.

using std::chrono::milliseconds;
using std::chrono::seconds;

[[nodiscard]] std::vector<bad_token_case> all_bad_tokens() {
    std::vector<bad_token_case> all = malformed;
    all.insert(all.end(), badly_signed.begin(), badly_signed.end());
    all.insert(all.end(), badly_claimed.begin(), badly_claimed.end());
    return all;
}

[[nodiscard]] std::vector<std::string> good_tokens() {
    return {
        good_token(),
        with_claims(user_claims(ann)),
        with_claims(user_claims(ann).with("upn", in_quotes("ann@p1.example"))),
        with_claims(good_claims().with("exp", at(seconds{-299}))),
        with_header(good_header().with("typ", in_quotes("at+jwt"))),
        with_audience(R"(["other","https://api.partnercenter.microsoft.com"])"),
    };
}

TEST(RememberedTokens, ChangeNoAnswer) {
    known_world world;
    token_verifier verifier{world.keys, world.policy, world.tenants};
    const std::vector<std::string> good = good_tokens();
    std::vector<std::string> all = good;
    for (const bad_token_case& each : all_bad_tokens()) all.push_back(each.make());

    for (const char* round : {"first", "second"}) {
        for (const std::string& token : all) {
            const auto fresh = verify(world, token);
            const auto remembering = verify(verifier, token, noon);
            ASSERT_EQ(fresh.has_value(), remembering.has_value()) << round << ' ' << token;
            if (fresh) {
                EXPECT_EQ(fresh->application_id, remembering->application_id);
                EXPECT_EQ(fresh->user_id, remembering->user_id);
                EXPECT_EQ(fresh->where, remembering->where);
            } else {
                EXPECT_EQ(fresh.error().kind, remembering.error().kind) << round << ' ' << token;
            }
        }
    }
    EXPECT_EQ(verifier.cache_counts().entries, good.size()) << "a refused token was remembered";
    EXPECT_EQ(verifier.cache_counts().hits, good.size());
    EXPECT_EQ(verifier.cache_counts().misses, 2 * all.size() - good.size());
}

TEST(RememberedTokens, EndWhenTheyExpireAndNotBefore) {
    known_world world;
    token_verifier verifier{world.keys, world.policy, world.tenants};
    const std::string token = good_token();  // until an hour after noon
    ASSERT_TRUE(verify(verifier, token, noon));

    const seconds end{3600 + 300};
    EXPECT_TRUE(verify(verifier, token, noon + end - milliseconds{1}));
    EXPECT_EQ(verify(verifier, token, noon + end).error().kind, fault_kind::expired_token);
    EXPECT_EQ(verifier.cache_counts().entries, 0U);
}

TEST(RememberedTokens, AreNotYetGoodWhenTheClockIsSetBack) {
    known_world world;
    token_verifier verifier{world.keys, world.policy, world.tenants};
    const std::string token = good_token();  // from a minute before noon on
    ASSERT_TRUE(verify(verifier, token, noon));

    EXPECT_TRUE(verify(verifier, token, noon - seconds{360}));
    EXPECT_EQ(verify(verifier, token, noon - seconds{361}).error().kind, fault_kind::bad_token);
}

TEST(RememberedTokens, AskTheDirectoryTwiceASecond) {
    known_world world;
    counting_database database{world.fresh.file.connect()};
    directory tenants{database};
    token_verifier verifier{world.keys, world.policy, tenants};
    const std::string token = good_token();
    const std::string other = with_claims(good_claims().with("uti", in_quotes("2")));
    ASSERT_TRUE(verify(verifier, token, noon));
    ASSERT_TRUE(verify(verifier, other, noon));
    ASSERT_EQ(database.reads(), 1U) << "once for an application, not for each of its tokens";

    for (int ms = 0; ms < 500; ++ms) {
        ASSERT_TRUE(verify(verifier, token, noon + milliseconds{ms}));
        ASSERT_TRUE(verify(verifier, other, noon + milliseconds{ms}));
    }
    EXPECT_EQ(database.reads(), 1U);
    ASSERT_TRUE(verify(verifier, token, noon + milliseconds{500}));
    ASSERT_TRUE(verify(verifier, other, noon + milliseconds{500}));
    EXPECT_EQ(database.reads(), 2U);
}

TEST(UnseenTokens, OfAKnownCallerAreCheckedLikeAny) {
    known_world world;
    token_verifier verifier{world.keys, world.policy, world.tenants};
    ASSERT_TRUE(verify(verifier, good_token(), noon));
    const auto fault_of = [&](const char* claim, const std::string& value) {
        return verify(verifier, with_claims(good_claims().with(claim, value)), noon).error().kind;
    };

    EXPECT_EQ(fault_of("aud", in_quotes("https://elsewhere.example")), fault_kind::wrong_audience);
    EXPECT_EQ(fault_of("iss", in_quotes("https://elsewhere.example")), fault_kind::bad_token);
    EXPECT_EQ(fault_of("tid", in_quotes(to_string(id_of(9)))), fault_kind::bad_token);
    EXPECT_EQ(fault_of("appid", in_quotes(to_string(id_of(9)))), fault_kind::bad_token);
}

/// A way to lose one's standing: as another process would write it, and what it makes of a token.
struct loss_case {
    const char* name;
    const char* sql;
    const char* undo;
    fault_kind expected;
};

class LostStanding : public ::testing::TestWithParam<loss_case> {};

TEST_P(LostStanding, IsSeenWithinASecondAndItsReturnAtOnce) {
    known_world world;
    const auto run_elsewhere = [&](const char* sql) {
        sqlite_file file{{.file = world.fresh.path}};
        std::vector<statement> change{{.sql = sql}};
        ASSERT_FALSE(run(file.connect()->write(std::move(change))).refused_by);
    };
    token_verifier verifier{world.keys, world.policy, world.tenants};
    const std::string token = with_claims(user_claims(ann));
    ASSERT_TRUE(verify(verifier, token, noon));

    run_elsewhere(GetParam().sql);
    const auto refused = verify(verifier, token, noon + milliseconds{999});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, GetParam().expected);
    EXPECT_EQ(verify(world, token).error().kind, GetParam().expected) << "without a memory";
    EXPECT_EQ(verifier.cache_counts().entries, 0U);

    run_elsewhere(GetParam().undo);
    EXPECT_TRUE(verify(verifier, token, noon + milliseconds{1000}));
}

INSTANTIATE_TEST_SUITE_P(
    RememberedTokens,
    LostStanding,
    ::testing::Values(
        loss_case{
            "OfAnApplication",
            "UPDATE applications SET disabled = 1",
            "UPDATE applications SET disabled = 0",
            fault_kind::bad_token},
        loss_case{
            "OfAPartner",
            "UPDATE partners SET disabled = 1",
            "UPDATE partners SET disabled = 0",
            fault_kind::partner_disabled},
        loss_case{
            "OfAUser",
            "UPDATE users SET disabled = 1",
            "UPDATE users SET disabled = 0",
            fault_kind::bad_token},
        loss_case{
            "OfACloud",
            "UPDATE partners SET cloud = 'china'",
            "UPDATE partners SET cloud = 'global'",
            fault_kind::bad_token}
    ),
    [](const auto& each) { return std::string{each.param.name}; }
);

TEST(RememberedTokens, CostNoAllocation) {
    known_world world;
    token_verifier verifier{world.keys, world.policy, world.tenants};
    const std::string token = with_claims(
        user_claims(ann)
            .with("upn", in_quotes("a-principal-name-that-no-string-keeps-in-itself@p1.example"))
            .with("roles", R"(["AdminAgents","GlobalAdmins","SalesAgents"])")
    );
    EXPECT_EQ(verifier.known(token, noon), nullptr);
    ASSERT_TRUE(verify(verifier, token, noon));
    ASSERT_EQ(verifier.cache_counts().hits, 0U);

    const std::size_t before = http::testing::allocations();
    const auto caller = verifier.known(token, noon);
    const std::size_t after = http::testing::allocations();

    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->user_id, id_of(ann));
    EXPECT_EQ(after, before);
    EXPECT_EQ(verifier.cache_counts().hits, 1U);
}

TEST(RememberedTokens, AreKnownOnlyWhileTheyAndTheirCallersStandingAreGood) {
    known_world world;
    token_verifier verifier{world.keys, world.policy, world.tenants};
    const std::string token = good_token();  // until an hour after noon
    ASSERT_TRUE(verify(verifier, token, noon));

    EXPECT_TRUE(verifier.known(token, noon + milliseconds{499}));
    EXPECT_FALSE(verifier.known(token, noon + milliseconds{500}));
    ASSERT_TRUE(verify(verifier, token, noon + milliseconds{500}));
    EXPECT_TRUE(verifier.known(token, noon + milliseconds{500}));
    EXPECT_FALSE(verifier.known(token + 'x', noon + milliseconds{500}));
    EXPECT_FALSE(verifier.known(token, noon + seconds{3600 + 300}));
}

/// Callers of one verifier on one reactor, all there before it runs.
class busy_verifier {
public:
    explicit busy_verifier(known_world& world)
        : verifier_{world.keys, world.policy, world.tenants} {}

    void present(std::string token) {
        boost::asio::co_spawn(reactor_, verify(std::move(token)), boost::asio::detached);
    }
    /// Runs until all are answered; what was verified by each turn of the loop's.
    [[nodiscard]] std::vector<std::uint64_t> run() {
        std::vector<std::uint64_t> verified;
        std::function<void()> watch = [&] {
            verified.push_back(verifier_.cache_counts().misses);
            if (waiting_ > 0) boost::asio::post(reactor_, watch);
        };
        boost::asio::post(reactor_, watch);
        reactor_.run();
        return verified;
    }

    [[nodiscard]] std::size_t good() const { return good_; }
    [[nodiscard]] std::size_t refused_as(fault_kind kind) const {
        return static_cast<std::size_t>(std::ranges::count(refused_, kind));
    }
    [[nodiscard]] token_cache_counts counts() const { return verifier_.cache_counts(); }

private:
    awaitable<void> verify(std::string token) {
        ++waiting_;
        const auto caller = co_await verifier_.verify(token, noon);
        --waiting_;
        if (caller) {
            ++good_;
        } else {
            refused_.push_back(caller.error().kind);
        }
    }

    boost::asio::io_context reactor_{1};
    token_verifier verifier_;
    std::size_t waiting_{};
    std::size_t good_{};
    std::vector<fault_kind> refused_{};
};

TEST(UnseenTokens, AreVerifiedOnePerTurnOfTheReactor) {
    known_world world;
    busy_verifier busy{world};
    for (int number = 0; number < 30; ++number) {
        busy.present(with_claims(good_claims().with("uti", std::to_string(number))));
        busy.present(with_signature([](std::string text) { return "x" + text.substr(1); }));
        busy.present("garbage" + std::to_string(number));
    }
    const auto verified = busy.run();

    EXPECT_EQ(busy.good(), 30U);
    EXPECT_EQ(busy.refused_as(fault_kind::bad_token), 60U);
    EXPECT_EQ(busy.counts().misses, 90U);
    for (std::size_t at = 1; at < verified.size(); ++at) {
        EXPECT_LE(verified[at] - verified[at - 1], 1U) << at;
    }
}

TEST(UnseenTokens, AreVerifiedOnceHoweverManyPresentOneAtATime) {
    known_world world;
    busy_verifier busy{world};
    for (int caller = 0; caller < 64; ++caller) busy.present(good_token());
    static_cast<void>(busy.run());

    EXPECT_EQ(busy.good(), 64U);
    EXPECT_EQ(busy.counts().misses, 1U);
    EXPECT_EQ(busy.counts().hits, 63U);
}

TEST(UnseenTokens, AreRefusedForTheMomentWhenTooManyWait) {
    known_world world;
    busy_verifier busy{world};
    for (std::size_t caller = 0; caller < reactor_lane::waiting_max; ++caller) {
        busy.present("garbage");
    }
    busy.present(good_token());
    static_cast<void>(busy.run());

    EXPECT_EQ(busy.refused_as(fault_kind::unavailable), 1U);
    EXPECT_EQ(busy.refused_as(fault_kind::bad_token), reactor_lane::waiting_max);
}

TEST(RememberedTokens, KeepTheCallerOfASuspendedRequest) {
    known_world world;
    token_verifier verifier{world.keys, world.policy, world.tenants};
    const auto caller = run(verifier.verify(good_token(), noon)).value();
    ASSERT_TRUE(run(world.tenants.disable_application(application_of(1))));
    ASSERT_FALSE(verify(verifier, good_token(), noon + seconds{1}));

    EXPECT_EQ(verifier.cache_counts().entries, 0U);
    EXPECT_EQ(caller->application_id, application_of(1));
}

}  // namespace
}  // namespace partner_center
