// AES-256-GCM with a random nonce per text. Calls digest.cpp, base64url.cpp and random.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/seal.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

#include "server/identity/base64url.hpp"
#include "server/identity/digest.hpp"
#include "server/identity/random.hpp"

namespace partner_center {
namespace {

// Source: NIST SP 800-38D, section 8.2.2: random nonces of 96 bits, fewer than 2^32 per key.
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

struct context_free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, context_free>;

enum class direction : int { open = 0, seal = 1 };

[[nodiscard]] const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

[[nodiscard]] cipher_context begin(
    direction way, const sealing_key& key, std::string_view purpose, std::string_view nonce
) {
    cipher_context context{EVP_CIPHER_CTX_new()};
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

[[nodiscard]] std::string update(const cipher_context& context, std::string_view text) {
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

sealing_key make_sealing_key(const signing_key& key) {
    const std::string secret = sha256(key.sign("the key that partnerd seals with"));
    sealing_key sealing{};
    std::ranges::transform(secret, sealing.begin(), [](char each) {
        return static_cast<std::uint8_t>(each);
    });
    return sealing;
}

std::string seal(const sealing_key& key, std::string_view purpose, std::string_view text) {
    std::array<std::uint8_t, nonce_bytes> random{};
    fill_random(random);
    const std::string nonce{random.begin(), random.end()};
    const cipher_context context = begin(direction::seal, key, purpose, nonce);
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
    const cipher_context context = begin(direction::open, key, purpose, all.substr(0, nonce_bytes));
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
