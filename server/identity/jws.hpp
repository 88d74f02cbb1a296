// Compact JWS (RFC 7515) with one algorithm, RS256, and one key at a time. Calls signing_key.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/identity/signing_key.hpp"

namespace partner_center {

/// "header.payload.signature" with typ JWT and the key's id.
[[nodiscard]] std::string make_jws(const signing_key& key, std::string_view payload);

/// The payload of a text that this key signed as RS256, or nothing. Looks at nothing inside the
/// payload. Refuses every header that wants to be handled in another way: another algorithm or key,
/// a key of its own or a place to fetch one (jku, x5u, jwk, x5c), extensions (crit, b64), zip.
[[nodiscard]] std::optional<std::string> open_jws(const signing_key& key, std::string_view token);

}  // namespace partner_center
