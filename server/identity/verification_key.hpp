// A public key, which checks signatures and makes none. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string_view>

namespace partner_center {

/// The algorithms that tokens may be signed with. Source: RFC 7518, sections 3.3 and 3.4.
enum class signature_algorithm { rs256, es256 };

/// "RS256" or "ES256".
[[nodiscard]] std::string_view name_of(signature_algorithm algorithm);
/// By its exact name.
[[nodiscard]] std::optional<signature_algorithm> find_signature_algorithm(std::string_view name);

/// What an RSA key may be. What a check costs grows with the square of the modulus.
struct rsa_limits {
    int modulus_bits_max{};
    unsigned long exponent_min{};
};
/// Of keys that others publish.
inline constexpr rsa_limits outside_rsa{.modulus_bits_max = 8'192, .exponent_min = 65'537};

/// A key of one algorithm, prepared once. Not thread-safe: checking works with what is prepared, so
/// each reactor has a copy.
class verification_key {
public:
    /// From big-endian numbers; nothing when the modulus is even, has fewer than 2,048 bits or
    /// more than its limit, or the exponent is even, below its limit or above 64 bits.
    [[nodiscard]] static std::optional<verification_key> rsa(
        std::string_view modulus, std::string_view exponent, const rsa_limits& limits
    );
    /// From 32 bytes each; nothing when that is not a point of P-256.
    [[nodiscard]] static std::optional<verification_key> p256(
        std::string_view x, std::string_view y
    );

    /// The same key with state of its own.
    [[nodiscard]] verification_key copy() const;

    ~verification_key();
    verification_key(verification_key&&) noexcept;
    verification_key& operator=(verification_key&&) noexcept;

    [[nodiscard]] signature_algorithm algorithm() const;

    /// Whether this key made the raw signature of the text: RSASSA-PKCS1-v1_5, or r and s of ECDSA
    /// in 32 bytes each; both with SHA-256.
    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;

private:
    class implementation;
    explicit verification_key(std::unique_ptr<implementation> inner);
    std::unique_ptr<implementation> implementation_;
};

}  // namespace partner_center
