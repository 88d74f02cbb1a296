// SHA-256 by OpenSSL.
// SPDX-License-Identifier: MIT
#include "server/identity/digest.hpp"

#include <stdexcept>

#include <openssl/evp.h>

#include "server/identity/base64url.hpp"

namespace partner_center {

std::string sha256_text(std::string_view bytes) {
    std::string digest(32, '\0');
    std::size_t size = 0;
    auto* const out = reinterpret_cast<unsigned char*>(digest.data());
    const int made =
        EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(), out, &size);
    if (made != 1) throw std::runtime_error{"OpenSSL cannot make a hash"};
    return to_base64url(digest);
}

}  // namespace partner_center
