// Text and hash of a GUID. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include <cstring>

#include <partner_center/guid.hpp>

namespace partner_center {
namespace {

constexpr std::array<std::size_t, 4> hyphens{8, 13, 18, 23};

[[nodiscard]] int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::optional<guid> parse_guid(std::string_view text) {
    if (text.size() != guid_text_length) return {};
    for (const std::size_t at : hyphens) {
        if (text[at] != '-') return {};
    }
    guid id;
    std::size_t at = 0;
    for (std::uint8_t& byte : id.bytes) {
        if (text[at] == '-') ++at;
        const int high = hex_value(text[at]);
        const int low = hex_value(text[at + 1]);
        if (high < 0 || low < 0) return {};
        byte = static_cast<std::uint8_t>(high * 16 + low);
        at += 2;
    }
    return id;
}

void append(std::string& out, const guid& id) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<char, guid_text_length> text{};
    std::size_t at = 0;
    for (const std::uint8_t byte : id.bytes) {
        if (at == hyphens[0] || at == hyphens[1] || at == hyphens[2] || at == hyphens[3]) {
            text[at++] = '-';
        }
        text[at++] = digits[byte >> 4U];
        text[at++] = digits[byte & 15U];
    }
    out.append(text.data(), text.size());
}

std::string to_string(const guid& id) {
    std::string out;
    append(out, id);
    return out;
}

}  // namespace partner_center

// Ids are random or name-based, so any eight of their bytes spread well.
std::size_t std::hash<partner_center::guid>::operator()(const partner_center::guid& id
) const noexcept {
    std::size_t half{};
    std::memcpy(&half, id.bytes.data() + 8, sizeof half);
    return half;
}
