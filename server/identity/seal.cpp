// AES-256-GCM with a random nonce per text. Calls base64url.cpp, random.cpp and
// private_file.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/seal.hpp"

#include <algorithm>
#include <stdexcept>

#include <openssl/evp.h>

#include "server/identity/base64url.hpp"
#include "server/identity/openssl_objects.hpp"
#include "server/identity/private_file.hpp"
#include "server/identity/random.hpp"

namespace partner_center {
namespace {

// Source: NIST SP 800-38D, section 8.2.2: random nonces of 96 bits, fewer than 2^32 per key.
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

enum class direction : int { open = 0, seal = 1 };

[[nodiscard]] cipher_context_pointer begin(
    direction way, const sealing_key& key, std::string_view purpose, std::string_view nonce
) {
    cipher_context_pointer context{EVP_CIPHER_CTX_new()};
    const EVP_CIPHER* const cipher = EVP_aes_256_gcm();
    const int encrypts = static_cast<int>(way);
    const auto* const start = bytes_of(nonce);
    int size = 0;
    const bool good =
        context &&
        EVP_CipherInit_ex(context.get(), cipher, nullptr, key.data(), start, encrypts) == 1 &&
        EVP_CipherUpdate(
            context.get(), nullptr, &size, bytes_of(purpose), static_cast<int>(purpose.size())
        ) == 1;
    if (!good) throw std::runtime_error{"AES-256-GCM cannot be computed"};
    return context;
}

[[nodiscard]] std::string update(const cipher_context_pointer& context, std::string_view text) {
    std::string out(text.size(), '\0');
    auto* const to = reinterpret_cast<unsigned char*>(out.data());
    int size = 0;
    const int bytes = static_cast<int>(text.size());
    if (EVP_CipherUpdate(context.get(), to, &size, bytes_of(text), bytes) != 1) {
        throw std::runtime_error{"AES-256-GCM cannot be computed"};
    }
    return out;
}

}  // namespace

sealing_key load_or_create_sealing_key(const std::filesystem::path& file) {
    auto text = read_private_file(file);
    if (!text) {
        sealing_key fresh{};
        fill_random(fresh);
        publish_private_file(file, to_base64url(std::string{fresh.begin(), fresh.end()}));
        text = read_private_file(file);
    }
    const auto bytes = from_base64url(text.value_or(""));
    sealing_key key{};
    if (!bytes || bytes->size() != key.size()) {
        throw file_error{
            file.string() + " is no sealing key; restore it, or remove it to have another one " +
            "made: what was sealed with it is lost"};
    }
    std::ranges::transform(*bytes, key.begin(), [](char each) {
        return static_cast<std::uint8_t>(each);
    });
    return key;
}

std::string seal(const sealing_key& key, std::string_view purpose, std::string_view text) {
    std::array<std::uint8_t, nonce_bytes> random{};
    fill_random(random);
    const std::string nonce{random.begin(), random.end()};
    const cipher_context_pointer context = begin(direction::seal, key, purpose, nonce);
    const std::string hidden = update(context, text);
    std::array<unsigned char, tag_bytes> tag{};
    int size = 0;
    const bool good =
        EVP_CipherFinal_ex(context.get(), tag.data(), &size) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()) == 1;
    if (!good) throw std::runtime_error{"AES-256-GCM cannot be computed"};
    return to_base64url(nonce + hidden + std::string{tag.begin(), tag.end()});
}

std::optional<std::string> open_seal(
    const sealing_key& key, std::string_view purpose, std::string_view sealed
) {
    const auto bytes = from_base64url(sealed);
    if (!bytes || bytes->size() < nonce_bytes + tag_bytes) return {};
    const std::string_view all = *bytes;
    std::string tag{all.substr(all.size() - tag_bytes)};
    const cipher_context_pointer context =
        begin(direction::open, key, purpose, all.substr(0, nonce_bytes));
    std::string text =
        update(context, all.substr(nonce_bytes, all.size() - nonce_bytes - tag_bytes));
    std::array<unsigned char, tag_bytes> rest{};
    int size = 0;
    const bool good =
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
        EVP_CipherFinal_ex(context.get(), rest.data(), &size) == 1;
    if (!good) return {};
    return text;
}

}  // namespace partner_center
