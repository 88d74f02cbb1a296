// How a person proves who that is, page after page: password, digits, and the session that the
// browser keeps. Calls browser.cpp, the secret hasher, totp.cpp, sign_in_guard.cpp and the store.
//
// Between the pages nothing is kept here: how far a sign-in has come travels with the browser,
// sealed, for ten minutes, and counts only together with the cookie of the browser that began it.
// So nobody can have another's browser sign in with a form made elsewhere.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/identity/authority/browser.hpp"
#include "server/identity/authority/token_request.hpp"
#include "server/identity/seal.hpp"
#include "server/identity/sign_in_guard.hpp"
#include <partner_center/json.hpp>

namespace partner_center::oauth {

/// Of what a page sends back: its sealed state, and what the person fills in.
inline constexpr std::size_t page_bytes_max = 32 * 1024;
inline constexpr std::string_view browser_cookie = "browser";
inline constexpr std::string_view session_cookie = "session";

/// Who is signed in to the authority with a browser.
struct browser_session {
    guid id{};
    guid user_id{};
    bool has_mfa{};
    std::int64_t began_at{};
    std::int64_t epoch{};  ///< the user's at that time
};
BOOST_DESCRIBE_STRUCT(browser_session, (), (id, user_id, has_mfa, began_at, epoch))

/// How far a sign-in has come; part of what is sealed.
struct sign_in_progress {
    std::string browser{};  ///< hash of its cookie
    std::int64_t expires_at{};
    std::optional<browser_session> password_of{};  ///< it was right; the digits are missing
};
BOOST_DESCRIBE_STRUCT(sign_in_progress, (), (browser, expires_at, password_of))

/// A user who proved who that is.
struct proven_user {
    user_record user{};
    browser_session session{};  ///< in which that was
};

/// What a form or an address says.
[[nodiscard]] result<form, refusal> read_parameters(
    const exchange& x, std::string_view text, std::size_t bytes_max
);

/// The value of the browser's cookie, to be set with the first page; a new one when it has none.
/// It is kept when there is one: people sign in in two tabs.
[[nodiscard]] std::string browser_mark(const exchange& x);
[[nodiscard]] sign_in_progress begin_progress(const exchange& x, std::string_view mark);
/// Why a sign-in cannot go on: too old, or another browser's.
[[nodiscard]] std::optional<refusal> check_progress(
    const exchange& x, const sign_in_progress& progress
);

/// What was sealed for this purpose, of a sign-in that this browser began and that is not too old.
template <class State>
[[nodiscard]] result<State, refusal> open_state(
    const exchange& x, std::string_view purpose, std::string_view sealed
) {
    const auto text = open_seal(x.keys.sealing, purpose, sealed);
    if (!text) return malformed("this sign-in was not begun here; begin again.");
    auto state = from_json<State>(*text, json_reading::strict);
    if (!state) return malformed("this sign-in took too long; begin again.");
    if (auto problem = check_progress(x, state->progress)) return *std::move(problem);
    return *std::move(state);
}

/// The client of a sign-in under way, unless it was disabled meanwhile. Notes it for the log.
[[nodiscard]] awaitable<result<proven_client, refusal>> recall_client(
    const exchange& x, guid application_id, version form
);

/// What a request wants of a session, and what it says about the user.
struct session_wishes {
    bool asks_anew{};
    std::string_view user_name{};  ///< empty: anybody's
    std::optional<std::int64_t> age_max{};
};

/// The user of a session, unless that has ended, or he or she may not sign in to the client any
/// longer, or has to do so again.
[[nodiscard]] awaitable<std::optional<proven_user>> recall_user(
    const exchange& x, const proven_client& client, const browser_session& session
);
/// The user of the browser's session, when that is good for the request.
[[nodiscard]] awaitable<std::optional<proven_user>> find_session(
    const exchange& x, const proven_client& client, const session_wishes& wishes
);
/// Ends the browser's session, if it has one: its cookie is good for nothing any more.
[[nodiscard]] awaitable<void> end_session(const exchange& x);
/// Gives the session to the browser, for the next application.
void keep_session(const exchange& x, content& answer, const browser_session& session);

/// What came of one form: a user once all is proved; else what the next page says, if anything.
struct sign_in_step {
    std::optional<proven_user> who{};
    std::string problem{};
};
/// Takes a password, or the digits that `progress` waits for. What is unknown, wrong, disabled or
/// another partner's costs the same and is told alike.
[[nodiscard]] awaitable<sign_in_step> take_step(
    const exchange& x,
    const proven_client& client,
    const form& parameters,
    sign_in_progress& progress
);
/// The page that asks for what is missing.
[[nodiscard]] content sign_in_page(const sign_in_form& form, const sign_in_progress& progress);

/// What the guard counts an attempt for.
[[nodiscard]] sign_in_attempt attempt_of(const exchange& x, std::string_view user_name);
/// What a page says when the guard makes people wait.
[[nodiscard]] std::string locked(std::chrono::seconds wait);

}  // namespace partner_center::oauth
