// The catalogue of bad tokens, each presented to the whole API and refused as every other of its
// kind is: same status, same body, same challenge. Row 51 (app-only where only users may) is in
// get_company_profile_test.cpp.
// SPDX-License-Identifier: MIT
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/identity/forgery_testing.hpp"
#include "server/identity/openssl_testing.hpp"
#include "server/identity/random.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"
#include "tests/conformance/api_under_test.hpp"

namespace partner_center {
namespace {

using namespace testing;
using namespace std::string_literals;

constexpr std::string_view tidewater = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr std::string_view evil = "https://evil.example/keys";

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

/// Who the tokens speak of, besides the demo's own: written into the API's store once, by a
/// connection of our own.
struct known_people {
    known_people() {
        sqlite_file file{{.file = api().data() / "partnerd.db"}};
        store records{file.connect()};
        const guid partner_id = api().partner().tenant_id;
        application_record disabled{
            .id = disabled_application, .partner_id = partner_id, .disabled = true};
        user_record ann{
            .id = user, .partner_id = partner_id, .user_principal_name = to_string(user)};
        block_on(records.tenants().add_application(std::move(disabled)));
        block_on(records.tenants().add_user(std::move(ann)));
    }
    const guid disabled_application{random_guid()};
    const guid user{random_guid()};
};
[[nodiscard]] const known_people& people() {
    static const known_people known;
    return known;
}

/// Our own key, with nothing between the test and OpenSSL.
[[nodiscard]] const test_key& our_key() {
    static const test_key key = read_pem(api().key_file());
    return key;
}
[[nodiscard]] const test_key& foreign_key() {
    static const test_key key = own(EVP_RSA_gen(2048));
    return key;
}

[[nodiscard]] std::string after_now(std::chrono::seconds time) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return std::to_string((now + time).time_since_epoch().count());
}
constexpr std::chrono::hours hour{1};

[[nodiscard]] std::string issuer_of(const guid& tenant) {
    return in_quotes("https://sts.windows.net/" + to_string(tenant) + "/");
}

[[nodiscard]] members good_header() {
    return {
        {"typ", in_quotes("JWT")},
        {"alg", in_quotes("RS256")},
        {"kid", in_quotes(api().key().id())}};
}
[[nodiscard]] members good_claims() {
    const demo_partner& partner = api().partner();
    return {
        {"aud", in_quotes(clouds::global.audience)},
        {"iss", issuer_of(partner.tenant_id)},
        {"iat", after_now(-hour)},
        {"nbf", after_now(-hour)},
        {"exp", after_now(hour)},
        {"appid", in_quotes(partner.applications.at(0).client_id)},
        {"tid", in_quotes(partner.tenant_id)},
    };
}
[[nodiscard]] members user_claims() {
    return good_claims()
        .with("oid", in_quotes(people().user))
        .with("upn", in_quotes(to_string(people().user)))
        .with("scp", in_quotes("user_impersonation"))
        .with("amr", R"(["pwd","mfa"])")
        .with("roles", R"(["HelpdeskAgents"])");
}

[[nodiscard]] std::string signed_as_is(std::string_view header, std::string_view payload) {
    return testing::token_of(api().key(), header, payload);
}
[[nodiscard]] std::string with_header(const members& header) {
    return signed_as_is(header.json(), good_claims().json());
}
[[nodiscard]] std::string with_header(const std::string& name, const std::string& json) {
    return with_header(good_header().with(name, json));
}
[[nodiscard]] std::string with_claims(const members& claims) {
    return signed_as_is(good_header().json(), claims.json());
}
[[nodiscard]] std::string with_claim(const std::string& name, const std::string& json) {
    return with_claims(good_claims().with(name, json));
}
[[nodiscard]] std::string good_token() {
    return with_claims(good_claims());
}

/// The good claims under another header, signed in another way.
[[nodiscard]] std::string signed_otherwise(
    const members& header, const test_key& key, const char* digest, bool pss
) {
    const std::string text = signed_text(header.json(), good_claims().json());
    return text + '.' + to_base64url(sign_as(key, digest, text, pss));
}
[[nodiscard]] std::string by_algorithm(
    const std::string& name, const test_key& key, const char* digest, bool pss
) {
    return signed_otherwise(good_header().with("alg", in_quotes(name)), key, digest, pss);
}
[[nodiscard]] std::string signed_by(const test_key& key, const members& header) {
    return signed_otherwise(header, key, "SHA256", false);
}

/// A good token but for its size, which a claim and a header member fill up.
[[nodiscard]] std::string token_of_size(std::size_t bytes) {
    for (std::size_t more = 0; more < 4; ++more) {
        const members header = good_header().with("x", in_quotes(std::string(more, 'x')));
        const auto of_padding = [&](std::size_t padding) {
            const members claims = good_claims().with("x", in_quotes(std::string(padding, 'x')));
            return signed_as_is(header.json(), claims.json());
        };
        std::size_t padding = (bytes - of_padding(0).size()) * 3 / 4 - 2;
        for (std::size_t tries = 0; tries < 5; ++tries, ++padding) {
            std::string token = of_padding(padding);
            if (token.size() == bytes) return token;
        }
    }
    return {};
}

/// A request and how it is refused.
struct attempt {
    http::request request{};
    fault expected{};
};
using attempts = std::vector<attempt>;

[[nodiscard]] http::request request_with(fields fields) {
    return {.method = "GET", .target = billing_path(tidewater), .fields = std::move(fields)};
}
[[nodiscard]] http::request bearing(const std::string& token) {
    return request_with({{"Authorization", "Bearer " + token}});
}
[[nodiscard]] attempts refused(fault_kind kind, const std::vector<std::string>& tokens) {
    attempts out;
    for (const std::string& token : tokens) out.push_back({bearing(token), {.kind = kind}});
    return out;
}
[[nodiscard]] attempts denied(const std::vector<std::string>& tokens) {
    return refused(fault_kind::bad_token, tokens);
}

/// One line of the catalogue.
struct row {
    int number;
    const char* name;
    std::function<attempts()> make;
};

const std::vector<row> no_token{
    {1,
     "NoHeader",
     [] {
         return attempts{{request_with({}), {fault_kind::missing_token}}};
     }},
    {2,
     "WrongScheme",
     [] {
         attempts out;
         for (const std::string& value :
              {"Basic " + good_token(),
               good_token(),
               "Bearer" + good_token(),
               "Bearer\t" + good_token(),
               "Token " + good_token(),
               "OAuth Bearer " + good_token()}) {
             out.push_back({request_with({{"Authorization", value}}), {fault_kind::missing_token}});
         }
         return out;
     }},
    {3,
     "EmptyBearer",
     [] {
         attempts out;
         for (const char* value : {"Bearer", "bearer", "Bearer "}) {
             out.push_back({request_with({{"Authorization", value}}), {fault_kind::missing_token}});
         }
         return out;
     }},
    {4,
     "TwoHeaders",
     [] {
         const std::string good = "Bearer " + good_token();
         return attempts{
             {request_with({{"Authorization", good}, {"Authorization", good}}),
              {fault_kind::bad_token}},
             {request_with({{"Authorization", good}, {"authorization", "Basic YTpi"}}),
              {fault_kind::bad_token}}};
     }},
    {5,
     "OnlyInQueryBodyOrCookie",
     [] {
         http::request in_query = request_with({});
         in_query.target += "?access_token=" + good_token();
         http::request in_body =
             request_with({{"Content-Type", "application/x-www-form-urlencoded"}});
         in_body.body = "access_token=" + good_token();
         const http::request in_cookie = request_with({{"Cookie", "access_token=" + good_token()}});
         attempts out;
         for (const http::request& each : {in_query, in_body, in_cookie}) {
             out.push_back({each, {fault_kind::missing_token}});
         }
         return out;
     }},
};

const std::vector<row> misshapen{
    {6,
     "TwoSegments",
     [] {
         const std::string good = good_token();
         return denied({good.substr(0, good.rfind('.')), good.substr(good.find('.') + 1)});
     }},
    {7,
     "FiveSegments",
     [] {
         const std::string jwe_header = R"({"alg":"RSA-OAEP","enc":"A256GCM","typ":"JWT"})";
         return denied(
             {good_token() + ".YQ.YQ", to_base64url(jwe_header) + ".YQ.YQ.YQ.YQ", "....", "a.b.c.d"}
         );
     }},
    {8,
     "NotBase64url",
     [] {
         const std::string good = good_token();
         return denied({"!" + good.substr(1), "a.b.c", "%%%.%%%.%%%", "\xC3\xA4" + good.substr(2)});
     }},
    {9,
     "PaddedOrStandardAlphabet",
     [] {
         std::string standard = good_token();
         while (standard.find_first_of("-_", standard.rfind('.')) == std::string::npos) {
             standard = with_claim("x", after_now({}));
         }
         for (char& each : standard) each = each == '-' ? '+' : each == '_' ? '/' : each;
         const std::string good = good_token();
         std::string inner = good;
         inner.insert(inner.find('.'), "==");
         return denied({good + "=", good + "==", inner, standard});
     }},
    {10,
     "HeaderNotJson",
     [] {
         const std::string claims = good_claims().json();
         return denied(
             {signed_as_is("alg=RS256", claims),
              signed_as_is("[]", claims),
              signed_as_is("\"RS256\"", claims),
              signed_as_is(good_header().json() + "}", claims),
              signed_as_is("\xEF\xBB\xBF" + good_header().json(), claims)}
         );
     }},
    {11,
     "PayloadNotAnObject",
     [] {
         const std::string header = good_header().json();
         return denied(
             {signed_as_is(header, '[' + good_claims().json() + ']'),
              signed_as_is(header, "\"x\""),
              signed_as_is(header, "1"),
              signed_as_is(header, "null"),
              signed_as_is(header, "aud=us"),
              signed_as_is(header, good_claims().json() + "{}")}
         );
     }},
    {12,
     "DuplicateMembers",
     [] {
         const std::string tenant = in_quotes(api().partner().tenant_id);
         return denied(
             {with_header(good_header().twice("alg", in_quotes("RS256"))),
              with_header(good_header().twice("alg", in_quotes("none"))),
              with_claims(good_claims().twice("tid", tenant)),
              with_claims(good_claims().twice("exp", after_now(9 * hour))),
              with_claims(good_claims().twice("x", "1").twice("x", "1")),
              with_claims(good_claims().twice("\\u0074id", tenant))}
         );
     }},
    {13,
     "InvalidUtf8OrNul",
     [] {
         return denied(
             {with_claim("x", "\"\xC3\x28\""),
              with_claim("x", "\"\xED\xA0\x80\""),
              with_claim("x", "\"\xC0\x80\""),
              with_claim("x", "\"a\0b\""s),
              with_header("x", "\"\xFF\""),
              with_header("x", "\"a\0b\""s)}
         );
     }},
    {14,
     "OverSixteenKibibytes",
     [] {
         return denied({token_of_size(token_bytes_max + 1), token_of_size(token_bytes_max + 4000)});
     }},
};

const std::vector<row> badly_signed{
    {15,
     "AlgNone",
     [] {
         const std::string unsigned_text =
             signed_text(good_header().with("alg", in_quotes("none")).json(), good_claims().json());
         return denied({
             unsigned_text + '.',
             unsigned_text + "." + signature_of(good_token()),
             with_header("alg", in_quotes("none")),
         });
     }},
    {16,
     "AlgNoneSpeltOtherwise",
     [] {
         attempts out;
         for (const char* name : {"None", "nONE", "NONE", "none ", " none", "n\\u006fne", ""}) {
             const std::string header = good_header().with("alg", in_quotes(name)).json();
             const std::string text = signed_text(header, good_claims().json());
             out.push_back({bearing(text + '.'), {fault_kind::bad_token}});
             out.push_back({bearing(with_header("alg", in_quotes(name))), {fault_kind::bad_token}});
         }
         return out;
     }},
    {17,
     "AlgMissing",
     [] {
         return denied(
             {with_header(good_header().without("alg")),
              with_header("alg", "null"),
              with_header("alg", R"(["RS256"])"),
              with_header(good_header().without("alg").with("ALG", in_quotes("RS256")))}
         );
     }},
    {18,
     "HmacKeyedWithThePublicKey",
     [] {
         std::string pem = public_pem(our_key());
         const std::string modulus = api().key().modulus();
         std::vector<std::string> tokens;
         for (const std::string& secret :
              {pem,
               pem.substr(0, pem.size() - 1),
               bare_public_pem(our_key()),
               public_der(our_key()),
               bare_public_der(our_key()),
               public_jwk(our_key()),
               modulus,
               *from_base64url(modulus),
               api().key().id()}) {
             tokens.push_back(by_algorithm("HS256", hmac_key(secret), "SHA256", false));
             tokens.push_back(by_algorithm("RS256", hmac_key(secret), "SHA256", false));
         }
         tokens.push_back(by_algorithm("HS384", hmac_key(pem), "SHA384", false));
         tokens.push_back(by_algorithm("HS512", hmac_key(pem), "SHA512", false));
         return denied(tokens);
     }},
    {19,
     "SiblingAlgorithm",
     [] {
         const test_key curve = own(EVP_EC_gen("P-256"));
         return denied(
             {by_algorithm("RS384", our_key(), "SHA384", false),
              by_algorithm("RS512", our_key(), "SHA512", false),
              by_algorithm("PS256", our_key(), "SHA256", true),
              by_algorithm("RS256", our_key(), "SHA384", false),
              by_algorithm("RS256", our_key(), "SHA256", true),
              by_algorithm("RS256", our_key(), "SHA1", false),
              by_algorithm("RS384", our_key(), "SHA256", false),
              by_algorithm("ES256", curve, "SHA256", false),
              by_algorithm("RS256", curve, "SHA256", false),
              with_header("alg", in_quotes("rs256")),
              with_header("alg", in_quotes("RS256 "))}
         );
     }},
    {20,
     "EmptySignature",
     [] {
         const std::string good = good_token();
         return denied({with_signature(good, "")});
     }},
    {21,
     "FlippedBit",
     [] {
         const std::string good = good_token();
         const std::string signature = *from_base64url(signature_of(good));
         std::vector<std::string> tokens;
         for (const std::size_t bit : {0U, 7U, 1000U, 2047U}) {
             std::string flipped = signature;
             flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
             tokens.push_back(with_signature(good, to_base64url(flipped)));
         }
         std::string unused_bits = good;  // 256 bytes leave four of them in the last letter
         ++unused_bits.back();
         tokens.push_back(unused_bits);
         return denied(tokens);
     }},
    {22,
     "TruncatedSignature",
     [] {
         const std::string good = good_token();
         const std::string signature = *from_base64url(signature_of(good));
         return denied(
             {with_signature(good, to_base64url(signature.substr(0, 255))),
              with_signature(good, to_base64url(signature.substr(1))),
              with_signature(good, to_base64url(signature.substr(0, 128))),
              with_signature(good, to_base64url(signature + '\0')),
              with_signature(good, to_base64url('\0' + signature)),
              good.substr(0, good.size() - 1)}
         );
     }},
    {23,
     "AlteredPayload",
     [] {
         const std::string signature = signature_of(good_token());
         const std::string longer = with_claim("exp", after_now(99 * hour));
         const std::string other = with_claim("tid", in_quotes(api().other_partner().tenant_id));
         return denied({with_signature(longer, signature), with_signature(other, signature)});
     }},
    {24,
     "Es256OfZeros",
     [] {
         std::vector<std::string> tokens;
         for (const char* name : {"ES256", "RS256"}) {
             const std::string header = good_header().with("alg", in_quotes(name)).json();
             const std::string text = signed_text(header, good_claims().json());
             for (const std::size_t bytes : {64U, 256U}) {
                 tokens.push_back(text + '.' + to_base64url(std::string(bytes, '\0')));
             }
         }
         return denied(tokens);
     }},
    {25,
     "ShortKey",
     [] {
         const test_key weak = own(EVP_RSA_gen(1024));
         return denied({signed_by(weak, good_header()), signed_by(foreign_key(), good_header())});
     }},
};

const std::vector<row> badly_keyed{
    {26,
     "UnknownKid",
     [] {
         const members header = good_header().with("kid", in_quotes("another"));
         return denied({with_header(header), signed_by(foreign_key(), header)});
     }},
    {27,
     "MissingKid",
     [] {
         // Also while there is one key: a token must not change its meaning when a second comes.
         return denied(
             {with_header(good_header().without("kid")),
              with_header("kid", in_quotes("")),
              with_header("kid", "null")}
         );
     }},
    {28,
     "KidPathTraversal",
     [] {
         return denied(
             {with_header("kid", in_quotes("../../../../dev/null")),
              with_header("kid", in_quotes("/proc/self/environ")),
              with_header("kid", in_quotes("file:///etc/passwd"))}
         );
     }},
    {29,
     "KidInjection",
     [] {
         const std::string id = api().key().id();
         return denied(
             {with_header("kid", in_quotes("x' OR '1'='1")),
              with_header("kid", in_quotes(id + "' --")),
              with_header("kid", in_quotes("$(id)")),
              with_header("kid", in_quotes("x|/bin/true")),
              with_header("kid", in_quotes(id + "\\u0000"))}
         );
     }},
    {30,
     "Jku",
     [] {
         const members header = good_header().with("jku", in_quotes(evil));
         return denied({with_header(header), signed_by(foreign_key(), header)});
     }},
    {31,
     "X5u",
     [] {
         const members header = good_header().with("x5u", in_quotes(evil));
         return denied({with_header(header), signed_by(foreign_key(), header)});
     }},
    {32,
     "EmbeddedJwk",
     [] {
         const members header = good_header().with("jwk", public_jwk(foreign_key()));
         return denied(
             {signed_by(foreign_key(), header),
              signed_by(foreign_key(), header.without("kid")),
              with_header("jwk", public_jwk(our_key()))}
         );
     }},
    {33,
     "UnanchoredX5c",
     [] {
         std::string certificate(4096, '\0');  // x5c is in plain base64
         const std::string der = self_signed_certificate(foreign_key());
         const int size = EVP_EncodeBlock(
             reinterpret_cast<unsigned char*>(certificate.data()),
             reinterpret_cast<const unsigned char*>(der.data()),
             static_cast<int>(der.size())
         );
         certificate.resize(static_cast<std::size_t>(size));
         const members header = good_header().with("x5c", "[" + in_quotes(certificate) + "]");
         return denied(
             {signed_by(foreign_key(), header),
              with_header(header),
              with_header("x5c", R"(["MIIB"])")}
         );
     }},
    {34,
     "UnknownCrit",
     [] {
         return denied(
             {with_header("crit", R"(["exp"])"),
              with_header("crit", R"(["http://evil.example/x"])"),
              with_header("crit", "[]"),
              with_header("crit", "null")}
         );
     }},
    {35,
     "UnencodedOrCompressed",
     [] {
         const members header = good_header().with("b64", "false").with("crit", R"(["b64"])");
         const std::string payload = good_claims().json();
         const std::string text = to_base64url(header.json()) + '.' + payload;
         return denied(
             {text + '.' + to_base64url(api().key().sign(text)),
              with_header("b64", "false"),
              with_header("b64", "true"),
              with_header("zip", in_quotes("DEF"))}
         );
     }},
};

const std::vector<row> badly_claimed{
    {36,
     "IdOrRefreshTokenAsAccessToken",
     [] {
         const std::string client = in_quotes(api().partner().applications.at(0).client_id);
         const members id_claims = good_claims()
                                       .without("appid")
                                       .with("aud", client)
                                       .with("nonce", in_quotes("n"))
                                       .with("oid", in_quotes(people().user));
         return denied(
             {with_claims(id_claims),
              with_claims(id_claims.with("aud", in_quotes(clouds::global.audience))),
              with_header("typ", in_quotes("id_token")),
              with_header("typ", in_quotes("rt+jwt")),
              with_header("typ", in_quotes("logout+jwt")),
              with_header(good_header().without("typ")),
              "0.AXoA" + std::string(900, 'q'),
              "1.AXoA." + std::string(600, 'q') + "." + std::string(300, 'q')}
         );
     }},
    {37,
     "Expired",
     [] {
         return refused(
             fault_kind::expired_token,
             {with_claim("exp", after_now(-clock_skew)), with_claim("exp", after_now(-99 * hour))}
         );
     }},
    {38,
     "NoExp",
     [] {
         return denied({with_claims(good_claims().without("exp")), with_claim("exp", "null")});
     }},
    {39,
     "ExpNotAWholeNumber",
     [] {
         return denied(
             {with_claim("exp", in_quotes(after_now(hour))),
              with_claim("exp", after_now(hour) + ".5"),
              with_claim("exp", "2e9"),
              with_claim("exp", "-1"),
              with_claim("exp", "9223372036854775808"),
              with_claim("exp", "true")}
         );
     }},
    {40,
     "NbfInTheFuture",
     [] {
         return denied(
             {with_claim("nbf", after_now(hour)), with_claim("nbf", "9223372036854775807")}
         );
     }},
    {41, "IatInTheFuture", [] { return denied({with_claim("iat", after_now(hour))}); }},
    {42,
     "WrongIssuer",
     [] {
         const std::string tenant = to_string(api().partner().tenant_id);
         return denied(
             {with_claim("iss", in_quotes("https://evil.example/" + tenant + "/")),
              with_claim("iss", in_quotes("https://sts.windows.net/" + tenant)),
              with_claim("iss", in_quotes("https://sts.chinacloudapi.cn/" + tenant + "/")),
              with_claim("iss", in_quotes("https://login.microsoftonline.com/" + tenant + "/v2.0")),
              with_claims(good_claims().without("iss"))}
         );
     }},
    {43,
     "IssuerOfAnotherTenant",
     [] {
         const guid other = api().other_partner().tenant_id;
         return denied(
             {with_claim("iss", issuer_of(other)),
              with_claim("tid", in_quotes(other)),
              with_claims(good_claims().with("iss", issuer_of(other)).with("tid", in_quotes(other))
              )}
         );
     }},
    {44,
     "WrongAudience",
     [] {
         return refused(
             fault_kind::wrong_audience,
             {with_claim("aud", in_quotes("https://graph.microsoft.com")),
              with_claim("aud", in_quotes(api().partner().applications.at(0).client_id)),
              with_claim("aud", in_quotes(clouds::china.audience)),
              with_claim("aud", in_quotes("")),
              with_claims(good_claims().without("aud"))}
         );
     }},
    {45,
     "AudienceAlmostOurs",
     [] {
         const std::string ours{clouds::global.audience};
         return refused(
             fault_kind::wrong_audience,
             {with_claim("aud", R"(["a","b"])"),
              with_claim("aud", "[]"),
              with_claim("aud", in_quotes(ours + ".evil.example")),
              with_claim("aud", in_quotes(ours.substr(0, ours.size() - 4))),
              with_claim("aud", in_quotes(ours + "/v1")),
              with_claim("aud", in_quotes("x " + ours)),
              with_claim("aud", "[" + in_quotes(ours + ".evil.example") + "]")}
         );
     }},
    {46,
     "LegacyAudience",
     [] {
         return refused(
             fault_kind::wrong_audience,
             {with_claim("aud", in_quotes("https://graph.windows.net")),
              with_claim("aud", in_quotes("https://graph.windows.net/")),
              with_claim("aud", in_quotes(legacy_application_id))}
         );
     }},
    {47,
     "UserWithoutMfa",
     [] {
         return refused(
             fault_kind::mfa_required,
             {with_claims(user_claims().without("amr")),
              with_claims(user_claims().with("amr", R"(["pwd"])")),
              with_claims(user_claims().with("amr", R"(["pwd","MFA","mfa2"])")),
              with_claims(user_claims().without("amr").without("scp").without("roles"))}
         );
     }},
    {48,
     "NoTenantOrApplication",
     [] {
         return denied(
             {with_claims(good_claims().without("tid")),
              with_claims(good_claims().without("appid")),
              with_claim("tid", in_quotes(api().partner().domain)),
              with_claim("appid", in_quotes("app"))}
         );
     }},
    {49,
     "UnknownOrDisabledApplication",
     [] {
         const guid of_another = api().other_partner().applications.at(0).client_id;
         return denied(
             {with_claim("appid", in_quotes(random_guid())),
              with_claim("appid", in_quotes(people().disabled_application)),
              with_claim("appid", in_quotes(of_another)),
              with_claims(user_claims().with("oid", in_quotes(random_guid()))),
              with_claims(user_claims().without("oid"))}
         );
     }},
    {50,
     "ScopeOrRoleMissing",
     [] {
         attempts out = refused(
             fault_kind::insufficient_scope,
             {with_claims(user_claims().without("scp")),
              with_claims(user_claims().with("scp", in_quotes("openid profile"))),
              with_claims(user_claims().with("scp", in_quotes("user_impersonation_2")))}
         );
         const attempts by_role = refused(
             fault_kind::insufficient_role,
             {with_claims(user_claims().without("roles")),
              with_claims(user_claims().with("roles", "[]")),
              with_claims(user_claims().with("roles", R"(["Users","AdminAgent"])"))}
         );
         out.insert(out.end(), by_role.begin(), by_role.end());
         return out;
     }},
    {52,
     "OfAnotherPartner",
     [] {
         const demo_partner& other = api().other_partner();
         const std::string token = api().token_of(other);
         const guid unknown = random_guid();
         http::request for_unknown = bearing(token);
         for_unknown.target = billing_path(to_string(unknown));
         return attempts{
             {bearing(token), no_relationship(other.tenant_id, *parse_guid(tidewater))},
             {for_unknown, unknown_tenant()},
         };
     }},
};

[[nodiscard]] std::string challenge_of(const fault& problem, const http::response& answer) {
    if (row_of(problem.kind).status != 401) return "(none)";
    if (problem.kind == fault_kind::mfa_required) return R"(Bearer error="invalid_token")";
    return "OAuth realm=urn:cpsvc:cpid:" +
           std::string{answer.find("MS-CorrelationId").value_or("")};
}

class BadToken : public ::testing::TestWithParam<row> {};

TEST_P(BadToken, IsRefused) {
    const http::request good = bearing(good_token());
    for (const attempt& each : GetParam().make()) {
        std::string body;
        append_json(body, each.expected, fault_code_form::number);
        // A second time, with the same partner's good token between: nothing is remembered wrongly.
        for (const char* time : {"first", "second"}) {
            const http::response answer = api().exchange(each.request);
            const std::string said{answer.find("WWW-Authenticate").value_or("(none)")};

            EXPECT_EQ(answer.status, row_of(each.expected.kind).status) << time;
            EXPECT_EQ(answer.body, body) << time;
            EXPECT_EQ(answer.find("Content-Type"), "application/json; charset=utf-8");
            EXPECT_EQ(said, challenge_of(each.expected, answer));
            EXPECT_EQ(api().exchange(good).status, 200U);
        }
    }
}

[[nodiscard]] std::string name_of_row(const ::testing::TestParamInfo<row>& info) {
    return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(None, BadToken, ::testing::ValuesIn(no_token), name_of_row);
INSTANTIATE_TEST_SUITE_P(Misshapen, BadToken, ::testing::ValuesIn(misshapen), name_of_row);
INSTANTIATE_TEST_SUITE_P(BadlySigned, BadToken, ::testing::ValuesIn(badly_signed), name_of_row);
INSTANTIATE_TEST_SUITE_P(BadlyKeyed, BadToken, ::testing::ValuesIn(badly_keyed), name_of_row);
INSTANTIATE_TEST_SUITE_P(BadlyClaimed, BadToken, ::testing::ValuesIn(badly_claimed), name_of_row);

TEST(BadTokens, AreAllHereInOrder) {
    std::vector<int> numbers;
    for (const auto* part : {&no_token, &misshapen, &badly_signed, &badly_keyed, &badly_claimed}) {
        for (const row& each : *part) numbers.push_back(each.number);
    }
    std::vector<int> expected;
    for (int number = 1; number <= 52; ++number) {
        if (number != 51) expected.push_back(number);
    }
    EXPECT_EQ(numbers, expected);
}

TEST(GoodToken, IsTakenUpToTheLargestSize) {
    const std::string token = token_of_size(token_bytes_max);

    EXPECT_EQ(token.size(), token_bytes_max);
    EXPECT_EQ(api().exchange(bearing(token)).status, 200U);
}

TEST(GoodToken, MayBeOfAUser) {
    EXPECT_EQ(api().exchange(bearing(with_claims(user_claims()))).status, 200U);
    const members in_other_words = user_claims()
                                       .with("roles", R"(["x","BILLINGADMINS"])")
                                       .with("scp", R"("a user_impersonation")");
    EXPECT_EQ(api().exchange(bearing(with_claims(in_other_words))).status, 200U);
}

TEST(GoodToken, SaysWhetherItIsMfaCompliantWhenAsked) {
    const auto told = [](const std::string& token, const char* asked) {
        http::request request = bearing(token);
        request.fields.push_back({"ValidateMfa", asked});
        return std::string{api().exchange(request).find("isMfaCompliant").value_or("(none)")};
    };
    const std::string user = with_claims(user_claims());

    EXPECT_EQ(told(user, "true"), "true");
    EXPECT_EQ(told(with_claims(user_claims().without("amr")), "true"), "false");
    EXPECT_EQ(told(with_claims(user_claims().without("roles")), "true"), "true");
    EXPECT_EQ(told(user, "false"), "(none)");
    EXPECT_EQ(told(user, "1"), "(none)");
    EXPECT_EQ(told(good_token(), "true"), "(none)");
    EXPECT_EQ(told(with_signature(user, "x"), "true"), "(none)");
    EXPECT_FALSE(api().exchange(bearing(user)).find("isMfaCompliant"));
}

}  // namespace
}  // namespace partner_center
