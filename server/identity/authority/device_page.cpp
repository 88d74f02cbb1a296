// GET and POST /{tenant}/oauth2/deviceauth, the page of RFC 8628, section 3.3: a person enters the
// code that a device shows, signs in, sees who asks for what, and allows or denies it. Calls
// sign_in_steps.cpp, browser.cpp, tenant.cpp and the store's proofs.
// SPDX-License-Identifier: MIT
#include <utility>

#include "server/identity/authority/device_code.hpp"
#include "server/identity/authority/scopes.hpp"
#include "server/identity/authority/sign_in_steps.hpp"

namespace partner_center::oauth {

/// How far a person has come.
struct device_sign_in {
    sign_in_progress progress{};
    std::string tenant{};                      ///< of the page, by its name
    std::string user_code{};                   ///< empty: not entered yet
    std::optional<browser_session> session{};  ///< of whom the decision is asked
};
BOOST_DESCRIBE_STRUCT(device_sign_in, (), (progress, tenant, user_code, session))

namespace {

constexpr std::string_view seal_purpose = "device";
constexpr std::string_view wrong_code =
    "This code is not right, or it was used before, or has expired.";

/// A request that waits for a decision, and who made it.
struct asked_device {
    device_request request{};
    proven_client client{};
};

[[nodiscard]] std::string address_of(const device_sign_in& state) {
    return "/" + state.tenant + "/oauth2/deviceauth";
}

[[nodiscard]] std::string sealed(const exchange& x, const device_sign_in& state) {
    return seal(x.keys.sealing, seal_purpose, to_json(state));
}

void note_problem(const exchange& x, std::string_view problem) {
    if (!problem.empty()) x.outcome.error = "access_denied";
}

/// Asks for a code, from the beginning.
[[nodiscard]] content code_page(
    const exchange& x, device_sign_in state, std::string_view user_code, std::string_view problem
) {
    note_problem(x, problem);
    state.user_code.clear();
    state.session.reset();
    state.progress.password_of.reset();
    return device_code_page({
        .action = address_of(state),
        .sealed = sealed(x, state),
        .user_code = std::string{user_code},
        .problem = problem,
    });
}

/// Asks for what is missing until the person is known.
[[nodiscard]] content person_page(
    const exchange& x,
    const asked_device& asked,
    const device_sign_in& state,
    std::string_view problem
) {
    note_problem(x, problem);
    const sign_in_form form{
        .action = address_of(state),
        .application = asked.client.application.name,
        .sealed = sealed(x, state),
        .problem = problem,
    };
    return sign_in_page(form, state.progress);
}

/// Version 1 names no scopes and always gives a refresh token.
[[nodiscard]] content consent_page(
    const exchange& x, const asked_device& asked, device_sign_in state, const proven_user& who
) {
    state.session = who.session;
    const std::string& scope = asked.request.scope;
    return device_consent_page({
        .action = address_of(state),
        .application = asked.client.application.name,
        .sealed = sealed(x, state),
        .user_code = readable_code(asked.request.user_code),
        .user_name = who.user.user_principal_name,
        .resource = asked.request.resource,
        .stays_signed_in = scope.empty() || has_word(scope, "offline_access"),
    });
}

/// Nothing for a code that is wrong, whatever the reason: unknown, expired, decided, of another
/// tenant than the page's, or of an application that is disabled.
[[nodiscard]] awaitable<std::optional<asked_device>> find_request(
    const exchange& x, const device_sign_in& state, std::string_view user_code
) {
    const auto where = co_await find_tenant(x.directory, state.tenant);
    auto request = co_await x.proofs.find_device_request(user_code, x.now);
    if (!where || !request) co_return std::nullopt;
    auto client = co_await recall_client(x, request->application_id, version::v2);
    const bool is_here = client && (!where->partner || where->partner->id == client->partner.id);
    if (!is_here) co_return std::nullopt;
    co_return asked_device{.request = *std::move(request), .client = *std::move(client)};
}

[[nodiscard]] awaitable<reply> begin(const exchange& x) {
    const auto parameters = read_parameters(x, x.query, page_bytes_max);
    if (!parameters) co_return parameters.error();
    const auto where = co_await find_tenant(x.directory, x.tenant);
    if (!where) co_return unknown_tenant("invalid_tenant");
    const std::string mark = browser_mark(x);
    device_sign_in state{.progress = begin_progress(x, mark), .tenant = where->name};
    content page = code_page(x, std::move(state), parameters->find("user_code"), "");
    set_cookie(x, page, browser_cookie, mark);
    co_return page;
}

/// Guesses count for the address they come from, as wrong passwords do; nobody's name is known yet.
[[nodiscard]] awaitable<reply> take_code(
    const exchange& x, const form& parameters, device_sign_in state
) {
    const std::string_view user_code = parameters.find("user_code");
    sign_in_guard guard{x.proofs};
    const sign_in_attempt counted = attempt_of(x, "");
    const auto wait = co_await guard.before_attempt(counted, x.now);
    if (wait.count() > 0) co_return code_page(x, std::move(state), user_code, locked(wait));
    const auto asked = co_await find_request(x, state, user_code);
    const auto outcome = asked ? attempt_outcome::unfinished : attempt_outcome::wrong;
    co_await guard.after_attempt(counted, outcome, x.now);
    if (!asked) co_return code_page(x, std::move(state), user_code, wrong_code);
    state.user_code = asked->request.user_code;
    const session_wishes wishes;
    const auto who = co_await find_session(x, asked->client, wishes);
    if (who) co_return consent_page(x, *asked, std::move(state), *who);
    co_return person_page(x, *asked, state, "");
}

[[nodiscard]] awaitable<reply> take_decision(
    const exchange& x, const asked_device& asked, device_sign_in state, std::string_view decision
) {
    const auto who = co_await recall_user(x, asked.client, *state.session);
    if (!who || decision == "other") {
        state.session.reset();
        state.progress.password_of.reset();
        co_return person_page(x, asked, state, "");
    }
    const bool is_allowed = decision == "allow";
    if (!is_allowed && decision != "deny") co_return missing_parameter("decision");
    const device_decision decided{
        .user_id = who->user.id, .has_mfa = who->session.has_mfa, .allowed = is_allowed};
    const bool is_first = co_await x.proofs.decide_device_request(state.user_code, decided, x.now);
    if (!is_first) co_return code_page(x, std::move(state), "", wrong_code);
    if (is_allowed) {
        co_return message_page("Signed in", "Go on at your device. You can close this window.");
    }
    co_return message_page("Denied", "The device gets no access. You can close this window.");
}

[[nodiscard]] awaitable<reply> go_on(const exchange& x) {
    const auto parameters = read_parameters(x, x.request.body, page_bytes_max);
    if (!parameters) co_return parameters.error();
    auto state = open_state<device_sign_in>(x, seal_purpose, parameters->find("request"));
    if (!state) co_return state.error();
    if (state->user_code.empty()) co_return co_await take_code(x, *parameters, *std::move(state));
    if (!parameters->find("cancel").empty()) {
        co_return message_page("Cancelled", "Nothing was allowed. You can close this window.");
    }
    const auto asked = co_await find_request(x, *state, state->user_code);
    if (!asked) co_return code_page(x, *std::move(state), "", wrong_code);
    if (state->session) {
        const std::string_view decision = parameters->find("decision");
        co_return co_await take_decision(x, *asked, *std::move(state), decision);
    }
    const sign_in_step step = co_await take_step(x, asked->client, *parameters, state->progress);
    if (!step.who) co_return person_page(x, *asked, *state, step.problem);
    content page = consent_page(x, *asked, *std::move(state), *step.who);
    keep_session(x, page, step.who->session);
    co_return page;
}

}  // namespace

awaitable<reply> decide_for_device(const exchange& x) {
    return x.request.method == "GET" ? begin(x) : go_on(x);
}

}  // namespace partner_center::oauth
