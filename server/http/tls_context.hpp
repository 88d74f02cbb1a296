// What a listener needs to speak TLS: a certificate, its key, and the versions and suites that we
// allow. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>

struct ssl_ctx_st;

namespace partner_center::http {

/// Never changed once made and shared by all connections that began with it; null: no TLS.
using tls_context = std::shared_ptr<ssl_ctx_st>;

/// A certificate or key that cannot be used; the text is for the operator and quotes no file.
class tls_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct tls_files {
    std::filesystem::path certificate{};  ///< its chain after it
    std::filesystem::path key{};
    std::filesystem::path client_authorities{};  ///< empty: clients need not show who they are
};

/// Reads a certificate with its chain, leaf first, and its unencrypted key, both in PEM. TLS 1.2
/// (ECDHE with AEAD suites only) and 1.3, http/1.1 as the one application protocol, no resumption
/// of sessions. With authorities for clients, the handshake of a client fails that shows no
/// certificate of one of them for this purpose. Throws tls_error: also when the certificate has
/// expired, when every user of the machine may read the key, and when OpenSSL's configuration does
/// not allow this policy.
[[nodiscard]] tls_context load_tls_context(const tls_files& files);

}  // namespace partner_center::http
