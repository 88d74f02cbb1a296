// How names in C++ become names on the wire: one rule, applied at compile time. Calls nothing of
// ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace partner_center {

/// snake_case or camelCase members on the wire. The API is camel; OAuth documents are snake: a
/// struct of theirs says `static constexpr auto wire_case = letter_case::snake;`.
enum class letter_case { camel, snake };

/// A member that the rule misspells: a struct that has some lists them as `static constexpr
/// std::array spelt{own_spelling{…}};`.
struct own_spelling {
    std::string_view member{};  ///< as in C++
    std::string_view wire{};    ///< as it is sent
};

namespace detail {

[[nodiscard]] constexpr char to_upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

[[nodiscard]] constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// A text of fixed capacity that can be built at compile time.
template <std::size_t Capacity>
struct fixed_text {
    std::array<char, Capacity> chars{};
    std::size_t size{};

    constexpr void push(char c) { chars[size++] = c; }
    constexpr void push(std::string_view text) {
        for (const char c : text) push(c);
    }
    [[nodiscard]] static constexpr fixed_text of(std::string_view text) {
        fixed_text out;
        out.push(text);
        return out;
    }
    [[nodiscard]] constexpr std::string_view view() const { return {chars.data(), size}; }
};

/// `default_address` becomes `defaultAddress`; a trailing underscore (delete_) is dropped.
template <std::size_t Capacity>
[[nodiscard]] constexpr fixed_text<Capacity> wire_name(std::string_view name, letter_case form) {
    fixed_text<Capacity> out;
    bool raise = false;
    for (const char c : name) {
        if (c == '_' && form == letter_case::camel) {
            raise = true;
            continue;
        }
        out.push(raise ? to_upper(c) : c);
        raise = false;
    }
    return out;
}

/// The last word of a type's name, out of what the compiler prints for a function template.
template <class T>
[[nodiscard]] constexpr std::string_view type_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("T = ") + 4);
    text = text.substr(0, (std::min)(text.find(';'), text.find(']')));
    const auto colon = text.rfind("::");
    return colon == std::string_view::npos ? text : text.substr(colon + 2);
}

}  // namespace detail
}  // namespace partner_center
