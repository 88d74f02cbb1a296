// Random text, SHA-256 and base64url, over OpenSSL.
// SPDX-License-Identifier: MIT
#include "sdk/src/digest.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace partner_center::detail {
namespace {

[[nodiscard]] const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
[[nodiscard]] unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string to_base64url(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a NUL
    const int size =
        EVP_EncodeBlock(bytes_of(out), bytes_of(bytes), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    std::ranges::replace(out, '+', '-');
    std::ranges::replace(out, '/', '_');
    while (out.ends_with('=')) out.pop_back();
    return out;
}

std::string sha256(std::string_view bytes) {
    std::string out(32, '\0');
    const int done =
        EVP_Digest(bytes.data(), bytes.size(), bytes_of(out), nullptr, EVP_sha256(), nullptr);
    if (done != 1) throw std::runtime_error{"OpenSSL computes no SHA-256"};
    return out;
}

std::string random_text() {
    std::string bytes(32, '\0');
    const int done = RAND_bytes(bytes_of(bytes), static_cast<int>(bytes.size()));
    if (done != 1) throw std::runtime_error{"OpenSSL has no random numbers"};
    return to_base64url(bytes);
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace partner_center::detail
