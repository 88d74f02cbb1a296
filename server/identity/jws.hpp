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

/// A compact JWS that nobody has verified.
struct unverified_jws {
    std::string algorithm{};
    std::string key_id{};  ///< empty: not said
    std::string payload{};
    std::string signature{};
    std::string_view signed_text{};  ///< of the token that was read
};

/// The parts of a text, or nothing when it has not the form of a compact JWS or its header is one
/// that open_jws() refuses whatever the algorithm and the key.
[[nodiscard]] std::optional<unverified_jws> read_jws(std::string_view token);

}  // namespace partner_center
