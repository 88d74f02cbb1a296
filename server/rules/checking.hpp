// How the checks of bodies note problems, and the checks that several bodies share. For this room
// only. Ends up calling countries.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "server/rules/countries.hpp"
#include "server/rules/validation.hpp"
#include <partner_center/http.hpp>

namespace partner_center::detail {

using optional_text = std::optional<std::string>;

[[nodiscard]] inline bool has_text(const optional_text& member) {
    return member && !member->empty();
}

/// In Unicode code points.
[[nodiscard]] inline std::size_t length_of(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

/// An object of the body and the problems that are found in the body.
class checked_object {
public:
    checked_object(std::vector<problem>& problems, std::string prefix)
        : problems_{problems}, prefix_{std::move(prefix)} {}

    [[nodiscard]] checked_object member(std::string_view name) const {
        return {problems_, fmt::format("{}{}.", prefix_, name)};
    }
    void refuse(std::string_view name, fault_kind kind, std::string expected) const {
        problems_.push_back({fmt::format("{}{}", prefix_, name), kind, std::move(expected)});
    }
    void refuse(std::string_view name, std::string expected) const {
        refuse(name, fault_kind::invalid_value, std::move(expected));
    }
    void require(std::string_view name, bool is_there) const {
        if (!is_there) refuse(name, "present");
    }
    void require(std::string_view name, const optional_text& value) const {
        require(name, has_text(value));
    }
    void bound(std::string_view name, const optional_text& value, std::size_t length_max) const {
        if (!value || length_of(*value) <= length_max) return;
        refuse(name, fmt::format("at most {} characters long", length_max));
    }
    /// What only the service says may be repeated, in any letter case.
    void keep(
        std::string_view name,
        const optional_text& given,
        const optional_text& own,
        std::string_view whose
    ) const {
        if (!given || equals_ignoring_case(*given, own.value_or(""))) return;
        refuse(name, fmt::format("left out or be the {} own", whose));
    }

private:
    std::vector<problem>& problems_;
    std::string prefix_;
};

/// No blank and no control character, of ASCII or Latin-1.
[[nodiscard]] bool is_visible(std::string_view utf8);
void check_email(const checked_object& at, std::string_view name, const optional_text& email);
/// One of the country's, which it is spelt as from then on.
void check_culture(const checked_object& at, optional_text& culture, const country& where);
void check_language(const checked_object& at, optional_text& language, const country& where);

/// The fault of the first problem. REQUIRES: there is one.
[[nodiscard]] fault fault_of(std::span<const problem> problems);

}  // namespace partner_center::detail
