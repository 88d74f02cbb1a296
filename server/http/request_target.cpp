// The strict reading of request targets and Host values. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/http/request_target.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace partner_center::http {
namespace {

[[nodiscard]] constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

[[nodiscard]] constexpr bool is_alphanumeric(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr auto is_token_character = [] {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    std::array<bool, 256> out{};
    for (std::size_t code = 0; code < 128; ++code) {
        const char c = static_cast<char>(code);
        out[code] = is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
    }
    return out;
}();

// What a character of a target can be, besides harmless.
constexpr std::uint8_t notable = 1;  ///< a part of an encoding or a dot segment, or a backslash
constexpr std::uint8_t never = 2;

constexpr auto target_characters = [] {
    constexpr std::string_view notables = "%.\\";
    std::array<std::uint8_t, 256> out{};
    for (std::size_t code = 0; code < out.size(); ++code) {
        const bool is_visible = code > ' ' && code <= '~';
        if (!is_visible || code == '#') out[code] = never;
        if (is_visible && notables.find(static_cast<char>(code)) != std::string_view::npos) {
            out[code] = notable;
        }
    }
    return out;
}();

/// The value of a hexadecimal digit, or -1.
[[nodiscard]] int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

[[nodiscard]] std::string_view problem_of_path(std::string_view path) {
    // A segment is a dot segment when it has one or two dots and nothing else. An encoded slash
    // ends a segment too: somebody behind us may decode it.
    std::size_t dots = 0;
    std::size_t others = 0;
    const auto ends_as_dot_segment = [&] {
        const bool is_dot_segment = others == 0 && (dots == 1 || dots == 2);
        dots = others = 0;
        return is_dot_segment;
    };
    for (std::size_t at = 0; at < path.size(); ++at) {
        char c = path[at];
        if (c == '%') {
            const int high = at + 1 < path.size() ? hex_value(path[at + 1]) : -1;
            const int low = at + 2 < path.size() ? hex_value(path[at + 2]) : -1;
            if (high < 0 || low < 0) return "the target has a broken percent-encoding";
            c = static_cast<char>(high * 16 + low);
            at += 2;
        }
        if (c == '\\') return "the target has a backslash";
        if (c == '/') {
            if (ends_as_dot_segment()) return "the target has a dot segment";
        } else {
            ++(c == '.' ? dots : others);
        }
    }
    return ends_as_dot_segment() ? "the target has a dot segment" : "";
}

}  // namespace

std::string_view problem_of_target(std::string_view target) {
    if (!target.starts_with('/')) return "the target is not a path";
    unsigned met = 0;
    for (const char c : target) met |= target_characters[static_cast<unsigned char>(c)];
    if ((met & never) != 0) return "the target has a character that must be encoded";
    if ((met & notable) == 0) return "";
    if (target.find("%00") != std::string_view::npos) return "the target has an encoded NUL";
    return problem_of_path(target.substr(0, target.find('?')));
}

bool is_host(std::string_view value) {
    std::size_t end = 0;
    if (value.starts_with('[')) {
        end = value.find(']');
        if (end == std::string_view::npos || end < 3) return false;
        const bool is_address = std::ranges::all_of(value.substr(1, end - 1), [](char c) {
            return hex_value(c) >= 0 || c == ':' || c == '.';
        });
        if (!is_address) return false;
        ++end;
    } else {
        end = std::min(value.find(':'), value.size());
        const bool is_name = std::ranges::all_of(value.substr(0, end), [](char c) {
            return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
        });
        if (!is_name || end == 0) return false;
    }
    const std::string_view port = value.substr(end);
    return port.empty() || (port.front() == ':' && std::ranges::all_of(port.substr(1), is_digit));
}

std::size_t token_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_token_character[static_cast<unsigned char>(text[length])]) {
        ++length;
    }
    return length;
}

bool is_token(std::string_view text) {
    return !text.empty() && token_length(text) == text.size();
}

}  // namespace partner_center::http
