// SHA-256 through OpenSSL. Calls base64url.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/digest.hpp"

#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "server/identity/base64url.hpp"

namespace partner_center {

std::string sha256(std::string_view text) {
    std::string digest(32, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(digest.data());
    std::size_t size = 0;
    if (EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(), out, &size) != 1) {
        throw std::runtime_error{"SHA-256 cannot be computed"};
    }
    return digest;
}

std::string sha256_base64url(std::string_view text) {
    return to_base64url(sha256(text));
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace partner_center
