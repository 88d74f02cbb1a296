// One-time passwords of authenticator apps (RFC 6238: HMAC-SHA-1, 30 seconds, 6 digits).
// Calls OpenSSL and seal.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/identity/claims.hpp"
#include "server/identity/seal.hpp"

namespace partner_center {

/// The bytes of a base32 text (RFC 4648) as people copy it: any letter case, blanks and hyphens
/// between groups, padding or none. Nothing when a character is none of these, or when the text is
/// shorter than any secret may be (10 bytes) or has no whole number of bytes.
[[nodiscard]] std::optional<std::string> from_base32(std::string_view text);

/// The six digits of a counter. Source: RFC 4226, section 5.3.
[[nodiscard]] std::string one_time_password(std::string_view secret, std::int64_t step);

/// A second factor's secret as the directory keeps it; of an empty one, which is none, nothing.
/// Good for this user only.
[[nodiscard]] std::string seal_totp_secret(
    const sealing_key& key, const guid& user_id, std::string_view base32_secret
);
/// The base32 text; empty when it was not sealed with this key for this user.
[[nodiscard]] std::string open_totp_secret(
    const sealing_key& key, const guid& user_id, std::string_view sealed
);

/// The time step whose password these digits are: the one of `now`, before or after it, so that
/// clocks may differ a little. Nothing when they are none of these, are not six digits (blanks
/// between them are left out: apps show "123 456"), or the secret cannot be read. Compares in
/// constant time. A step is good once: ask proofs::take_totp_step() before believing it.
[[nodiscard]] std::optional<std::int64_t> matching_totp_step(
    std::string_view base32_secret, std::string_view digits, system_time now
);

}  // namespace partner_center
