// The public half of an RSA key: what is published of it, and what it verifies. Calls
// base64url.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace partner_center {

/// What is no usable RSA key.
class key_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Immutable and thread-safe after construction, but its verifications share counters: see copy().
class rsa_public_key {
public:
    /// Of its RFC 7517 members, base64url. Throws key_error when they are no RSA key of 2048 to
    /// 16384 bits.
    rsa_public_key(std::string modulus, std::string exponent);

    /// The same key with state of its own.
    [[nodiscard]] rsa_public_key copy() const;

    ~rsa_public_key();
    rsa_public_key(rsa_public_key&&) noexcept;
    rsa_public_key& operator=(rsa_public_key&&) noexcept;

    /// RFC 7638 thumbprint (SHA-256, base64url), the token header's `kid`.
    [[nodiscard]] const std::string& id() const;
    [[nodiscard]] const std::string& modulus() const;
    [[nodiscard]] const std::string& exponent() const;

    /// Whether the raw signature is this key's RSASSA-PKCS1-v1_5 with SHA-256 over the text.
    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace partner_center
