// How an application proves itself with a certificate: a token that it signed itself (RFC 7523, as
// Entra ID takes it). Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

#include <partner_center/error.hpp>

namespace partner_center::detail {

struct assertion_order {
    std::string pem{};  ///< the certificate and its RSA key, in any order, not encrypted
    std::string client_id{};
    std::string token_url{};  ///< for whom it is
    std::chrono::system_clock::time_point now{};
};

/// A JWT that is good for ten minutes, signed with PS256, its certificate named by x5t#S256. Fails
/// with bad_input when the PEM has no certificate, no RSA key of 2048 bits, or not that one's key.
[[nodiscard]] outcome<std::string> make_client_assertion(const assertion_order& order);

}  // namespace partner_center::detail
