// Small cryptography for credentials: random text, SHA-256, base64url. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace partner_center::detail {

/// base64url without padding (RFC 4648, section 5).
[[nodiscard]] std::string to_base64url(std::string_view bytes);

/// The 32 bytes of a SHA-256. Throws std::runtime_error when OpenSSL fails.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// 43 characters of base64url that nobody can guess: 256 bits. Throws std::runtime_error when the
/// system has no randomness.
[[nodiscard]] std::string random_text();

/// Takes as long wherever texts of the same length differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace partner_center::detail
