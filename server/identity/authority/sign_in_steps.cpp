// The steps of a sign-in. Calls browser.cpp, the secret hasher, totp.cpp, sign_in_guard.cpp and the
// store's directory and proofs.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/sign_in_steps.hpp"

#include <utility>

#include <fmt/format.h>

#include "server/identity/authority/user_grants.hpp"
#include "server/identity/digest.hpp"
#include "server/identity/random.hpp"
#include "server/identity/totp.hpp"

namespace partner_center::oauth {
namespace {

constexpr std::chrono::minutes sign_in_time{10};
constexpr std::chrono::hours session_time{8};
constexpr std::string_view wrong_password = "The user name or the password is not right.";
constexpr std::string_view wrong_digits =
    "These digits are not right, or they were used before. Wait for the next ones.";
constexpr std::string_view too_busy = "Too many people sign in at the moment. Try again.";

[[nodiscard]] bool may_sign_in(
    const std::optional<user_record>& user, const proven_client& client
) {
    return user && !user->disabled && user->partner_id == client.partner.id;
}

/// A user, or what the page says instead.
struct attempt {
    std::optional<user_record> user{};
    std::string problem{};
};

/// Whether name and password are those of a user who may sign in to the client.
[[nodiscard]] awaitable<attempt> attempt_password(
    const exchange& x, const proven_client& client, std::string_view name, std::string password
) {
    sign_in_guard guard{x.proofs};
    const sign_in_attempt counted = attempt_of(x, name);
    const auto wait = co_await guard.before_attempt(counted, x.now);
    if (wait.count() > 0) co_return attempt{.problem = locked(wait)};
    auto user = co_await x.directory.find_user(name);
    const bool usable = may_sign_in(user, client);
    presented_secret presented{
        .secret = std::move(password),
        .hash = usable ? user->password_hash : std::string{},
        .from = client_network(x.request, x.policy.behind_proxy),
    };
    std::optional<bool> right;
    try {
        right = co_await x.hasher.verify(std::move(presented));
    } catch (const hasher_busy&) {  // nothing was compared
    }
    attempt_outcome outcome = attempt_outcome::unfinished;
    if (right && !*right) outcome = attempt_outcome::wrong;
    if (right && *right && user->totp_secret.empty()) outcome = attempt_outcome::right;
    co_await guard.after_attempt(counted, outcome, x.now);
    if (!right) co_return attempt{.problem = std::string{too_busy}};
    if (!*right) co_return attempt{.problem = std::string{wrong_password}};
    co_return attempt{.user = std::move(user)};
}

/// The same for the second step: each digits are good once.
[[nodiscard]] awaitable<attempt> attempt_digits(
    const exchange& x, user_record user, std::string digits
) {
    sign_in_guard guard{x.proofs};
    const sign_in_attempt counted = attempt_of(x, user.user_principal_name);
    const auto wait = co_await guard.before_attempt(counted, x.now);
    if (wait.count() > 0) co_return attempt{.problem = locked(wait)};
    const std::string secret = open_totp_secret(x.keys.second_factors, user.id, user.totp_secret);
    const auto step = matching_totp_step(secret, digits, x.now);
    bool is_right = false;
    if (step) is_right = co_await x.proofs.take_totp_step(user.id, *step);
    const auto outcome = is_right ? attempt_outcome::right : attempt_outcome::wrong;
    co_await guard.after_attempt(counted, outcome, x.now);
    if (!is_right) co_return attempt{.problem = std::string{wrong_digits}};
    co_return attempt{.user = std::move(user)};
}

/// Whose session or password it was, unless that has ended since.
[[nodiscard]] awaitable<std::optional<user_record>> user_of(
    const exchange& x, const proven_client& client, const browser_session& session
) {
    auto user = co_await x.directory.find_user(session.user_id);
    if (!may_sign_in(user, client) || user->session_epoch != session.epoch) co_return std::nullopt;
    co_return user;
}

[[nodiscard]] browser_session begin_session(
    const exchange& x, const user_record& user, bool has_mfa
) {
    return {
        .id = random_guid(),
        .user_id = user.id,
        .has_mfa = has_mfa,
        .began_at = seconds_of(x.now),
        .epoch = user.session_epoch,
    };
}

/// As the browser's cookie says.
[[nodiscard]] std::optional<browser_session> read_session(const exchange& x) {
    const auto text = open_seal(x.keys.sealing, session_cookie, find_cookie(x, session_cookie));
    if (!text) return {};
    const auto session = from_json<browser_session>(*text, json_reading::strict);
    if (!session) return {};
    return *session;
}

[[nodiscard]] awaitable<sign_in_step> take_password(
    const exchange& x,
    const proven_client& client,
    const form& parameters,
    sign_in_progress& progress
) {
    const std::string_view name = parameters.find("user");
    std::string password{parameters.find("password")};
    attempt tried = co_await attempt_password(x, client, name, std::move(password));
    if (!tried.user) co_return sign_in_step{.problem = std::move(tried.problem)};
    const browser_session session = begin_session(x, *tried.user, false);
    if (!tried.user->totp_secret.empty()) {
        progress.password_of = session;
        co_return sign_in_step{};
    }
    proven_user who{.user = *std::move(tried.user), .session = session};
    co_return sign_in_step{.who = std::move(who)};
}

}  // namespace

result<form, refusal> read_parameters(
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

std::string browser_mark(const exchange& x) {
    std::string mark{find_cookie(x, browser_cookie)};
    return mark.size() == 43 ? mark : make_random_token();
}

sign_in_progress begin_progress(const exchange& x, std::string_view mark) {
    return {.browser = sha256_base64url(mark), .expires_at = seconds_of(x.now + sign_in_time)};
}

std::optional<refusal> check_progress(const exchange& x, const sign_in_progress& progress) {
    if (progress.expires_at <= seconds_of(x.now)) {
        return malformed("this sign-in took too long; begin again.");
    }
    const std::string browser = sha256_base64url(find_cookie(x, browser_cookie));
    if (!equal_in_constant_time(browser, progress.browser)) {
        return malformed(
            "this sign-in was begun in another browser, or cookies are off; begin again."
        );
    }
    return {};
}

awaitable<result<proven_client, refusal>> recall_client(
    const exchange& x, guid application_id, version form
) {
    auto application = co_await x.directory.find_application(application_id);
    if (!application || application->disabled) co_return unknown_client();
    auto partner = co_await x.directory.find_partner(application->partner_id);
    if (!partner || partner->disabled) co_return unknown_client();
    x.outcome.application_id = application->id;
    x.outcome.partner_id = partner->id;
    co_return proven_client{form, *std::move(application), *std::move(partner)};
}

awaitable<std::optional<proven_user>> recall_user(
    const exchange& x, const proven_client& client, const browser_session& session
) {
    if (co_await x.proofs.has_session_ended(session.id)) co_return std::nullopt;
    auto user = co_await user_of(x, client, session);
    const bool lacks_mfa = user && !user->totp_secret.empty() && !session.has_mfa;
    if (!user || lacks_mfa) co_return std::nullopt;
    co_return proven_user{.user = *std::move(user), .session = session};
}

awaitable<std::optional<proven_user>> find_session(
    const exchange& x, const proven_client& client, const session_wishes& wishes
) {
    const auto session = read_session(x);
    if (!session || wishes.asks_anew) co_return std::nullopt;
    const std::int64_t age = seconds_of(x.now) - session->began_at;
    const bool is_old = age >= std::chrono::seconds{session_time}.count() ||
                        (wishes.age_max && age > *wishes.age_max);
    if (is_old) co_return std::nullopt;
    auto who = co_await recall_user(x, client, *session);
    const bool is_other = who && !wishes.user_name.empty() &&
                          !equals_ignoring_case(wishes.user_name, who->user.user_principal_name);
    if (is_other) co_return std::nullopt;
    co_return who;
}

awaitable<void> end_session(const exchange& x) {
    const auto session = read_session(x);
    if (!session) co_return;
    const stored_time until{std::chrono::seconds{session->began_at} + session_time};
    if (until > x.now) co_await x.proofs.end_session(session->id, until, x.now);
}

void keep_session(const exchange& x, content& answer, const browser_session& session) {
    set_cookie(x, answer, session_cookie, seal(x.keys.sealing, session_cookie, to_json(session)));
}

awaitable<sign_in_step> take_step(
    const exchange& x,
    const proven_client& client,
    const form& parameters,
    sign_in_progress& progress
) {
    if (!progress.password_of) co_return co_await take_password(x, client, parameters, progress);
    auto user = co_await user_of(x, client, *progress.password_of);
    if (!user) {  // disabled, or changed since: from the beginning
        progress.password_of.reset();
        co_return sign_in_step{.problem = std::string{wrong_password}};
    }
    std::string digits{parameters.find("digits")};
    attempt tried = co_await attempt_digits(x, *std::move(user), std::move(digits));
    if (!tried.user) co_return sign_in_step{.problem = std::move(tried.problem)};
    const browser_session session = begin_session(x, *tried.user, true);
    proven_user who{.user = *std::move(tried.user), .session = session};
    co_return sign_in_step{.who = std::move(who)};
}

content sign_in_page(const sign_in_form& form, const sign_in_progress& progress) {
    return progress.password_of ? digits_page(form) : password_page(form);
}

sign_in_attempt attempt_of(const exchange& x, std::string_view user_name) {
    return {std::string{user_name}, client_address(x.request, x.policy.behind_proxy)};
}

std::string locked(std::chrono::seconds wait) {
    return fmt::format("Too many attempts have failed. Try again in {} seconds.", wait.count());
}

}  // namespace partner_center::oauth
