// What keeps proofs of identity from being used twice or guessed, and the sign-ins that wait for a
// decision on another device. Each question is decided inside one transaction, so that it holds
// for all reactors and after a restart. Ends up calling a database driver.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"
#include <partner_center/guid.hpp>

namespace partner_center {

using stored_time = std::chrono::sys_time<std::chrono::seconds>;

/// Something whose attempts are counted, and how patiently.
struct attempt_subject {
    std::string key{};                  ///< a hash: neither names nor addresses are stored
    std::int64_t failures_max{};        ///< the one with this number locks, and each after it
    std::chrono::seconds remembered{};  ///< after the last attempt
};

/// A client that waits for a person to sign in on another device. Source: RFC 8628.
struct device_request {
    std::string device_code{};  ///< its SHA-256, base64url
    std::string user_code{};    ///< upper case, without a hyphen
    guid application_id{};
    std::string asked_from{};  ///< the client's address, as a hash
    std::string resource{};    ///< what the access token is to be for
    std::string scope{};       ///< as the client asked
    stored_time expires{};
    std::chrono::seconds poll_interval{};
};

/// What came of adding a device request.
enum class device_addition {
    added,
    taken,     ///< another request has the device code or the user code
    too_many,  ///< of this application, or of it at this address, have not expired
};

/// What a person said to a device request.
struct device_decision {
    guid user_id{};
    bool has_mfa{};
    bool allowed{};
};

/// How a device request stands when its client asks; too_fast: pending, but asked too often.
enum class device_state { unknown, expired, pending, too_fast, denied, allowed };

/// What a client learns that asks whether its device request was decided.
struct device_poll {
    device_state state{};
    device_request request{};    ///< when allowed
    device_decision decision{};  ///< when allowed
};

/// Every method throws store_error when the database cannot answer. One per reactor.
class proofs {
public:
    explicit proofs(database& database) : database_{database} {}

    /// True once for each time step of a user, and never for an earlier one than was taken before
    /// (RFC 6238, section 5.2).
    [[nodiscard]] awaitable<bool> take_totp_step(guid user_id, std::int64_t step);

    /// Counts an attempt of all these subjects, as one that failed until something else is said;
    /// zero when it may be made. When one of them is locked none is counted, and the answer is how
    /// long that lasts. Failures lock for 30 s, then twice as long each time, at most 15 min.
    [[nodiscard]] awaitable<std::chrono::seconds> count_attempt(
        std::vector<attempt_subject> subjects, stored_time now
    );
    /// The subject has proved itself: its failures are forgotten.
    [[nodiscard]] awaitable<void> forget_attempts(std::string key);
    /// Takes back one attempt, counted at that time, that did not fail after all, with the lock
    /// that it brought. A lock that a later one brought is as long as what is left of failures
    /// makes it.
    [[nodiscard]] awaitable<void> take_back_attempt(
        attempt_subject subject, stored_time counted_at
    );

    /// Remembers that a browser's session is over, until it would be by itself.
    [[nodiscard]] awaitable<void> end_session(guid id, stored_time until, stored_time now);
    [[nodiscard]] awaitable<bool> has_session_ended(guid id);

    /// An application may have 5,000 requests that have not expired, 50 of them at one address.
    /// What expired a quarter of an hour ago is forgotten.
    [[nodiscard]] awaitable<device_addition> add_device_request(
        device_request request, stored_time now
    );
    /// One that waits for a decision and has not expired. `user_code` as the person typed it: in
    /// any letter case, with or without the hyphen.
    [[nodiscard]] awaitable<std::optional<device_request>> find_device_request(
        std::string_view user_code, stored_time now
    );
    /// False when there is no such request any more, it is decided already, or the user is not of
    /// the application's partner. `user_code` as above.
    [[nodiscard]] awaitable<bool> decide_device_request(
        std::string_view user_code, device_decision decision, stored_time now
    );
    /// What became of the request, for its own application only; `allowed` until
    /// grants::redeem_device_request() has used it up. A poll before the interval has passed makes
    /// the interval 5 s longer.
    [[nodiscard]] awaitable<device_poll> poll_device_request(
        std::string device_code, guid application_id, stored_time now
    );

private:
    database& database_;
};

}  // namespace partner_center
