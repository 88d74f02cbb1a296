// Applications that prove themselves with a certificate.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <partner_center/clouds.hpp>
#include <partner_center/credential.hpp>
#include <partner_center/export.hpp>

namespace partner_center {

/// An application and the certificate that is registered for it.
struct certificate_application {
    std::string tenant{};     ///< the partner's: a GUID or a domain
    std::string client_id{};  ///< a GUID
    /// The certificate and its RSA key (2048 bits or more, not encrypted), in any order; of several
    /// certificates the first.
    std::string pem{};
};

/// As application_credential, but no secret ever leaves the process: each request for a token is
/// signed (PS256; the certificate is named by x5t#S256) for that authority, for ten minutes. Calls
/// fail with bad_input when the PEM cannot be used. Source: wire contract, section 5.2; RFC 7523.
PARTNER_CENTER_EXPORT [[nodiscard]] std::shared_ptr<const credential> make_certificate_credential(
    const cloud& where, const certificate_application& who, const authority_options& options
);

}  // namespace partner_center
