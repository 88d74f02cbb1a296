// Makes cells of values, and lines of cells.
// SPDX-License-Identifier: MIT
#include "cli/table.hpp"

#include <algorithm>

#include <boost/json/serialize.hpp>

#include "cli/terminal.hpp"
#include "cli/text.hpp"

namespace partner_center::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t gap = 2;  // between columns
constexpr std::size_t column_width_min = 8;

[[nodiscard]] bool is_text_list(const json::value& value) {
    const auto is_plain = [](const json::value& each) { return each.is_primitive(); };
    return value.is_array() && std::ranges::all_of(value.get_array(), is_plain);
}

void append_members(std::vector<named_text>& out, const json::object& object, std::string path) {
    if (!path.empty()) path += '.';
    for (const auto& member : object) {
        const std::string name{member.key()};
        if (name == "links" || name == "attributes") continue;
        if (member.value().is_object()) {
            append_members(out, member.value().get_object(), path + name);
        } else {
            out.push_back({path + name, plain_text(member.value())});
        }
    }
}

[[nodiscard]] std::vector<std::size_t> widths_of(const row& header, const std::vector<row>& rows) {
    std::vector<std::size_t> widths;
    const auto widen = [&](const row& cells) {
        widths.resize(std::max(widths.size(), cells.size()));
        for (std::size_t at = 0; at < cells.size(); ++at) {
            widths[at] = std::max(widths[at], display_width(cells[at]));
        }
    };
    widen(header);
    std::ranges::for_each(rows, widen);
    return widths;
}

/// Takes from the widest columns what the terminal does not have. Ids stay whole that way.
void fit(std::vector<std::size_t>& widths, std::size_t width) {
    std::size_t all = gap * (widths.empty() ? 0 : widths.size() - 1);
    for (const std::size_t each : widths) all += each;
    while (all > width) {
        const auto widest = std::max_element(widths.begin() + 1, widths.end());
        if (widths.size() < 2 || *widest <= column_width_min) return;
        --*widest;
        --all;
    }
}

[[nodiscard]] std::string line_of(const row& cells, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t at = 0; at < cells.size(); ++at) {
        const std::string cell = cut_to_width(cells[at], widths[at]);
        line += cell;
        if (at + 1 < cells.size()) line.append(widths[at] + gap - display_width(cell), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

}  // namespace

std::string plain_text(const json::value& value) {
    if (value.is_null()) return {};
    if (const auto* text = value.if_string()) return {text->data(), text->size()};
    if (!is_text_list(value)) return json::serialize(value);
    std::string out;
    for (const json::value& each : value.get_array()) {
        if (!out.empty()) out += ", ";
        out += plain_text(each);
    }
    return out;
}

std::vector<named_text> members_of(const json::object& object) {
    std::vector<named_text> out;
    append_members(out, object, "");
    return out;
}

const json::value* find_path(const json::value& value, std::string_view path) {
    const json::value* at = &value;
    while (at != nullptr && !path.empty()) {
        const std::string_view name = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(path.size(), name.size() + 1));
        const auto* object = at->if_object();
        at = object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
    }
    return at;
}

std::string table_text(const row& header, const std::vector<row>& rows) {
    std::vector<row> shown;
    for (const row& cells : rows) {
        row& clean = shown.emplace_back();
        for (const std::string& cell : cells) clean.push_back(printable(cell));
    }
    auto widths = widths_of(header, shown);
    if (const auto width = terminal_width()) fit(widths, *width);
    std::string out;
    if (!header.empty()) out += styled(1, style::bold, line_of(header, widths)) + '\n';
    for (const row& cells : shown) out += line_of(cells, widths) + '\n';
    return out;
}

std::string tsv_line(const row& cells) {
    std::string line;
    for (const std::string& cell : cells) {
        if (&cell != cells.data()) line += '\t';
        for (const char c : cell) {
            switch (c) {
                case '\t':
                    line += "\\t";
                    break;
                case '\n':
                    line += "\\n";
                    break;
                case '\r':
                    line += "\\r";
                    break;
                case '\\':
                    line += "\\\\";
                    break;
                default:
                    line += c;
            }
        }
    }
    return line + '\n';
}

}  // namespace partner_center::cli
