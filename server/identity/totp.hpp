// The six digits of authenticator apps (RFC 6238: HMAC-SHA-1, 30 seconds). Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "server/identity/claims.hpp"

namespace partner_center {

/// The time step, of the one before, now and the next, whose digits these are; nothing when they
/// are none of them. The caller sees to it that no step is used twice.
[[nodiscard]] std::optional<std::int64_t> matching_totp_step(
    std::string_view base32_secret, std::string_view digits, system_time now
);

}  // namespace partner_center
