// The certificates that applications prove themselves with. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/identity/claims.hpp"
#include "store/directory.hpp"

namespace partner_center {

/// How a text is signed with an RSA key. Source: RFC 7518, sections 3.3 and 3.5.
enum class rsa_signature { rs256, ps256 };

/// An X.509 certificate of an RSA key of at least 2048 bits. Nobody else's word for it counts: who
/// may use it is what the directory says. Immutable and thread-safe.
class certificate {
public:
    /// The first certificate of a PEM text; nothing when there is none, or of another kind of key.
    [[nodiscard]] static std::optional<certificate> parse(std::string_view pem);

    /// SHA-256 of the DER form, base64url: its name in the directory, and `x5t#S256`.
    [[nodiscard]] const std::string& thumbprint() const;
    /// SHA-1 of the same, base64url: `x5t`. A name that clients use, which nothing rests on.
    [[nodiscard]] const std::string& sha1_thumbprint() const;
    /// Whether this time is within its own (no skew: these are days and years).
    [[nodiscard]] bool is_valid_at(system_time now) const;
    [[nodiscard]] bool verify(rsa_signature form, std::string_view text, std::string_view signature)
        const;

private:
    struct contents;
    explicit certificate(std::shared_ptr<const contents> inner);
    std::shared_ptr<const contents> contents_;
};

/// What the directory keeps of the first certificate of a PEM text: without chain, key or text
/// around it. Fails with invalid_value, and says why, when there is none, when its key is not RSA
/// of 2048 bits or more, and when it has expired.
[[nodiscard]] result<certificate_record> read_certificate(std::string_view pem, system_time now);

}  // namespace partner_center
