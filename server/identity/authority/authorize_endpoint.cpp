// GET and POST /{tenant}/oauth2/authorize and /{tenant}/oauth2/v2.0/authorize, and the sign-in
// pages that follow: a person signs in, an application gets a code. Calls
// authorization_request.cpp, browser.cpp, the secret hasher, totp.cpp and the store's grants.
//
// Between the pages nothing is kept here: what was asked travels with the browser, sealed, for ten
// minutes, and counts only together with the cookie of the browser that asked. So nobody can have
// another's browser sign in with a form made elsewhere.
// SPDX-License-Identifier: MIT
#include <charconv>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "server/identity/authority/authorization_request.hpp"
#include "server/identity/authority/browser.hpp"
#include "server/identity/authority/endpoints.hpp"
#include "server/identity/authority/form.hpp"
#include "server/identity/authority/scopes.hpp"
#include "server/identity/digest.hpp"
#include "server/identity/random.hpp"
#include "server/identity/seal.hpp"
#include "server/identity/sign_in_guard.hpp"
#include "server/identity/totp.hpp"
#include <partner_center/json.hpp>

namespace partner_center::oauth {

/// A sign-in under way.
struct sign_in_state {
    authorization_request request{};
    std::string browser{};  ///< hash of its cookie
    std::int64_t expires_at{};
    std::optional<guid> user_id{};  ///< whose password was right; the digits are missing
};
BOOST_DESCRIBE_STRUCT(sign_in_state, (), (request, browser, expires_at, user_id))

/// Who is signed in to the authority with this browser.
struct browser_session {
    guid user_id{};
    bool has_mfa{};
    std::int64_t began_at{};
};
BOOST_DESCRIBE_STRUCT(browser_session, (), (user_id, has_mfa, began_at))

namespace {

constexpr std::size_t parameters_bytes_max = 8 * 1024;
/// The same, sealed, and what the user fills in.
constexpr std::size_t form_bytes_max = 32 * 1024;
constexpr std::chrono::minutes sign_in_time{10};
constexpr std::chrono::hours session_time{8};
constexpr std::string_view browser_cookie = "browser";
constexpr std::string_view session_cookie = "session";
constexpr std::string_view wrong_password = "The user name or the password is not right.";
constexpr std::string_view wrong_digits =
    "These digits are not right, or they were used before. Wait for the next ones.";
constexpr std::string_view too_busy = "Too many people sign in at the moment. Try again.";

[[nodiscard]] content refuse_to_user(const exchange& x, const refusal& problem) {
    x.outcome.error = problem.error;
    return error_page(problem);
}

/// A user who proved who that is.
struct proven_user {
    user_record user{};
    bool has_mfa{};
};

/// Gives the application what it asked for.
[[nodiscard]] awaitable<content> grant(
    const exchange& x, const known_client& asked, const proven_user& who
) {
    const authorization_request& request = asked.request;
    const proven_client& client = asked.client;
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
                 .has_mfa = who.has_mfa},
            .redirect_uri = request.asked_redirect_uri,
            .code_challenge = request.code_challenge,
            .nonce = request.nonce,
            .expires_at = seconds_of(x.now + code_lifetime),
        };
        grants all = x.directory.grants();
        co_await all.add_code(std::move(record), seconds_of(x.now));
        parameters.emplace_back("code", code);
    }
    if (request.wants_id_token) {
        const id_token token{
            .application_id = client.application.id,
            .user = as_signed_in(who.user, who.has_mfa),
            .version = request.version,
            .nonce = request.nonce,
            .code = code,
            .issued_at = x.now,
        };
        std::string text = make_id_token(x.key, x.policy, client.partner, token);
        parameters.emplace_back("id_token", std::move(text));
    }
    co_return answer_application(x, request, std::move(parameters));
}

[[nodiscard]] bool may_sign_in(
    const std::optional<user_record>& user, const proven_client& client
) {
    return user && !user->disabled && user->partner_id == client.partner.id;
}

/// What a browser's session and the request's words about it say.
struct session_wishes {
    bool asks_anew{};
    bool asks_nothing{};  ///< prompt=none
    std::string_view user_name{};
    std::optional<std::int64_t> age_max{};
};

[[nodiscard]] session_wishes read_wishes(const form& parameters) {
    const std::string_view prompt = parameters.find("prompt");
    const std::string_view age = parameters.find("max_age");
    session_wishes wishes{
        .asks_anew = has_word(prompt, "login") || has_word(prompt, "select_account"),
        .asks_nothing = prompt == "none",
        .user_name = parameters.find("login_hint"),
    };
    std::int64_t seconds = 0;
    const auto read = std::from_chars(age.data(), age.data() + age.size(), seconds);
    if (!age.empty() && read.ec == std::errc{}) wishes.age_max = seconds;
    return wishes;
}

/// The user of the browser's session, when that is good for the request.
[[nodiscard]] awaitable<std::optional<proven_user>> find_session(
    const exchange& x, const proven_client& client, const session_wishes& wishes
) {
    const auto text = open_seal(x.keys.sealing, session_cookie, find_cookie(x, session_cookie));
    if (!text || wishes.asks_anew) co_return std::nullopt;
    const auto session = from_json<browser_session>(*text, json_reading::strict);
    if (!session) co_return std::nullopt;
    const std::int64_t age = seconds_of(x.now) - session->began_at;
    const bool is_old = age >= std::chrono::seconds{session_time}.count() ||
                        (wishes.age_max && age > *wishes.age_max);
    if (is_old) co_return std::nullopt;
    auto user = co_await x.directory.find_user(session->user_id);
    if (!may_sign_in(user, client)) co_return std::nullopt;
    const bool lacks_mfa = !user->totp_secret.empty() && !session->has_mfa;
    const bool is_other = !wishes.user_name.empty() &&
                          !equals_ignoring_case(wishes.user_name, user->user_principal_name);
    if (lacks_mfa || is_other) co_return std::nullopt;
    co_return proven_user{.user = *std::move(user), .has_mfa = session->has_mfa};
}

[[nodiscard]] sign_in_form make_form(
    const exchange& x, const known_client& asked, const sign_in_state& state
) {
    return {
        .application = asked.client.application.name,
        .sealed = seal(x.keys.sealing, "sign-in", to_json(state)),
        .redirect_uri = asked.request.redirect_uri,
    };
}

/// The first page. The cookie is kept when there is one: people sign in in two tabs.
[[nodiscard]] content begin_sign_in(
    const exchange& x, const known_client& asked, std::string_view user_name
) {
    std::string browser{find_cookie(x, browser_cookie)};
    const bool is_new = browser.size() != 43;
    if (is_new) browser = make_random_token();
    const sign_in_state state{
        .request = asked.request,
        .browser = sha256_base64url(browser),
        .expires_at = seconds_of(x.now + sign_in_time),
    };
    sign_in_form form = make_form(x, asked, state);
    form.user_name = user_name;
    content page = password_page(form);
    if (is_new) set_cookie(x, page, browser_cookie, browser);
    return page;
}

/// What a form or an address says.
[[nodiscard]] result<form, refusal> read_parameters(
    const exchange& x, std::string_view text, std::size_t bytes_max
) {
    if (text.size() > bytes_max) return malformed("the request is too large.");
    if (x.request.method == "POST" && !is_form(x.request)) {
        return malformed("the Content-Type must be application/x-www-form-urlencoded.");
    }
    auto parameters = form::parse(text);
    if (!parameters) {
        return malformed("a parameter is not properly encoded, or comes more than once.");
    }
    return *std::move(parameters);
}

[[nodiscard]] awaitable<reply> authorize(const exchange& x, version form) {
    const bool posted = x.request.method == "POST";
    const auto parameters =
        read_parameters(x, posted ? x.request.body : x.query, parameters_bytes_max);
    if (!parameters) co_return refuse_to_user(x, parameters.error());
    auto asked = co_await find_client(x, *parameters, form);
    if (!asked) co_return refuse_to_user(x, asked.error());
    const auto problem = read_rest(*parameters, x.policy, *asked);
    if (problem) co_return refuse_to_application(x, asked->request, *problem);
    if (!from_json<authorization_request>(to_json(asked->request), json_reading::strict)) {
        co_return refuse_to_user(x, malformed("the parameters must be UTF-8."));
    }
    const session_wishes wishes = read_wishes(*parameters);
    const auto who = co_await find_session(x, asked->client, wishes);
    if (who) co_return co_await grant(x, *asked, *who);
    if (wishes.asks_nothing) {
        co_return refuse_to_application(x, asked->request, sign_in_required());
    }
    co_return begin_sign_in(x, *asked, wishes.user_name);
}

/// The state of a sign-in that this browser began and that is not too old.
[[nodiscard]] result<sign_in_state, refusal> read_state(
    const exchange& x, std::string_view sealed
) {
    const auto text = open_seal(x.keys.sealing, "sign-in", sealed);
    if (!text) return malformed("this sign-in was not begun here; go back to the application.");
    auto state = from_json<sign_in_state>(*text, json_reading::strict);
    if (!state || state->expires_at <= seconds_of(x.now)) {
        return malformed("this sign-in took too long; go back to the application.");
    }
    const std::string browser = sha256_base64url(find_cookie(x, browser_cookie));
    if (!equal_in_constant_time(browser, state->browser)) {
        return malformed(
            "this sign-in was begun in another browser, or cookies are off; go back to the "
            "application."
        );
    }
    return *std::move(state);
}

/// The client of a sign-in under way, unless it was disabled meanwhile.
[[nodiscard]] awaitable<result<known_client, refusal>> recall_client(
    const exchange& x, authorization_request request
) {
    auto application = co_await x.directory.find_application(request.application_id);
    if (!application || application->disabled) co_return unknown_client();
    auto partner = co_await x.directory.find_partner(application->partner_id);
    if (!partner || partner->disabled) co_return unknown_client();
    x.outcome.application_id = application->id;
    x.outcome.partner_id = partner->id;
    const version form = request.version == "1.0" ? version::v1 : version::v2;
    proven_client client{form, *std::move(application), *std::move(partner)};
    co_return known_client{.client = std::move(client), .request = std::move(request)};
}

/// A user, or what the page says instead.
struct attempt {
    std::optional<user_record> user{};
    std::string problem{};
};

[[nodiscard]] std::string locked(std::chrono::seconds wait) {
    return fmt::format("Too many attempts have failed. Try again in {} seconds.", wait.count());
}

[[nodiscard]] sign_in_attempt attempt_of(const exchange& x, std::string_view user_name) {
    return {std::string{user_name}, client_address(x.request, x.policy.behind_proxy)};
}

/// Whether name and password are those of a user who may sign in to the client. What is unknown,
/// wrong, disabled or another partner's costs the same and is told alike.
[[nodiscard]] awaitable<attempt> attempt_sign_in(
    const exchange& x, const proven_client& client, std::string_view name, std::string password
) {
    sign_in_guard guard{x.proofs};
    const sign_in_attempt counted = attempt_of(x, name);
    const auto wait = co_await guard.before_attempt(counted, x.now);
    if (wait.count() > 0) co_return attempt{.problem = locked(wait)};
    auto user = co_await x.directory.find_user(name);
    const bool usable = may_sign_in(user, client);
    std::string hash = usable ? user->password_hash : std::string{};
    std::optional<bool> right;
    try {
        right = co_await x.hasher.verify(std::move(password), std::move(hash));
    } catch (const hasher_busy&) {  // nothing was compared
    }
    attempt_outcome outcome = attempt_outcome::unfinished;
    if (right && !*right) outcome = attempt_outcome::wrong;
    if (right && *right && user->totp_secret.empty()) outcome = attempt_outcome::right;
    co_await guard.after_attempt(counted, outcome);
    if (!right) co_return attempt{.problem = std::string{too_busy}};
    if (!*right) co_return attempt{.problem = std::string{wrong_password}};
    co_return attempt{.user = std::move(user)};
}

/// The same for the second step: each digits are good once.
[[nodiscard]] awaitable<attempt> attempt_digits(
    const exchange& x, const proven_client& client, guid user_id, std::string digits
) {
    auto user = co_await x.directory.find_user(user_id);
    if (!may_sign_in(user, client)) co_return attempt{.problem = std::string{wrong_digits}};
    sign_in_guard guard{x.proofs};
    const sign_in_attempt counted = attempt_of(x, user->user_principal_name);
    const auto wait = co_await guard.before_attempt(counted, x.now);
    if (wait.count() > 0) co_return attempt{.problem = locked(wait)};
    const auto step = matching_totp_step(user->totp_secret, digits, x.now);
    bool is_right = false;
    if (step) is_right = co_await x.proofs.take_totp_step(user->id, *step);
    const auto outcome = is_right ? attempt_outcome::right : attempt_outcome::wrong;
    co_await guard.after_attempt(counted, outcome);
    if (!is_right) co_return attempt{.problem = std::string{wrong_digits}};
    co_return attempt{.user = std::move(user)};
}

/// The grant, and a session for the next application.
[[nodiscard]] awaitable<content> finish_sign_in(
    const exchange& x, const known_client& asked, const proven_user& who
) {
    const browser_session session{
        .user_id = who.user.id, .has_mfa = who.has_mfa, .began_at = seconds_of(x.now)};
    content answer = co_await grant(x, asked, who);
    set_cookie(x, answer, session_cookie, seal(x.keys.sealing, session_cookie, to_json(session)));
    co_return answer;
}

}  // namespace

awaitable<reply> authorize_v1(const exchange& x) {
    return authorize(x, version::v1);
}
awaitable<reply> authorize_v2(const exchange& x) {
    return authorize(x, version::v2);
}

awaitable<reply> sign_in(const exchange& x) {
    const auto parameters = read_parameters(x, x.request.body, form_bytes_max);
    if (!parameters) co_return refuse_to_user(x, parameters.error());
    auto state = read_state(x, parameters->find("request"));
    if (!state) co_return refuse_to_user(x, state.error());
    const auto asked = co_await recall_client(x, state->request);
    if (!asked) co_return refuse_to_user(x, asked.error());
    if (!parameters->find("cancel").empty()) {
        co_return refuse_to_application(x, asked->request, sign_in_cancelled());
    }

    const std::string_view name = parameters->find("user");
    attempt tried;
    if (state->user_id) {
        std::string digits{parameters->find("digits")};
        tried = co_await attempt_digits(x, asked->client, *state->user_id, std::move(digits));
    } else {
        std::string password{parameters->find("password")};
        tried = co_await attempt_sign_in(x, asked->client, name, std::move(password));
    }
    const bool wants_digits = tried.user && !state->user_id && !tried.user->totp_secret.empty();
    if (tried.user && !wants_digits) {
        const proven_user who{.user = *tried.user, .has_mfa = state->user_id.has_value()};
        co_return co_await finish_sign_in(x, *asked, who);
    }
    if (wants_digits) state->user_id = tried.user->id;
    if (!tried.problem.empty()) x.outcome.error = "access_denied";
    sign_in_form form = make_form(x, *asked, *state);
    form.problem = tried.problem;
    form.user_name = name;
    co_return state->user_id ? digits_page(form) : password_page(form);
}

}  // namespace partner_center::oauth
