// The keys that an issuer publishes: a JWK Set (RFC 7517), read strictly. Calls verification_key.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/identity/verification_key.hpp"

namespace partner_center {

/// Larger key sets are refused unread.
inline constexpr std::size_t key_set_bytes_max = 256 * 1024;
inline constexpr std::size_t keys_max = 64;

/// A key of a set, and what the set says of it.
struct published_key {
    std::string id{};      ///< `kid`; empty when the set has this key only
    std::string issuer{};  ///< whose tokens it signs, as Entra says it; empty: not said
    verification_key key;
};

/// The usable keys of an issuer: at least one. Movable; see verification_key for threads.
class key_set {
public:
    explicit key_set(std::vector<published_key> keys) : keys_{std::move(keys)} {}

    /// The key for a token's header, or null. A token without `kid` is only taken from a set of one
    /// key. The first of keys with the same id and algorithm counts.
    [[nodiscard]] const published_key* find(std::string_view id, signature_algorithm algorithm)
        const;
    [[nodiscard]] std::size_t size() const { return keys_.size(); }
    [[nodiscard]] key_set copy() const;

private:
    std::vector<published_key> keys_{};
};

/// The keys of the document that can be used: RSA for RS256 and P-256 for ES256, for signatures,
/// with an id when there are several. Others are passed over, as are damaged ones; certificates
/// (x5c) are not looked at. Nothing when the document is not a key set, is larger than
/// key_set_bytes_max, has more than keys_max keys, or none that can be used.
[[nodiscard]] std::optional<key_set> parse_key_set(std::string_view document);

}  // namespace partner_center
