// Certificates that applications prove themselves with. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <partner_center/result.hpp>

namespace partner_center {

/// The public half of a certificate: what the directory keeps of it.
struct certificate {
    std::string thumbprint{};  ///< SHA-256 of its DER form, base64url: `x5t#S256` (RFC 7515)
    std::string pem{};         ///< it alone, without chain, key or text around it
};

/// The first certificate of a PEM text. Fails with invalid_value, and says why, when there is none,
/// when its key is not RSA of 2048 bits or more, and when it has expired.
[[nodiscard]] result<certificate> read_certificate(
    std::string_view pem, std::chrono::sys_time<std::chrono::seconds> now
);

}  // namespace partner_center
