// SHA-256 and comparisons that take the same time wherever two texts differ. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace partner_center {

/// The 32 bytes.
[[nodiscard]] std::string sha256(std::string_view text);

/// Their base64url: how codes and tokens are kept, and PKCE's S256 (RFC 7636, section 4.2).
[[nodiscard]] std::string sha256_base64url(std::string_view text);

/// True when both are the same; the time depends on their lengths only.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace partner_center
