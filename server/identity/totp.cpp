// One-time passwords on OpenSSL's HMAC.
// SPDX-License-Identifier: MIT
#include "server/identity/totp.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace partner_center {
namespace {

constexpr std::int64_t step_seconds = 30;
constexpr std::size_t digit_count = 6;
constexpr std::uint32_t modulus = 1'000'000;
constexpr std::size_t secret_bytes_min = 10;

/// The five bits that a character stands for; -1: none.
[[nodiscard]] int base32_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a';
    if (c >= '2' && c <= '7') return c - '2' + 26;
    return -1;
}

[[nodiscard]] bool is_gap(char c) {
    return c == ' ' || c == '-';
}

[[nodiscard]] std::string without_gaps(std::string_view text) {
    std::string out{text};
    std::erase_if(out, is_gap);
    return out;
}

[[nodiscard]] std::string purpose_for(const guid& user_id) {
    return "second factor of " + to_string(user_id);
}

}  // namespace

std::optional<std::string> from_base32(std::string_view text) {
    std::string letters = without_gaps(text);
    while (letters.ends_with('=')) letters.pop_back();
    std::string bytes;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : letters) {
        const int value = base32_value(c);
        if (value < 0) return {};
        bits = (bits << 5U | static_cast<std::uint32_t>(value)) & 0xFFFU;
        count += 5;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count);
        }
    }
    // What is left of the last letter is less than a letter, so no letter was lost.
    if (count >= 5 || bytes.size() < secret_bytes_min) return {};
    return bytes;
}

std::string one_time_password(std::string_view secret, std::int64_t step) {
    std::array<unsigned char, 8> counter{};
    for (std::size_t at = 0; at < counter.size(); ++at) {
        counter[at] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (56 - 8 * at));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned size = 0;
    const auto* const made = HMAC(
        EVP_sha1(),
        secret.data(),
        static_cast<int>(secret.size()),
        counter.data(),
        counter.size(),
        mac.data(),
        &size
    );
    if (made == nullptr || size != 20) throw std::runtime_error{"OpenSSL cannot make a HMAC"};
    const std::size_t offset = mac[19] & 0x0FU;
    const std::uint32_t word = (mac[offset] & 0x7FU) << 24U |
                               std::uint32_t{mac[offset + 1]} << 16U |
                               std::uint32_t{mac[offset + 2]} << 8U | mac[offset + 3];
    return fmt::format("{:06}", word % modulus);
}

std::string seal_totp_secret(
    const sealing_key& key, const guid& user_id, std::string_view base32_secret
) {
    if (base32_secret.empty()) return {};
    return seal(key, purpose_for(user_id), base32_secret);
}

std::string open_totp_secret(const sealing_key& key, const guid& user_id, std::string_view sealed) {
    return open_seal(key, purpose_for(user_id), sealed).value_or("");
}

std::optional<std::int64_t> matching_totp_step(
    std::string_view base32_secret, std::string_view digits, system_time now
) {
    const auto secret = from_base32(base32_secret);
    const std::string typed = without_gaps(digits);
    if (!secret || typed.size() != digit_count) return {};
    const std::int64_t present = now.time_since_epoch().count() / step_seconds;
    std::optional<std::int64_t> found;
    for (std::int64_t step = present - 1; step <= present + 1; ++step) {
        const std::string expected = one_time_password(*secret, step);
        if (CRYPTO_memcmp(expected.data(), typed.data(), digit_count) == 0) found = step;
    }
    return found;
}

}  // namespace partner_center
