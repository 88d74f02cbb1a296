// GET and POST /{tenant}/oauth2/authorize and /{tenant}/oauth2/v2.0/authorize, and the sign-in
// pages that follow: a person signs in, an application gets a code. Calls
// authorization_request.cpp, sign_in_steps.cpp and the store's grants.
// SPDX-License-Identifier: MIT
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "server/identity/authority/authorization_request.hpp"
#include "server/identity/authority/endpoints.hpp"
#include "server/identity/authority/scopes.hpp"
#include "server/identity/authority/sign_in_steps.hpp"
#include "server/identity/digest.hpp"
#include "server/identity/random.hpp"

namespace partner_center::oauth {

/// A sign-in under way, and what it is for.
struct sign_in_state {
    authorization_request request{};
    sign_in_progress progress{};
};
BOOST_DESCRIBE_STRUCT(sign_in_state, (), (request, progress))

namespace {

constexpr std::size_t parameters_bytes_max = 8 * 1024;

/// Gives the application what it asked for.
[[nodiscard]] awaitable<content> grant(
    const exchange& x, const known_client& asked, const proven_user& who
) {
    const authorization_request& request = asked.request;
    const proven_client& client = asked.client;
    std::optional<std::int64_t> auth_time;
    if (request.wants_auth_time) auth_time = who.session.began_at;
    response_parameters parameters;
    std::string code;
    if (request.wants_code) {
        code = make_random_token();
        code_record record{
            .hash = sha256_base64url(code),
            .grant =
                {.id = random_guid(),
                 .application_id = client.application.id,
                 .user_id = who.user.id,
                 .resource = request.resource,
                 .any_resource = request.any_resource,
                 .scopes = request.scopes,
                 .has_mfa = who.session.has_mfa},
            .redirect_uri = request.asked_redirect_uri,
            .code_challenge = request.code_challenge,
            .nonce = request.nonce,
            .auth_time = auth_time,
            .expires_at = seconds_of(x.now + code_lifetime),
        };
        grants all = x.directory.grants();
        co_await all.add_code(std::move(record), seconds_of(x.now));
        parameters.emplace_back("code", code);
    }
    if (request.wants_id_token) {
        const id_token token{
            .application_id = client.application.id,
            .user = as_signed_in(who.user, who.session.has_mfa),
            .version = request.version,
            .nonce = request.nonce,
            .code = code,
            .auth_time = auth_time,
            .issued_at = x.now,
        };
        std::string text = make_id_token(x.key, x.policy, client.partner, token);
        parameters.emplace_back("id_token", std::move(text));
    }
    co_return answer_application(x, request, std::move(parameters));
}

/// Source: OpenID Connect Core 1.0, section 3.1.2.1.
[[nodiscard]] result<session_wishes, refusal> read_wishes(const form& parameters) {
    const std::string_view prompt = parameters.find("prompt");
    const std::string_view age = parameters.find("max_age");
    session_wishes wishes{
        .asks_anew = has_word(prompt, "login") || has_word(prompt, "select_account"),
        .user_name = parameters.find("login_hint"),
    };
    if (has_word(prompt, "none") && prompt != "none") {
        return malformed("the 'prompt' none cannot be asked for with another.");
    }
    if (age.empty()) return wishes;
    std::uint32_t seconds = 0;
    const auto [end, failed] = std::from_chars(age.data(), age.data() + age.size(), seconds);
    if (failed != std::errc{} || end != age.data() + age.size()) {
        return malformed("the 'max_age' must be a number of seconds.");
    }
    wishes.age_max = seconds;
    wishes.asks_anew = wishes.asks_anew || seconds == 0;
    return wishes;
}

[[nodiscard]] sign_in_form make_form(
    const exchange& x, const known_client& asked, const sign_in_state& state
) {
    return {
        .action = "/common/oauth2/sign-in",
        .application = asked.client.application.name,
        .sealed = seal(x.keys.sealing, "sign-in", to_json(state)),
    };
}

[[nodiscard]] content begin_sign_in(
    const exchange& x, const known_client& asked, std::string_view user_name
) {
    const std::string mark = browser_mark(x);
    const sign_in_state state{.request = asked.request, .progress = begin_progress(x, mark)};
    sign_in_form form = make_form(x, asked, state);
    form.user_name = user_name;
    content page = password_page(form);
    set_cookie(x, page, browser_cookie, mark);
    return page;
}

[[nodiscard]] awaitable<reply> authorize(const exchange& x, version form) {
    const bool posted = x.request.method == "POST";
    const auto parameters =
        read_parameters(x, posted ? x.request.body : x.query, parameters_bytes_max);
    if (!parameters) co_return parameters.error();
    auto asked = co_await find_client(x, *parameters, form);
    if (!asked) co_return asked.error();
    const auto problem = read_rest(*parameters, x.policy, *asked);
    if (problem) co_return refuse_to_application(x, asked->request, *problem);
    if (!from_json<authorization_request>(to_json(asked->request), json_reading::strict)) {
        co_return malformed("the parameters must be UTF-8.");
    }
    const auto wishes = read_wishes(*parameters);
    if (!wishes) co_return refuse_to_application(x, asked->request, wishes.error());
    asked->request.wants_auth_time = wishes->age_max.has_value();
    const auto who = co_await find_session(x, asked->client, *wishes);
    if (who) co_return co_await grant(x, *asked, *who);
    if (parameters->find("prompt") == "none") {
        co_return refuse_to_application(x, asked->request, sign_in_required());
    }
    co_return begin_sign_in(x, *asked, wishes->user_name);
}

[[nodiscard]] awaitable<result<known_client, refusal>> recall(
    const exchange& x, const authorization_request& request
) {
    const version form = request.version == "1.0" ? version::v1 : version::v2;
    auto client = co_await recall_client(x, request.application_id, form);
    if (!client) co_return client.error();
    co_return known_client{.client = *std::move(client), .request = request};
}

}  // namespace

awaitable<reply> authorize_v1(const exchange& x) {
    return authorize(x, version::v1);
}
awaitable<reply> authorize_v2(const exchange& x) {
    return authorize(x, version::v2);
}

awaitable<reply> sign_in(const exchange& x) {
    const auto parameters = read_parameters(x, x.request.body, page_bytes_max);
    if (!parameters) co_return parameters.error();
    auto state = open_state<sign_in_state>(x, "sign-in", parameters->find("request"));
    if (!state) co_return state.error();
    const auto asked = co_await recall(x, state->request);
    if (!asked) co_return asked.error();
    if (!parameters->find("cancel").empty()) {
        co_return refuse_to_application(x, asked->request, sign_in_cancelled());
    }
    const sign_in_step step = co_await take_step(x, asked->client, *parameters, state->progress);
    if (step.who) {
        content answer = co_await grant(x, *asked, *step.who);
        keep_session(x, answer, step.who->session);
        co_return answer;
    }
    if (!step.problem.empty()) x.outcome.error = "access_denied";
    sign_in_form form = make_form(x, *asked, *state);
    form.problem = step.problem;
    form.user_name = parameters->find("user");
    co_return sign_in_page(form, state->progress);
}

}  // namespace partner_center::oauth
