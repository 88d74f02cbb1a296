// The public half of an RSA key of ours: what is published of it, and what it verifies. Calls
// verification_key.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "server/identity/verification_key.hpp"

namespace partner_center {

/// What is no usable RSA key.
class key_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Thread-safe but for verify(), which one thread at a time may call: see copy().
class rsa_public_key {
public:
    /// Of its RFC 7517 members, base64url. Throws key_error when they are no RSA key of 2048 to
    /// 16384 bits.
    rsa_public_key(std::string modulus, std::string exponent);

    /// The same key with state of its own.
    [[nodiscard]] rsa_public_key copy() const { return {modulus_, exponent_}; }

    /// RFC 7638 thumbprint (SHA-256, base64url), the token header's `kid`.
    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] const std::string& modulus() const { return modulus_; }
    [[nodiscard]] const std::string& exponent() const { return exponent_; }

    /// Whether the raw signature is this key's RSASSA-PKCS1-v1_5 with SHA-256 over the text.
    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const {
        return key_.verify(text, signature);
    }

private:
    std::string modulus_;
    std::string exponent_;
    std::string id_;
    verification_key key_;
};

}  // namespace partner_center
