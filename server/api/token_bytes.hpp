// The bytes inside continuation tokens: numbers, texts and ids, one after the other. Calls nothing
// of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <partner_center/guid.hpp>

namespace partner_center {

/// A token is no longer. Source: wire contract, section 1.3, Tokens.
inline constexpr std::size_t page_token_bytes_max = 1024;
/// What fits into one, with its stamp, before base64url.
inline constexpr std::size_t token_payload_bytes_max = page_token_bytes_max / 4 * 3;

inline void append_number(std::string& out, std::uint64_t number, std::size_t bytes) {
    while (bytes-- > 0) out += static_cast<char>(number >> 8 * bytes & 0xffU);
}

/// REQUIRES: the length fits into two bytes, which come before the text.
inline void append_text(std::string& out, std::string_view text) {
    append_number(out, text.size(), 2);
    out += text;
}

inline void append_id(std::string& out, const guid& id) {
    out.append(id.bytes.begin(), id.bytes.end());
}

/// Takes what append_… wrote, which a good stamp says is there.
class token_reader {
public:
    explicit token_reader(std::string_view bytes) : rest_{bytes} {}

    [[nodiscard]] std::string_view take(std::size_t bytes) {
        const std::string_view taken = rest_.substr(0, bytes);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    [[nodiscard]] std::uint64_t number(std::size_t bytes) {
        std::uint64_t out = 0;
        for (const char byte : take(bytes)) out = out << 8U | static_cast<unsigned char>(byte);
        return out;
    }
    [[nodiscard]] std::string_view text() { return take(number(2)); }
    [[nodiscard]] guid id() {
        guid out{};
        std::ranges::transform(take(out.bytes.size()), out.bytes.begin(), [](char byte) {
            return static_cast<std::uint8_t>(byte);
        });
        return out;
    }

private:
    std::string_view rest_;
};

}  // namespace partner_center
