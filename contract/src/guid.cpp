// Text and hash of a GUID. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include <cstring>

#include <partner_center/guid.hpp>

namespace partner_center {
namespace {

constexpr std::array<std::size_t, 4> hyphens{8, 13, 18, 23};
/// Where the two digits of each byte stand.
constexpr std::array<std::size_t, 16> places{
    0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

constexpr std::uint8_t no_digit = 0xff;

constexpr auto hex_values = [] {
    constexpr std::string_view lower = "0123456789abcdef";
    constexpr std::string_view upper = "0123456789ABCDEF";
    std::array<std::uint8_t, 256> out{};
    out.fill(no_digit);
    for (std::uint8_t value = 0; value < lower.size(); ++value) {
        out[static_cast<unsigned char>(lower[value])] = value;
        out[static_cast<unsigned char>(upper[value])] = value;
    }
    return out;
}();

[[nodiscard]] unsigned hex_value(char c) {
    return hex_values[static_cast<unsigned char>(c)];
}

}  // namespace

std::optional<guid> parse_guid(std::string_view text) {
    if (text.size() != guid_text_length) return {};
    for (const std::size_t at : hyphens) {
        if (text[at] != '-') return {};
    }
    guid id;
    unsigned digits = 0;
    for (std::size_t at = 0; at < places.size(); ++at) {
        const unsigned high = hex_value(text[places[at]]);
        const unsigned low = hex_value(text[places[at] + 1]);
        digits |= high | low;
        id.bytes[at] = static_cast<std::uint8_t>((high << 4U | low) & 0xffU);
    }
    if (digits > 0x0fU) return {};
    return id;
}

void append(std::string& out, const guid& id) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<char, guid_text_length> text{};
    for (const std::size_t at : hyphens) text[at] = '-';
    for (std::size_t at = 0; at < places.size(); ++at) {
        text[places[at]] = digits[id.bytes[at] >> 4U];
        text[places[at] + 1] = digits[id.bytes[at] & 15U];
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
