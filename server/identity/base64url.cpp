// base64url, strict. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/identity/base64url.hpp"

#include <array>
#include <cstdint>

namespace partner_center {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Of what is no letter: a bit that no letter's value has, wherever it stands among four.
constexpr std::uint32_t no_value = 1U << 31U;

/// The value of each byte as a letter: as the last of four, and as one that 1, 2 or 3 more follow.
constexpr auto values = [] {
    std::array<std::array<std::uint32_t, 256>, 4> out{};
    for (auto& each : out) each.fill(no_value);
    std::uint32_t value = 0;
    for (const char letter : alphabet) {
        std::uint32_t in_place = value++;
        for (auto& each : out) {
            each.at(static_cast<unsigned char>(letter)) = in_place;
            in_place <<= 6U;
        }
    }
    return out;
}();

/// REQUIRES: `following` is at most 3.
[[nodiscard]] std::uint32_t value_of(char letter, std::size_t following) {
    return values[following][static_cast<unsigned char>(letter)];
}

}  // namespace

std::string to_base64url(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        for (held += 8; held >= 6;) {
            held -= 6;
            out += alphabet[(bits >> held) & 63U];
        }
    }
    if (held > 0) out += alphabet[(bits << (6 - held)) & 63U];
    return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return {};
    std::string out(text.size() * 3 / 4, '\0');
    char* to = out.data();
    std::uint32_t seen = 0;  // all values together
    for (; text.size() >= 4; text.remove_prefix(4)) {
        const std::uint32_t four = value_of(text[0], 3) | value_of(text[1], 2) |
                                   value_of(text[2], 1) | value_of(text[3], 0);
        seen |= four;
        *to++ = static_cast<char>((four >> 16U) & 255U);
        *to++ = static_cast<char>((four >> 8U) & 255U);
        *to++ = static_cast<char>(four & 255U);
    }
    // Two letters are left for one byte, or three for two; their bits beyond it must be none.
    std::uint32_t bits = 0;
    for (const char letter : text) {
        const std::uint32_t one = value_of(letter, 0);
        seen |= one;
        bits = (bits << 6U) | (one & 63U);
    }
    const unsigned unused = text.size() * 6 % 8;
    if ((seen & no_value) != 0 || (bits & ((1U << unused) - 1U)) != 0) return {};
    if (text.size() == 3) *to++ = static_cast<char>((bits >> 10U) & 255U);
    if (!text.empty()) *to = static_cast<char>((bits >> unused) & 255U);
    return out;
}

}  // namespace partner_center
