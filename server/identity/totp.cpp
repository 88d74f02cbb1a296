// Time-based one-time passwords. Calls digest.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/totp.hpp"

#include <array>
#include <string>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "server/identity/digest.hpp"

namespace partner_center {
namespace {

constexpr std::int64_t step_seconds = 30;

[[nodiscard]] std::string from_base32(std::string_view text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string bytes;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char each : text) {
        const auto digit = alphabet.find(each);
        if (digit == std::string_view::npos) continue;
        bits = bits << 5U | static_cast<std::uint32_t>(digit);
        count += 5;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> static_cast<unsigned>(count));
    }
    return bytes;
}

/// Source: RFC 4226, section 5.3.
[[nodiscard]] std::string digits_of(const std::string& secret, std::int64_t step) {
    std::array<unsigned char, 8> counter{};
    for (std::size_t at = 0; at < counter.size(); ++at) {
        counter.at(7 - at) = static_cast<unsigned char>(step >> (8 * at));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned size = 0;
    const int secret_bytes = static_cast<int>(secret.size());
    HMAC(EVP_sha1(), secret.data(), secret_bytes, counter.data(), 8, mac.data(), &size);
    const std::size_t start = mac.at(19) & 0x0FU;
    const std::uint32_t number = (mac.at(start) & 0x7FU) << 24U | mac.at(start + 1) << 16U |
                                 mac.at(start + 2) << 8U | mac.at(start + 3);
    return fmt::format("{:06}", number % 1'000'000);
}

}  // namespace

std::optional<std::int64_t> matching_totp_step(
    std::string_view base32_secret, std::string_view digits, system_time now
) {
    const std::string secret = from_base32(base32_secret);
    const std::int64_t current = now.time_since_epoch().count() / step_seconds;
    std::optional<std::int64_t> found;
    for (const std::int64_t step : {current - 1, current, current + 1}) {
        if (equal_in_constant_time(digits_of(secret, step), digits)) found = step;
    }
    return found;
}

}  // namespace partner_center
