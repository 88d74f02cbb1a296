// Tests of the authority's pages ask it as browsers and applications do, over a real store, at a
// time of their choice. Calls authority.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "server/identity/authority/authority.hpp"
#include "server/identity/authority/form.hpp"
#include "server/identity/jws.hpp"
#include "server/identity/testing.hpp"
#include "server/identity/totp.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// What an application reads of a token answer of either version.
struct read_user_answer {
    static constexpr auto wire_case = letter_case::snake;
    std::string scope{};
    std::string resource{};
    std::string access_token{};
    std::string refresh_token{};
    std::string id_token{};
    std::string client_info{};
    std::string error{};
    std::vector<int> error_codes{};
};
BOOST_DESCRIBE_STRUCT(
    read_user_answer,
    (),
    (scope, resource, access_token, refresh_token, id_token, client_info, error, error_codes)
)

/// What a device reads of the answer that begins its sign-in.
struct read_codes {
    static constexpr auto wire_case = letter_case::snake;
    std::string user_code{};
    std::string device_code{};
    std::string verification_uri{};
    std::string verification_uri_complete{};
};
BOOST_DESCRIBE_STRUCT(
    read_codes, (), (user_code, device_code, verification_uri, verification_uri_complete)
)

struct read_claims_of_id_token {
    static constexpr auto wire_case = letter_case::snake;
    std::string aud{};
    std::string iss{};
    std::string nonce{};
    std::string c_hash{};
    std::string tid{};
    std::string oid{};
    std::string upn{};
    std::string preferred_username{};
    std::string name{};
    std::string ver{};
    std::int64_t auth_time{};
};
BOOST_DESCRIBE_STRUCT(
    read_claims_of_id_token,
    (),
    (aud, iss, nonce, c_hash, tid, oid, upn, preferred_username, name, ver, auth_time)
)

namespace testing {

// RFC 7636, appendix B.
inline constexpr std::string_view verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline constexpr std::string_view challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
// RFC 6238, appendix B, the last six of the eight digits there.
inline constexpr std::string_view totp_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
inline constexpr system_time digits_time{std::chrono::seconds{1'111'111'109}};
inline constexpr std::string_view digits = "081804";
inline constexpr std::string_view next_digits = "050471";

inline constexpr std::string_view web_uri = "https://app.example/back?x=1";
inline constexpr std::string_view other_uri = "https://app.example/other";
inline constexpr std::string_view api = "https://api.partnercenter.microsoft.com";

using parameters = std::map<std::string, std::string>;

[[nodiscard]] inline std::string escaped(std::string_view text) {
    std::string out;
    for (const char each : text) out += fmt::format("%{:02X}", static_cast<unsigned char>(each));
    return out;
}

[[nodiscard]] inline std::string encoded(const parameters& all) {
    std::string out;
    for (const auto& [name, value] : all) out += name + '=' + escaped(value) + '&';
    return out;
}

[[nodiscard]] inline std::string between(
    std::string_view text, std::string_view start, std::string_view end
) {
    const auto begin = text.find(start);
    if (begin == std::string_view::npos) return {};
    text.remove_prefix(begin + start.size());
    return std::string{text.substr(0, text.find(end))};
}

struct told {
    http::answer answer{};
    authority_outcome outcome{};

    [[nodiscard]] std::string field(std::string_view name) const {
        return between("\r\n" + answer.fields, "\r\n" + std::string{name} + ": ", "\r\n");
    }
    /// What the application gets, in any mode.
    [[nodiscard]] std::string given(std::string_view name) const {
        const std::string location = field("Location");
        if (location.empty()) {
            return between(answer.body, fmt::format(R"(name="{}" value=")", name), "\"");
        }
        const auto fragment = location.find('#');
        const auto start = fragment == location.npos ? location.find('?') : fragment;
        const auto read = oauth::form::parse(std::string_view{location}.substr(start + 1));
        return std::string{read.value().find(name)};
    }
    [[nodiscard]] read_user_answer read() const {
        auto read = from_json<read_user_answer>(answer.body, json_reading::response);
        return read ? *read : read_user_answer{.error = "no JSON: " + answer.body};
    }
};

/// An authority with people who have passwords, applications that they sign in to, and a browser.
class BrowsingTest : public ::testing::Test {
public:
    static constexpr unsigned bob = 81;  ///< has a second factor

    BrowsingTest() {
        add_user(80, 1, "");
        add_user(bob, 1, totp_secret);
        add_user(82, 2, "");
        add_application({.id = web, .redirect_uris = {std::string{web_uri}, std::string{other_uri}}}
        );
        add_application({.id = other_web, .redirect_uris = {std::string{web_uri}}});
        add_application(
            {.id = native,
             .is_public = true,
             .redirect_uris = {"http://localhost", "http://127.0.0.1/back", "myapp://auth"}}
        );
        add_application(
            {.id = other_native, .is_public = true, .redirect_uris = {"http://localhost"}}
        );
        application_record foreign{
            .id = id_of(305), .partner_id = id_of(2), .redirect_uris = {std::string{web_uri}}};
        run(world.tenants.add_application(foreign));
    }

    void add_user(unsigned number, unsigned partner, std::string_view secret) {
        user_record user{
            .id = id_of(number),
            .partner_id = id_of(partner),
            .user_principal_name = fmt::format("User{}@partner.example", number),
            .password_hash = right_hash(),
            .totp_secret = seal_totp_secret(keys->ring()->second_factors, id_of(number), secret),
            .roles = {"AdminAgents"},
        };
        run(world.tenants.add_user(std::move(user)));
    }
    void add_application(application_record application) {
        application.partner_id = id_of(1);
        application.name = "<App & co>";
        if (!application.is_public) application.secret_hash = right_hash();
        run(world.tenants.add_application(std::move(application)));
    }
    void run_sql(std::string_view sql) {
        statement change{.sql = sql};
        std::vector<statement> transaction{change};
        const auto connection = world.fresh.file.connect();
        static_cast<void>(run(connection->write(std::move(transaction))));
    }

    /// As a browser: with its cookies, which it keeps.
    [[nodiscard]] told ask(
        const std::string& method, const std::string& target, const std::string& body
    ) {
        authority subject{*keys, world.policy, *tenants, *known_proofs, hasher};
        std::string cookies;
        for (const auto& [name, value] : jar) cookies += name + '=' + value + "; ";
        std::vector<http::field_view> fields{{"Cookie", cookies}};
        if (method == "POST") {
            fields.push_back({"Content-Type", "application/x-www-form-urlencoded"});
        }
        const http::request_view request{
            .method = method, .target = target, .fields = fields, .body = body, .peer = peer};
        told got;
        const std::string_view path = request.target.substr(0, request.target.find('?'));
        const auto route = authority::find(path);
        const exchange_ids ids{id_of(7001), id_of(7002)};
        try {
            got.outcome = run(subject.respond(route.value(), request, got.answer, ids, now));
        } catch (const store_error&) {  // as dispatch does
            got.answer.clear();
            authority::fail(route.value(), true, request, got.answer, ids, now);
        }
        keep_cookies(got.answer.fields);
        return got;
    }
    void keep_cookies(std::string_view fields) {
        constexpr std::string_view start = "Set-Cookie: ";
        for (auto at = fields.find(start); at != fields.npos; at = fields.find(start)) {
            fields.remove_prefix(at + start.size());
            const std::string_view pair = fields.substr(0, fields.find(';'));
            const auto equals = pair.find('=');
            const std::string name{pair.substr(0, equals)};
            const std::string value{pair.substr(equals + 1)};
            jar.erase(name);
            if (!value.empty()) jar[name] = value;
        }
    }

    [[nodiscard]] parameters web_request() const {
        return {
            {"client_id", to_string(web)},
            {"redirect_uri", std::string{web_uri}},
            {"response_type", "code"},
            {"state", "s t&a"},
            {"nonce", "n-1"},
            {"scope", std::string{api} + "/.default openid profile offline_access"},
        };
    }
    [[nodiscard]] parameters native_request() const {
        return {
            {"client_id", to_string(native)},
            {"redirect_uri", "http://localhost:4711"},
            {"response_type", "code"},
            {"scope", std::string{api} + "/user_impersonation openid offline_access"},
            {"code_challenge", std::string{challenge}},
            {"code_challenge_method", "S256"},
        };
    }
    [[nodiscard]] told authorize(const parameters& asked) {
        return ask("GET", base + "/oauth2/v2.0/authorize?" + encoded(asked), "");
    }
    [[nodiscard]] told authorize_v1(const parameters& asked) {
        return ask("GET", base + "/oauth2/authorize?" + encoded(asked), "");
    }
    /// Sends a page's form.
    [[nodiscard]] told send(const told& page, parameters filled_in) {
        filled_in["request"] = between(page.answer.body, R"(name="request" value=")", "\"");
        return ask("POST", "/common/oauth2/sign-in", encoded(filled_in));
    }
    [[nodiscard]] told fill_in(const told& page) {
        return send(page, {{"user", user_name}, {"password", std::string{right_secret}}});
    }
    [[nodiscard]] std::string code_for(const parameters& asked) {
        return fill_in(authorize(asked)).given("code");
    }

    [[nodiscard]] told token(const parameters& asked) {
        return ask("POST", base + "/oauth2/v2.0/token", encoded(asked));
    }
    [[nodiscard]] told token_v1(const parameters& asked) {
        return ask("POST", base + "/oauth2/token", encoded(asked));
    }
    [[nodiscard]] parameters web_code(const std::string& code) const {
        return {
            {"grant_type", "authorization_code"},
            {"client_id", to_string(web)},
            {"client_secret", std::string{right_secret}},
            {"redirect_uri", std::string{web_uri}},
            {"code", code},
        };
    }
    [[nodiscard]] parameters native_code(const std::string& code) const {
        return {
            {"grant_type", "authorization_code"},
            {"client_id", to_string(native)},
            {"redirect_uri", "http://localhost:4711"},
            {"code", code},
            {"code_verifier", std::string{verifier}},
        };
    }
    [[nodiscard]] parameters web_refresh(const std::string& token) const {
        return {
            {"grant_type", "refresh_token"},
            {"client_id", to_string(web)},
            {"client_secret", std::string{right_secret}},
            {"refresh_token", token},
        };
    }
    [[nodiscard]] parameters native_refresh(const std::string& token) const {
        return {
            {"grant_type", "refresh_token"},
            {"client_id", to_string(native)},
            {"refresh_token", token},
        };
    }

    [[nodiscard]] result<principal> verify(std::string_view token) {
        token_verifier tokens{*keys, world.policy, world.tenants};
        return testing::verify(tokens, token, now);
    }
    [[nodiscard]] read_claims_of_id_token open_id_token(std::string_view token) const {
        const auto payload = open_jws(*keys->ring(), token, now);
        return from_json<read_claims_of_id_token>(payload.value(), json_reading::strict).value();
    }

    known_world world{};
    secret_hasher hasher{1};
    reactor_keys* keys{&world.keys};
    directory* tenants{&world.tenants};
    proofs* known_proofs{&world.fresh.store.sign_in_proofs()};
    std::string peer{};
    system_time now{noon};
    parameters jar{};
    const guid web{id_of(301)};
    const guid other_web{id_of(302)};
    const guid native{id_of(303)};
    const guid other_native{id_of(304)};
    const std::string base{'/' + to_string(id_of(1))};
    const std::string user_name{"uSER80@partner.EXAMPLE"};
};

}  // namespace testing
}  // namespace partner_center
