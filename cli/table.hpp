// Tables and tab-separated lines of JSON values. Calls text.cpp and terminal.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace partner_center::cli {

using row = std::vector<std::string>;

/// A member and what is in it, as people read it.
struct named_text {
    std::string path{};
    std::string text{};
};

/// A value on one line: texts as they are, lists of them with commas between, objects as JSON, null
/// as nothing.
[[nodiscard]] std::string plain_text(const boost::json::value& value);

/// The members of an object down to the last, by their paths; links and attributes, which are the
/// service's, are left out.
[[nodiscard]] std::vector<named_text> members_of(const boost::json::object& object);

/// The value at a path ("companyProfile.domain"), or null.
[[nodiscard]] const boost::json::value* find_path(
    const boost::json::value& value, std::string_view path
);

/// Lines with aligned columns. Cut to the terminal's width when stdout is one. An empty header is
/// left out.
[[nodiscard]] std::string table_text(const row& header, const std::vector<row>& rows);

/// A line of tab-separated values.
[[nodiscard]] std::string tsv_line(const row& cells);

}  // namespace partner_center::cli
