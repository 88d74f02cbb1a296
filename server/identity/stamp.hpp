// Texts that anybody may read but only we can make, for what a client is to give back. Calls
// OpenSSL (HMAC-SHA-256), base64url.cpp and digest.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/identity/seal.hpp"

namespace partner_center {

/// What a stamp adds to the bytes, before base64url.
inline constexpr std::size_t stamp_bytes = 16;

/// The bytes and the first 16 of their HMAC-SHA-256, as base64url. The key is derived from `key`;
/// `purpose` is not inside, but has to be the same when it is read.
[[nodiscard]] std::string stamp(
    const sealing_key& key, std::string_view purpose, std::string_view bytes
);

/// The bytes that were stamped for that purpose; nothing for any other. Compares in constant time.
[[nodiscard]] std::optional<std::string> read_stamped(
    const sealing_key& key, std::string_view purpose, std::string_view text
);

}  // namespace partner_center
