// Certificates for trying partnerd over HTTPS: a small authority of our own and a certificate that
// it signs, kept in a directory. Calls private_file and OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <filesystem>

namespace partner_center {

/// PEM files.
struct dev_certificates {
    std::filesystem::path authority{};    ///< what a client has to trust
    std::filesystem::path certificate{};  ///< for `key`, signed by the authority
    std::filesystem::path key{};
};

/// Makes what the directory lacks (ca.pem, ca-key.pem, cert.pem, key.pem; all 0600) and renews a
/// certificate of which fewer than 30 days are left at `now`, or that does not say what we would
/// say today; keys stay. The names: localhost, 127.0.0.1, ::1, and the API and authority hosts of
/// all clouds (wire contract, 5.5). The authority can vouch for these names and for loopback
/// addresses only, as a TLS server. Throws file_error.
[[nodiscard]] dev_certificates keep_dev_certificates(
    const std::filesystem::path& directory, std::chrono::system_clock::time_point now
);

}  // namespace partner_center
