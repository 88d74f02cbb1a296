// Stamped texts through OpenSSL. Calls base64url.cpp and digest.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/stamp.hpp"

#include <stdexcept>

#include <openssl/evp.h>

#include "server/identity/base64url.hpp"
#include "server/identity/digest.hpp"

namespace partner_center {
namespace {

[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::string out(32, '\0');
    std::size_t size = 0;
    const auto* const made = EVP_Q_mac(
        nullptr,
        "HMAC",
        nullptr,
        "SHA256",
        nullptr,
        key.data(),
        key.size(),
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size(),
        reinterpret_cast<unsigned char*>(out.data()),
        out.size(),
        &size
    );
    if (made == nullptr) throw std::runtime_error{"HMAC-SHA-256 cannot be computed"};
    return out;
}

/// A key for each purpose, so that none of their texts can be taken for another's.
[[nodiscard]] std::string mac_of(
    const sealing_key& key, std::string_view purpose, std::string_view bytes
) {
    const std::string root{key.begin(), key.end()};
    const std::string derived = hmac_sha256(root, "partnerd stamp: " + std::string{purpose});
    return hmac_sha256(derived, bytes).substr(0, stamp_bytes);
}

}  // namespace

std::string stamp(const sealing_key& key, std::string_view purpose, std::string_view bytes) {
    return to_base64url(std::string{bytes} + mac_of(key, purpose, bytes));
}

std::optional<std::string> read_stamped(
    const sealing_key& key, std::string_view purpose, std::string_view text
) {
    auto all = from_base64url(text);
    if (!all || all->size() < stamp_bytes) return {};
    const std::string given = all->substr(all->size() - stamp_bytes);
    all->resize(all->size() - stamp_bytes);
    if (!equal_in_constant_time(given, mac_of(key, purpose, *all))) return {};
    return all;
}

}  // namespace partner_center
