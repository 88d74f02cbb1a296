// Goes through UTF-8 character by character. Calls the C library for their widths.
// SPDX-License-Identifier: MIT
#include "cli/text.hpp"

#include <clocale>
#include <cwchar>

namespace partner_center::cli {
namespace {

struct character {
    char32_t code{};
    std::size_t bytes{};
    bool is_valid{};
};

/// The first character. REQUIRES: the text is not empty.
[[nodiscard]] character first_of(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (bytes == 0 || lead > 0xF4 || bytes > text.size()) return {0, 1, false};
    char32_t code = lead & (0xFFU >> (bytes + 1));
    for (std::size_t at = 1; at < bytes; ++at) {
        const auto next = static_cast<unsigned char>(text[at]);
        if ((next & 0xC0U) != 0x80U) return {0, 1, false};
        code = code << 6U | (next & 0x3FU);
    }
    const bool is_overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
    const bool is_no_character = (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF;
    if (is_overlong || is_no_character) return {0, 1, false};
    return {code, bytes, true};
}

/// Control characters, and those that turn the direction of the text around.
[[nodiscard]] bool is_control(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0x2028 || code == 0x2029;
}

[[nodiscard]] std::string replaced(std::string_view text, bool keeps_lines) {
    std::string out;
    while (!text.empty()) {
        const character next = first_of(text);
        const bool is_kept = keeps_lines && next.code == U'\n' && next.is_valid;
        if (!is_kept && (!next.is_valid || is_control(next.code))) {
            out += "\xEF\xBF\xBD";
        } else {
            out += text.substr(0, next.bytes);
        }
        text.remove_prefix(next.bytes);
    }
    return out;
}

[[nodiscard]] std::size_t width_of(char32_t code) {
    static const bool is_utf8 = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
    const int width = is_utf8 ? ::wcwidth(static_cast<wchar_t>(code)) : 1;
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

}  // namespace

std::string printable(std::string_view text) {
    return replaced(text, false);
}

std::string printable_lines(std::string_view text) {
    return replaced(text, true);
}

std::size_t valid_prefix(std::string_view text) {
    std::size_t size = 0;
    while (size < text.size()) {
        const character next = first_of(text.substr(size));
        if (!next.is_valid) break;
        size += next.bytes;
    }
    return size;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const character next = first_of(text);
        width += width_of(next.code);
        text.remove_prefix(next.bytes);
    }
    return width;
}

std::string cut_to_width(const std::string& text, std::size_t width) {
    if (display_width(text) <= width) return text;
    std::string out;
    std::size_t used = 1;  // the ellipsis
    for (std::string_view rest = text; !rest.empty();) {
        const character next = first_of(rest);
        used += width_of(next.code);
        if (used > width) break;
        out += rest.substr(0, next.bytes);
        rest.remove_prefix(next.bytes);
    }
    return out + "…";
}

}  // namespace partner_center::cli
