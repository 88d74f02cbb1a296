// Compact JWS (RFC 7515): made with RS256, read strictly, opened with a key found by its id. Calls
// key_ring.cpp and signing_key.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/identity/claims.hpp"
#include "server/identity/key_ring.hpp"
#include "server/identity/signing_key.hpp"

namespace partner_center {

/// "header.payload.signature" with typ JWT and the key's id.
[[nodiscard]] std::string make_jws(const signing_key& key, std::string_view payload);

/// What somebody presents as signed, read but not believed. Its views are of the token.
struct presented_jws {
    std::string type{};              ///< `typ`; empty: not said
    std::string algorithm{};         ///< `alg`
    std::string key_id{};            ///< `kid`; empty: not said
    std::string_view signed_text{};  ///< header and payload as they stand
    std::string signature{};         ///< raw
    std::string_view payload{};      ///< base64url
};

/// The parts of a token, for who knows keys to choose one by its id, to pin it to its algorithm,
/// and to verify. Nothing when it has not the form of a compact JWS, or a header that wants to be
/// handled in another way: a key of its own or a place to fetch one (jku, x5u, jwk, x5c),
/// extensions (crit, b64) or zip.
[[nodiscard]] std::optional<presented_jws> read_jws(std::string_view token);

/// The payload of a token of type JWT or at+jwt that one of our keys signed as RS256 and is
/// honoured at this time, or nothing. Looks at nothing inside the payload.
[[nodiscard]] std::optional<std::string> open_jws(
    const key_ring& keys, std::string_view token, system_time now
);

}  // namespace partner_center
