// GET and POST /{tenant}/oauth2/logout and /{tenant}/oauth2/v2.0/logout: ends the browser's
// session. Calls authorization_request.cpp, browser.cpp, sign_in_steps.cpp and jws.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/authorization_request.hpp"
#include "server/identity/authority/browser.hpp"
#include "server/identity/authority/endpoints.hpp"
#include "server/identity/authority/form.hpp"
#include "server/identity/authority/sign_in_steps.hpp"
#include "server/identity/claims.hpp"
#include "server/identity/jws.hpp"
#include <partner_center/json.hpp>

namespace partner_center::oauth {

/// What is read of an id token that was ours; it may have expired since.
struct hinted_client {
    static constexpr auto wire_case = letter_case::snake;

    guid aud{};
};
BOOST_DESCRIBE_STRUCT(hinted_client, (), (aud))

namespace {

/// Zero when neither names one.
[[nodiscard]] guid client_of(const exchange& x, const form& parameters) {
    if (const auto named = parse_guid(parameters.find("client_id"))) return *named;
    const std::string_view hint = parameters.find("id_token_hint");
    if (hint.size() > token_bytes_max) return {};
    const auto payload = open_jws(x.keys, hint, x.now);
    if (!payload) return {};
    const auto read = from_json<hinted_client>(*payload, json_reading::strict);
    return read ? read->aud : guid{};
}

}  // namespace

/// Source: OpenID Connect RP-Initiated Logout 1.0. Redirects nowhere but to what is registered.
awaitable<reply> sign_out(const exchange& x) {
    co_await end_session(x);
    const bool posted = x.request.method == "POST";
    const auto parameters = form::parse(posted ? x.request.body : x.query);
    content answer = message_page("Signed out", "You can close this window.");
    const std::string_view uri = parameters ? parameters->find("post_logout_redirect_uri") : "";
    if (!uri.empty()) {
        const guid client_id = client_of(x, *parameters);
        const auto application = co_await x.directory.find_application(client_id);
        if (application && !application->disabled && is_registered(*application, uri)) {
            response_parameters back;
            const std::string_view state = parameters->find("state");
            if (!state.empty()) back.emplace_back("state", state);
            answer = redirect(x, uri, '?', back);
        }
    }
    set_cookie(x, answer, session_cookie, "");
    co_return answer;
}

}  // namespace partner_center::oauth
