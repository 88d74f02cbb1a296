// Hashes of codes and names that the store keeps instead of the text itself. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace partner_center {

/// SHA-256, in base64url.
[[nodiscard]] std::string sha256_text(std::string_view bytes);

}  // namespace partner_center
