// The catalogue of bad tokens, each presented to the whole API as a token of each kind of caller
// and refused as every other of its kind is: same status, same body, same challenge. Row 51
// (app-only where only users may) is in get_company_profile_test.cpp.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/identity/base64url.hpp"
#include "server/identity/forgery_testing.hpp"
#include "server/identity/openssl_testing.hpp"
#include "server/identity/random.hpp"
#include "tests/conformance/api_under_test.hpp"
#include "tests/conformance/token_maker.hpp"

namespace partner_center {
namespace {

using namespace testing;
using namespace std::string_literals;

constexpr std::string_view tidewater = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr std::string_view evil = "https://evil.example/keys";

constexpr std::chrono::hours hour{1};

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
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
    int number{};
    const char* name{};
    attempts (*make)(const token_maker& from){};
    std::vector<std::pair<caller_kind, const char*>> absent{};  ///< for whom, and why
};

const std::vector<row> no_token{
    {1,
     "NoHeader",
     [](const token_maker&) {
         return attempts{{request_with({}), {fault_kind::missing_token}}};
     }},
    {2,
     "WrongScheme",
     [](const token_maker& from) {
         attempts out;
         for (const std::string& value :
              {"Basic " + from.good_token(),
               from.good_token(),
               "Bearer" + from.good_token(),
               "Bearer\t" + from.good_token(),
               "Token " + from.good_token(),
               "OAuth Bearer " + from.good_token()}) {
             out.push_back({request_with({{"Authorization", value}}), {fault_kind::missing_token}});
         }
         return out;
     }},
    {3,
     "EmptyBearer",
     [](const token_maker&) {
         attempts out;
         for (const char* value : {"Bearer", "bearer", "Bearer "}) {
             out.push_back({request_with({{"Authorization", value}}), {fault_kind::missing_token}});
         }
         return out;
     }},
    {4,
     "TwoHeaders",
     [](const token_maker& from) {
         const std::string good = "Bearer " + from.good_token();
         return attempts{
             {request_with({{"Authorization", good}, {"Authorization", good}}),
              {fault_kind::bad_token}},
             {request_with({{"Authorization", good}, {"authorization", "Basic YTpi"}}),
              {fault_kind::bad_token}}};
     }},
    {5,
     "OnlyInQueryBodyOrCookie",
     [](const token_maker& from) {
         http::request in_query = request_with({});
         in_query.target += "?access_token=" + from.good_token();
         http::request in_body =
             request_with({{"Content-Type", "application/x-www-form-urlencoded"}});
         in_body.body = "access_token=" + from.good_token();
         const http::request in_cookie =
             request_with({{"Cookie", "access_token=" + from.good_token()}});
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
     [](const token_maker& from) {
         const std::string good = from.good_token();
         return denied({good.substr(0, good.rfind('.')), good.substr(good.find('.') + 1)});
     }},
    {7,
     "FiveSegments",
     [](const token_maker& from) {
         const std::string jwe_header = R"({"alg":"RSA-OAEP","enc":"A256GCM","typ":"JWT"})";
         return denied(
             {from.good_token() + ".YQ.YQ",
              to_base64url(jwe_header) + ".YQ.YQ.YQ.YQ",
              "....",
              "a.b.c.d"}
         );
     }},
    {8,
     "NotBase64url",
     [](const token_maker& from) {
         const std::string good = from.good_token();
         return denied({"!" + good.substr(1), "a.b.c", "%%%.%%%.%%%", "\xC3\xA4" + good.substr(2)});
     }},
    {9,
     "PaddedOrStandardAlphabet",
     [](const token_maker& from) {
         std::string standard = from.good_token();
         while (standard.find_first_of("-_", standard.rfind('.')) == std::string::npos) {
             standard = from.with_claim("x", after_now({}));
         }
         for (char& each : standard) each = each == '-' ? '+' : each == '_' ? '/' : each;
         const std::string good = from.good_token();
         std::string inner = good;
         inner.insert(inner.find('.'), "==");
         return denied({good + "=", good + "==", inner, standard});
     }},
    {10,
     "HeaderNotJson",
     [](const token_maker& from) {
         const std::string claims = from.good_claims().json();
         return denied(
             {from.signed_as_is("alg=RS256", claims),
              from.signed_as_is("[]", claims),
              from.signed_as_is("\"RS256\"", claims),
              from.signed_as_is(from.good_header().json() + "}", claims),
              from.signed_as_is("\xEF\xBB\xBF" + from.good_header().json(), claims)}
         );
     }},
    {11,
     "PayloadNotAnObject",
     [](const token_maker& from) {
         const std::string header = from.good_header().json();
         return denied(
             {from.signed_as_is(header, '[' + from.good_claims().json() + ']'),
              from.signed_as_is(header, "\"x\""),
              from.signed_as_is(header, "1"),
              from.signed_as_is(header, "null"),
              from.signed_as_is(header, "aud=us"),
              from.signed_as_is(header, from.good_claims().json() + "{}")}
         );
     }},
    {12,
     "DuplicateMembers",
     [](const token_maker& from) {
         const std::string tenant = in_quotes(api().partner().tenant_id);
         return denied(
             {from.with_header(from.good_header().twice("alg", in_quotes(from.algorithm()))),
              from.with_header(from.good_header().twice("alg", in_quotes("none"))),
              from.with_claims(from.good_claims().twice("tid", tenant)),
              from.with_claims(from.good_claims().twice("exp", after_now(9 * hour))),
              from.with_claims(from.good_claims().twice("x", "1").twice("x", "1")),
              from.with_claims(from.good_claims().twice("\\u0074id", tenant))}
         );
     }},
    {13,
     "InvalidUtf8OrNul",
     [](const token_maker& from) {
         return denied(
             {from.with_claim("x", "\"\xC3\x28\""),
              from.with_claim("x", "\"\xED\xA0\x80\""),
              from.with_claim("x", "\"\xC0\x80\""),
              from.with_claim("x", "\"a\0b\""s),
              from.with_header("x", "\"\xFF\""),
              from.with_header("x", "\"a\0b\""s)}
         );
     }},
    {14,
     "OverSixteenKibibytes",
     [](const token_maker& from) {
         return denied({from.of_size(token_bytes_max + 1), from.of_size(token_bytes_max + 4000)});
     }},
};

/// Signed by the caller's own key in another way, or by a key of another kind.
[[nodiscard]] std::vector<std::string> siblings_of_rs256(const token_maker& from) {
    const test_key& own_key = from.key().pair;
    const test_key curve = own(EVP_EC_gen("P-256"));
    return {
        from.by_algorithm("RS384", own_key, "SHA384", false),
        from.by_algorithm("RS512", own_key, "SHA512", false),
        from.by_algorithm("PS256", own_key, "SHA256", true),
        from.by_algorithm("RS256", own_key, "SHA384", false),
        from.by_algorithm("RS256", own_key, "SHA256", true),
        from.by_algorithm("RS256", own_key, "SHA1", false),
        from.by_algorithm("RS384", own_key, "SHA256", false),
        from.by_algorithm("ES256", curve, "SHA256", false),
        from.by_algorithm("RS256", curve, "SHA256", false),
    };
}
[[nodiscard]] std::vector<std::string> siblings_of_es256(const token_maker& from) {
    const test_key& own_key = from.key().pair;
    const test_key larger = own(EVP_EC_gen("P-384"));
    const test_key koblitz = own(EVP_EC_gen("secp256k1"));
    const test_key rsa = own(EVP_RSA_gen(2048));
    const std::string good = from.good_token();
    const std::string der =
        sign_as(own_key, "SHA256", std::string_view{good}.substr(0, good.rfind('.')), false);
    return {
        from.by_algorithm("ES384", own_key, "SHA384", false),
        from.by_algorithm("ES256", own_key, "SHA384", false),
        from.by_algorithm("ES256", own_key, "SHA1", false),
        from.by_algorithm("ES384", own_key, "SHA256", false),
        from.by_algorithm("ES384", larger, "SHA384", false),
        from.by_algorithm("ES256", larger, "SHA256", false),
        from.by_algorithm("ES256K", koblitz, "SHA256", false),
        from.by_algorithm("ES256", koblitz, "SHA256", false),
        from.by_algorithm("RS256", rsa, "SHA256", false),
        from.by_algorithm("ES256", rsa, "SHA256", false),
        from.by_algorithm("PS256", rsa, "SHA256", true),
        with_signature(good, to_base64url(der)),
    };
}

const std::vector<row> badly_signed{
    {15,
     "AlgNone",
     [](const token_maker& from) {
         const std::string unsigned_text = signed_text(
             from.good_header().with("alg", in_quotes("none")).json(), from.good_claims().json()
         );
         return denied({
             unsigned_text + '.',
             unsigned_text + "." + signature_of(from.good_token()),
             from.with_header("alg", in_quotes("none")),
         });
     }},
    {16,
     "AlgNoneSpeltOtherwise",
     [](const token_maker& from) {
         attempts out;
         for (const char* name : {"None", "nONE", "NONE", "none ", " none", "n\\u006fne", ""}) {
             const std::string header = from.good_header().with("alg", in_quotes(name)).json();
             const std::string text = signed_text(header, from.good_claims().json());
             out.push_back({bearing(text + '.'), {fault_kind::bad_token}});
             out.push_back(
                 {bearing(from.with_header("alg", in_quotes(name))), {fault_kind::bad_token}}
             );
         }
         return out;
     }},
    {17,
     "AlgMissing",
     [](const token_maker& from) {
         return denied(
             {from.with_header(from.good_header().without("alg")),
              from.with_header("alg", "null"),
              from.with_header("alg", '[' + in_quotes(from.algorithm()) + ']'),
              from.with_header(
                  from.good_header().without("alg").with("ALG", in_quotes(from.algorithm()))
              )}
         );
     }},
    {18,
     "HmacKeyedWithThePublicKey",
     [](const token_maker& from) {
         const test_key& pair = from.key().pair;
         const bool is_rsa = from.algorithm() == "RS256";
         const std::string number =
             number_of(pair, is_rsa ? OSSL_PKEY_PARAM_RSA_N : OSSL_PKEY_PARAM_EC_PUB_X, 0);
         const std::string pem = public_pem(pair);
         std::vector<std::string> tokens;
         for (const std::string& secret :
              {pem,
               pem.substr(0, pem.size() - 1),
               bare_public_pem(pair),
               public_der(pair),
               bare_public_der(pair),
               from.key().jwk(),
               to_base64url(number),
               number,
               from.key().id}) {
             const test_key hmac = hmac_key(secret);
             tokens.push_back(from.by_algorithm("HS256", hmac, "SHA256", false));
             tokens.push_back(from.by_algorithm(from.algorithm(), hmac, "SHA256", false));
         }
         tokens.push_back(from.by_algorithm("HS384", hmac_key(pem), "SHA384", false));
         tokens.push_back(from.by_algorithm("HS512", hmac_key(pem), "SHA512", false));
         return denied(tokens);
     }},
    {19,
     "SiblingAlgorithm",
     [](const token_maker& from) {
         std::vector<std::string> tokens =
             from.algorithm() == "RS256" ? siblings_of_rs256(from) : siblings_of_es256(from);
         std::string small = from.algorithm();
         for (char& each : small) each = static_cast<char>(std::tolower(each));
         tokens.push_back(from.with_header("alg", in_quotes(small)));
         tokens.push_back(from.with_header("alg", in_quotes(from.algorithm() + ' ')));
         return denied(tokens);
     }},
    {20,
     "EmptySignature",
     [](const token_maker& from) {
         const std::string good = from.good_token();
         return denied({with_signature(good, "")});
     }},
    {21,
     "FlippedBit",
     [](const token_maker& from) {
         const std::string good = from.good_token();
         const std::string signature = *from_base64url(signature_of(good));
         std::vector<std::string> tokens;
         const std::size_t bits = 8 * signature.size();
         for (const std::size_t bit : {std::size_t{0}, std::size_t{7}, bits / 2, bits - 1}) {
             std::string flipped = signature;
             flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
             tokens.push_back(with_signature(good, to_base64url(flipped)));
         }
         std::string unused_bits = good;  // 64 and 256 bytes leave four in the last letter
         ++unused_bits.back();
         tokens.push_back(unused_bits);
         return denied(tokens);
     }},
    {22,
     "TruncatedSignature",
     [](const token_maker& from) {
         const std::string good = from.good_token();
         const std::string signature = *from_base64url(signature_of(good));
         return denied(
             {with_signature(good, to_base64url(signature.substr(0, signature.size() - 1))),
              with_signature(good, to_base64url(signature.substr(1))),
              with_signature(good, to_base64url(signature.substr(0, signature.size() / 2))),
              with_signature(good, to_base64url(signature + '\0')),
              with_signature(good, to_base64url('\0' + signature)),
              good.substr(0, good.size() - 1)}
         );
     }},
    {23,
     "AlteredPayload",
     [](const token_maker& from) {
         const std::string signature = signature_of(from.good_token());
         const std::string longer = from.with_claim("exp", after_now(99 * hour));
         const std::string other =
             from.with_claim("tid", in_quotes(api().other_partner().tenant_id));
         return denied({with_signature(longer, signature), with_signature(other, signature)});
     }},
    {24,
     "Es256OfZeros",
     [](const token_maker& from) {
         // r and s are zero, or the order of P-256, which is zero again.
         const std::string order =
             from_base64url("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE").value();
         std::vector<std::string> tokens;
         for (const char* name : {"ES256", "RS256"}) {
             const members header = from.good_header().with("alg", in_quotes(name));
             for (const std::string& signature :
                  {std::string(64, '\0'), std::string(256, '\0'), order + order}) {
                 tokens.push_back(from.with_raw_signature(header, signature));
             }
         }
         return denied(tokens);
     }},
    {25,
     "ShortKey",
     [](const token_maker& from) {
         const issuer_key& weak = from.short_key();
         return denied(
             {from.signed_by(weak, from.good_header().with("kid", in_quotes(weak.id))),
              from.signed_by(weak, from.good_header()),
              from.signed_by(from.foreign_key(), from.good_header())}
         );
     },
     {{caller_kind::outside_es256, "keys on P-256 are of one length; other curves: row 19"}}},
};

const std::vector<row> badly_keyed{
    {26,
     "UnknownKid",
     [](const token_maker& from) {
         const members header = from.good_header().with("kid", in_quotes("another"));
         return denied({from.with_header(header), from.signed_by(from.foreign_key(), header)});
     }},
    {27,
     "MissingKid",
     [](const token_maker& from) {
         // Also while there is one key: a token must not change its meaning when a second comes.
         return denied(
             {from.with_header(from.good_header().without("kid")),
              from.with_header("kid", in_quotes("")),
              from.with_header("kid", "null")}
         );
     }},
    {28,
     "KidPathTraversal",
     [](const token_maker& from) {
         return denied(
             {from.with_header("kid", in_quotes("../../../../dev/null")),
              from.with_header("kid", in_quotes("/proc/self/environ")),
              from.with_header("kid", in_quotes("file:///etc/passwd"))}
         );
     }},
    {29,
     "KidInjection",
     [](const token_maker& from) {
         const std::string& id = from.key().id;
         return denied(
             {from.with_header("kid", in_quotes("x' OR '1'='1")),
              from.with_header("kid", in_quotes(id + "' --")),
              from.with_header("kid", in_quotes("$(id)")),
              from.with_header("kid", in_quotes("x|/bin/true")),
              from.with_header("kid", in_quotes(id + "\\u0000"))}
         );
     }},
    {30,
     "Jku",
     [](const token_maker& from) {
         const members header = from.good_header().with("jku", in_quotes(evil));
         return denied({from.with_header(header), from.signed_by(from.foreign_key(), header)});
     }},
    {31,
     "X5u",
     [](const token_maker& from) {
         const members header = from.good_header().with("x5u", in_quotes(evil));
         return denied({from.with_header(header), from.signed_by(from.foreign_key(), header)});
     }},
    {32,
     "EmbeddedJwk",
     [](const token_maker& from) {
         const members header = from.good_header().with("jwk", from.foreign_key().jwk());
         return denied(
             {from.signed_by(from.foreign_key(), header),
              from.signed_by(from.foreign_key(), header.without("kid")),
              from.with_header("jwk", from.key().jwk())}
         );
     }},
    {33,
     "UnanchoredX5c",
     [](const token_maker& from) {
         std::string certificate(4096, '\0');  // x5c is in plain base64
         const std::string der = self_signed_certificate(from.foreign_key().pair);
         const int size = EVP_EncodeBlock(
             reinterpret_cast<unsigned char*>(certificate.data()),
             reinterpret_cast<const unsigned char*>(der.data()),
             static_cast<int>(der.size())
         );
         certificate.resize(static_cast<std::size_t>(size));
         const members header = from.good_header().with("x5c", "[" + in_quotes(certificate) + "]");
         return denied(
             {from.signed_by(from.foreign_key(), header),
              from.with_header(header),
              from.with_header("x5c", R"(["MIIB"])")}
         );
     }},
    {34,
     "UnknownCrit",
     [](const token_maker& from) {
         return denied(
             {from.with_header("crit", R"(["exp"])"),
              from.with_header("crit", R"(["http://evil.example/x"])"),
              from.with_header("crit", "[]"),
              from.with_header("crit", "null")}
         );
     }},
    {35,
     "UnencodedOrCompressed",
     [](const token_maker& from) {
         const members header = from.good_header().with("b64", "false").with("crit", R"(["b64"])");
         const std::string payload = from.good_claims().json();
         const std::string text = to_base64url(header.json()) + '.' + payload;
         return denied(
             {text + '.' + to_base64url(from.key().sign(text)),
              from.with_header("b64", "false"),
              from.with_header("b64", "true"),
              from.with_header("zip", in_quotes("DEF"))}
         );
     }},
};

constexpr const char* no_such_operation =
    "the API has none: user_only_operation_test.cpp puts one in";

const std::vector<row> badly_claimed{
    {36,
     "IdOrRefreshTokenAsAccessToken",
     [](const token_maker& from) {
         const std::string client = in_quotes(api().partner().applications.at(0).client_id);
         const members id_claims = from.good_claims()
                                       .without(from.application_claim())
                                       .with("aud", client)
                                       .with("nonce", in_quotes("n"))
                                       .with("oid", in_quotes(people().user));
         std::vector<std::string> tokens{
             from.with_claims(id_claims),
             from.with_claims(id_claims.with("aud", in_quotes(from.audience()))),
             from.with_header("typ", in_quotes("id_token")),
             from.with_header("typ", in_quotes("rt+jwt")),
             from.with_header("typ", in_quotes("logout+jwt")),
             "0.AXoA" + std::string(900, 'q'),
             "1.AXoA." + std::string(600, 'q') + "." + std::string(300, 'q')};
         if (!from.is_outside()) {  // others leave it out
             tokens.push_back(from.with_header(from.good_header().without("typ")));
         } else {  // others name the application in id tokens as well
             for (const char* kind : {"ID", "Refresh", "Offline", "Logout"}) {
                 tokens.push_back(from.with_claim("typ", in_quotes(kind)));
             }
             tokens.push_back(from.with_claim("at_hash", in_quotes("x")));
             tokens.push_back(from.with_claim("c_hash", in_quotes("x")));
         }
         return denied(tokens);
     }},
    {37,
     "Expired",
     [](const token_maker& from) {
         return refused(
             fault_kind::expired_token,
             {from.with_claim("exp", after_now(-clock_skew)),
              from.with_claim("exp", after_now(-99 * hour))}
         );
     }},
    {38,
     "NoExp",
     [](const token_maker& from) {
         return denied(
             {from.with_claims(from.good_claims().without("exp")), from.with_claim("exp", "null")}
         );
     }},
    {39,
     "ExpNotAWholeNumber",
     [](const token_maker& from) {
         return denied(
             {from.with_claim("exp", in_quotes(after_now(hour))),
              from.with_claim("exp", after_now(hour) + ".5"),
              from.with_claim("exp", "2e9"),
              from.with_claim("exp", "-1"),
              from.with_claim("exp", "9223372036854775808"),
              from.with_claim("exp", "true")}
         );
     }},
    {40,
     "NbfInTheFuture",
     [](const token_maker& from) {
         return denied(
             {from.with_claim("nbf", after_now(hour)),
              from.with_claim("nbf", "9223372036854775807")}
         );
     }},
    {41,
     "IatInTheFuture",
     [](const token_maker& from) { return denied({from.with_claim("iat", after_now(hour))}); }},
    {42,
     "WrongIssuer",
     [](const token_maker& from) {
         const guid& id = api().partner().tenant_id;
         const std::string tenant = to_string(id);
         const std::string own = from.issuer_of(id);
         std::vector<std::string> issuers{
             "https://evil.example/" + tenant + "/",
             own + 'x',
             own.substr(0, own.size() - 1),
             "https://sts.chinacloudapi.cn/" + tenant + "/",
             "https://login.microsoftonline.com/" + tenant + "/v2.0"};
         // Each of the others, too: their names, this one's key.
         for (const caller_kind each : kinds()) {
             const std::string other = token_maker::of(each).issuer_of(id);
             if (other != own) issuers.push_back(other);
         }
         std::vector<std::string> tokens{
             from.with_claims(from.good_claims().without("iss")),
             from.with_claim("iss", '[' + in_quotes(own) + ']')};
         for (const std::string& each : issuers) {
             tokens.push_back(from.with_claim("iss", in_quotes(each)));
         }
         return denied(tokens);
     }},
    {43,
     "IssuerOfAnotherTenant",
     [](const token_maker& from) {
         const guid other = api().other_partner().tenant_id;
         const members theirs = from.good_claims().with("iss", in_quotes(from.issuer_of(other)));
         return denied(
             {from.with_claims(theirs),
              from.with_claim("tid", in_quotes(other)),
              from.with_claims(theirs.with("tid", in_quotes(other)))}
         );
     }},
    {44,
     "WrongAudience",
     [](const token_maker& from) {
         std::vector<std::string> tokens{
             from.with_claims(from.good_claims().without("aud")),
             from.with_claim("aud", in_quotes(api().partner().applications.at(0).client_id))};
         for (const std::string_view each :
              {std::string_view{"https://graph.microsoft.com"},
               std::string_view{trusted_provider::audience},
               clouds::global.audience,
               clouds::china.audience,
               std::string_view{}}) {
             if (each == from.audience()) continue;
             tokens.push_back(from.with_claim("aud", in_quotes(each)));
         }
         return refused(fault_kind::wrong_audience, tokens);
     }},
    {45,
     "AudienceAlmostOurs",
     [](const token_maker& from) {
         const std::string& ours = from.audience();
         return refused(
             fault_kind::wrong_audience,
             {from.with_claim("aud", R"(["a","b"])"),
              from.with_claim("aud", "[]"),
              from.with_claim("aud", in_quotes(ours + ".evil.example")),
              from.with_claim("aud", in_quotes(ours.substr(0, ours.size() - 4))),
              from.with_claim("aud", in_quotes(ours + "/v1")),
              from.with_claim("aud", in_quotes("x " + ours)),
              from.with_claim("aud", "[" + in_quotes(ours + ".evil.example") + "]")}
         );
     }},
    {46,
     "LegacyAudience",
     [](const token_maker& from) {
         return refused(
             fault_kind::wrong_audience,
             {from.with_claim("aud", in_quotes("https://graph.windows.net")),
              from.with_claim("aud", in_quotes("https://graph.windows.net/")),
              from.with_claim("aud", in_quotes(legacy_application_id))}
         );
     }},
    {47,
     "UserWithoutMfa",
     [](const token_maker& from) {
         return refused(
             fault_kind::mfa_required,
             {from.with_claims(from.user_claims().without("amr")),
              from.with_claims(from.user_claims().with("amr", R"(["pwd"])")),
              from.with_claims(from.user_claims().with("amr", R"(["pwd","MFA","mfa2"])")),
              from.with_claims(from.user_claims().without("amr").without("scp").without("roles"))}
         );
     },
     {{caller_kind::application, "it is no user's: row 47 of the user"}}},
    {48,
     "NoTenantOrApplication",
     [](const token_maker& from) {
         return denied(
             {from.with_claims(from.good_claims().without("tid")),
              from.with_claims(from.good_claims().without(from.application_claim())),
              from.with_claim("tid", in_quotes(api().partner().domain)),
              from.with_claim(from.application_claim(), in_quotes("app"))}
         );
     }},
    {49,
     "UnknownOrDisabledApplication",
     [](const token_maker& from) {
         const std::string& name = from.application_claim();
         const guid of_another = api().other_partner().applications.at(0).client_id;
         std::vector<std::string> tokens{
             from.with_claim(name, in_quotes(random_guid())),
             from.with_claim(name, in_quotes(people().disabled_application)),
             from.with_claim(name, in_quotes(of_another))};
         if (from.is_outside()) {  // of whose users the directory knows none
             const members nobody = from.user_claims().without("oid").without("sub");
             tokens.push_back(from.with_claims(nobody));
         } else {
             tokens.push_back(
                 from.with_claims(from.user_claims().with("oid", in_quotes(random_guid())))
             );
             tokens.push_back(from.with_claims(from.user_claims().without("oid")));
         }
         return denied(tokens);
     }},
    {50,
     "ScopeOrRoleMissing",
     [](const token_maker& from) {
         attempts out = refused(
             fault_kind::insufficient_scope,
             {from.with_claims(from.user_claims().without("scp")),
              from.with_claims(from.user_claims().with("scp", in_quotes("openid profile"))),
              from.with_claims(from.user_claims().with("scp", in_quotes("user_impersonation_2")))}
         );
         const attempts by_role = refused(
             fault_kind::insufficient_role,
             {from.with_claims(from.user_claims().without("roles")),
              from.with_claims(from.user_claims().with("roles", "[]")),
              from.with_claims(from.user_claims().with("roles", R"(["Users","AdminAgent"])"))}
         );
         out.insert(out.end(), by_role.begin(), by_role.end());
         return out;
     },
     {{caller_kind::application, "it has neither: row 50 of the user"}}},
    {51,
     "AppOnlyWhereOnlyUsersMay",
     nullptr,
     {{caller_kind::application, no_such_operation},
      {caller_kind::user, "it is a user's"},
      {caller_kind::outside_rs256, no_such_operation},
      {caller_kind::outside_es256, no_such_operation}}},
    {52,
     "OfAnotherPartner",
     [](const token_maker& from) {
         const demo_partner& other = api().other_partner();
         const std::string token =
             from.with_claims(from.good_claims_of(other, people().user_of_other));
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

/// A line of the catalogue, tried by a caller.
struct trial {
    const row* what{};
    caller_kind by{};
};

[[nodiscard]] std::vector<const row*> all_rows() {
    std::vector<const row*> all;
    for (const auto* part : {&no_token, &misshapen, &badly_signed, &badly_keyed, &badly_claimed}) {
        for (const row& each : *part) all.push_back(&each);
    }
    return all;
}

[[nodiscard]] bool is_absent(const row& of, caller_kind by) {
    return std::ranges::any_of(of.absent, [&](const auto& each) { return each.first == by; });
}

/// All that this caller can try; nothing for one whose tokens the API under test does not take.
[[nodiscard]] std::vector<trial> trials_by(caller_kind by) {
    std::vector<trial> out;
    if (std::ranges::find(kinds(), by) == kinds().end()) return out;
    for (const row* each : all_rows()) {
        if (!is_absent(*each, by)) out.push_back({each, by});
    }
    return out;
}

class BadToken : public ::testing::TestWithParam<trial> {};

TEST_P(BadToken, IsRefused) {
    const token_maker& from = token_maker::of(GetParam().by);
    const http::request good = bearing(from.good_token());
    for (const attempt& each : GetParam().what->make(from)) {
        std::string body;
        append_json(body, each.expected, fault_code_form::number);
        // A second time, with the same caller's good token between: nothing is remembered wrongly.
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

[[nodiscard]] std::string name_of_trial(const ::testing::TestParamInfo<trial>& info) {
    return fmt::format("{:02}{}", info.param.what->number, info.param.what->name);
}
INSTANTIATE_TEST_SUITE_P(
    OfAnApplication,
    BadToken,
    ::testing::ValuesIn(trials_by(caller_kind::application)),
    name_of_trial
);
INSTANTIATE_TEST_SUITE_P(
    OfAUser, BadToken, ::testing::ValuesIn(trials_by(caller_kind::user)), name_of_trial
);
INSTANTIATE_TEST_SUITE_P(
    OfAnOutsideIssuerByRs256,
    BadToken,
    ::testing::ValuesIn(trials_by(caller_kind::outside_rs256)),
    name_of_trial
);
INSTANTIATE_TEST_SUITE_P(
    OfAnOutsideIssuerByEs256,
    BadToken,
    ::testing::ValuesIn(trials_by(caller_kind::outside_es256)),
    name_of_trial
);

TEST(BadTokens, AreAllHereInOrder) {
    int number = 0;
    for (const row* each : all_rows()) {
        EXPECT_EQ(each->number, ++number);
        EXPECT_EQ(each->make == nullptr, each->absent.size() == all_kinds.size()) << number;
    }
    EXPECT_EQ(number, 52);
}

TEST(GoodToken, IsTakenUpToTheLargestSize) {
    for (const caller_kind each : kinds()) {
        const std::string token = token_maker::of(each).of_size(token_bytes_max);

        EXPECT_EQ(token.size(), token_bytes_max);
        EXPECT_EQ(api().exchange(bearing(token)).status, 200U);
    }
}

TEST(GoodToken, MayBeOfAUser) {
    for (const caller_kind each : kinds()) {
        const token_maker& from = token_maker::of(each);
        EXPECT_EQ(api().exchange(bearing(from.with_claims(from.user_claims()))).status, 200U);
        const members in_other_words = from.user_claims()
                                           .with("roles", R"(["x","BILLINGADMINS"])")
                                           .with("scp", R"("a user_impersonation")");
        EXPECT_EQ(api().exchange(bearing(from.with_claims(in_other_words))).status, 200U);
    }
}

TEST(GoodToken, SaysWhetherItIsMfaCompliantWhenAsked) {
    const auto told = [](const std::string& token, const char* asked) {
        http::request request = bearing(token);
        request.fields.push_back({"ValidateMfa", asked});
        return std::string{api().exchange(request).find("isMfaCompliant").value_or("(none)")};
    };
    for (const caller_kind each : kinds()) {
        const token_maker& from = token_maker::of(each);
        const members claims = from.user_claims();
        const std::string user = from.with_claims(claims);

        EXPECT_EQ(told(user, "true"), "true");
        EXPECT_EQ(told(from.with_claims(claims.without("amr")), "true"), "false");
        EXPECT_EQ(told(from.with_claims(claims.without("roles")), "true"), "true");
        EXPECT_EQ(told(user, "false"), "(none)");
        EXPECT_EQ(told(user, "1"), "(none)");
        EXPECT_EQ(told(with_signature(user, "x"), "true"), "(none)");
        EXPECT_FALSE(api().exchange(bearing(user)).find("isMfaCompliant"));
    }
    const std::string application = token_maker::of(caller_kind::application).good_token();
    EXPECT_EQ(told(application, "true"), "(none)");
}

}  // namespace
}  // namespace partner_center
