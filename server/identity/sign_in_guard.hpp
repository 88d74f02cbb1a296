// Slows down whoever guesses passwords: lockout with back-off per user name and per client address.
// Calls the store's proofs.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "server/identity/claims.hpp"
#include "store/proofs.hpp"
#include <partner_center/http.hpp>

namespace partner_center {

/// Who tries to sign in, as they say.
struct sign_in_attempt {
    std::string user_name{};  ///< in any letter case; of somebody we know or not; empty: no one's
    std::string address{};    ///< of the client, as client_address() tells it; empty: not known
};

/// What came of an attempt.
enum class attempt_outcome {
    wrong,
    unfinished,  ///< right as far as it goes, but a second factor is still to come
    right,       ///< signed in
};

/// After 5 failures in a row a user name is locked for 30 s, then twice as long after each further
/// failure, 15 min at most; until a success, or 24 h without an attempt. A client address, or the
/// /64 of an IPv6 one, is locked in the same way after 50 failures within an hour of each other;
/// no success clears these. Names that nobody has are counted alike. Kept in the store: holds for
/// all reactors and after a restart.
///
/// An attempt counts as failed from before_attempt() on, so that many at once are no way around;
/// after_attempt() says what came of it. One per reactor. Throws store_error.
class sign_in_guard {
public:
    explicit sign_in_guard(proofs& store) : store_{store} {}

    /// Zero when the attempt may be made; else how long to wait, and it must not be made: what is
    /// said then must not depend on whether the user is known.
    [[nodiscard]] awaitable<std::chrono::seconds> before_attempt(
        const sign_in_attempt& attempt, system_time now
    );
    /// Once for each attempt that was let through, with the same time. A user with a second factor
    /// is `right` only when both were: who has only the password must not clear the count of wrong
    /// second factors.
    [[nodiscard]] awaitable<void> after_attempt(
        const sign_in_attempt& attempt, attempt_outcome outcome, system_time then
    );

private:
    proofs& store_;
};

/// Where a request came from: the peer of its connection, or, behind a trusted proxy, the last
/// entry of the last X-Forwarded-For (which that proxy wrote itself; what is before it anybody may
/// have written). Without a port; an IPv4 address that is wrapped in IPv6 as IPv4. The peer when
/// the entry is no address; empty when that is not known.
[[nodiscard]] std::string client_address(const http::request_view& request, bool behind_proxy);
/// The same, but of an IPv6 address the bytes of its /64, which one customer of a provider has
/// whole.
[[nodiscard]] std::string client_network(const http::request_view& request, bool behind_proxy);

}  // namespace partner_center
