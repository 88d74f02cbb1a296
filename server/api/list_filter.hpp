// Filters of lists, as they come in a query. Calls the codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>

#include <partner_center/json.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

/// A filter as it comes. Source: wire contract, section 1.3.
struct filter_document {
    std::optional<std::string> field{};
    std::optional<std::string> value{};
    std::optional<std::string> operator_{};
};
BOOST_DESCRIBE_STRUCT(filter_document, (), (field, value, operator_))

/// Any letter case, any order, more members. Fails with invalid_body when it is no such object.
[[nodiscard]] inline result<filter_document> read_filter_document(std::string_view filter) {
    auto asked = from_json<filter_document>(filter, json_reading::request);
    if (asked) return asked;
    return fault{fault_kind::invalid_body, "filter: " + asked.error().description};
}

/// True for a known word, in snake_case, in any of the spellings that clients have for it.
[[nodiscard]] inline bool is_word(const std::optional<std::string>& text, std::string_view known) {
    return text && detail::matches_word(*text, known);
}

}  // namespace partner_center
