// Chooses the form and writes. Calls query.cpp, table.cpp and yaml.cpp.
// SPDX-License-Identifier: MIT
#include "cli/output.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <system_error>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cli/failure.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/yaml.hpp"

namespace partner_center::cli {
namespace {

namespace json = boost::json;

/// A reader that has gone has had enough: the process ends by SIGPIPE, as everybody's does.
[[noreturn]] void fail_to_write() {
    const int reason = errno;
    if (reason == EPIPE) {
        std::signal(SIGPIPE, SIG_DFL);
        std::raise(SIGPIPE);
    }
    throw failure{
        exit_status::error, "stdout cannot be written: " + std::generic_category().message(reason)};
}

void write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) fail_to_write();
}

void flush() {
    if (std::fflush(stdout) != 0) fail_to_write();
}

void append_indented(std::string& out, const json::value& value, std::size_t indent) {
    const auto new_line = [&](std::size_t by) { out.append(1, '\n').append(by, ' '); };
    if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
        out += '{';
        for (const auto& member : *object) {
            if (out.back() != '{') out += ',';
            new_line(indent + 2);
            out += json::serialize(json::string{member.key()}) + ": ";
            append_indented(out, member.value(), indent + 2);
        }
        new_line(indent);
        out += '}';
    } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
        out += '[';
        for (const json::value& each : *array) {
            if (out.back() != '[') out += ',';
            new_line(indent + 2);
            append_indented(out, each, indent + 2);
        }
        new_line(indent);
        out += ']';
    } else {
        out += json::serialize(value);
    }
}

[[nodiscard]] std::string indented(const json::value& value, std::size_t indent) {
    std::string out;
    append_indented(out, value, indent);
    return out;
}

[[nodiscard]] row cells_of(const json::value& item, const columns& shown) {
    row cells;
    for (const std::string_view path : shown) {
        const json::value* const found = find_path(item, path);
        cells.push_back(found == nullptr ? "" : plain_text(*found));
    }
    return cells;
}

/// "companyProfile.companyName" heads its column as COMPANYNAME: what is last says most.
[[nodiscard]] row header_of(const columns& shown) {
    row header;
    for (const std::string_view path : shown) {
        std::string& name = header.emplace_back(path.substr(path.rfind('.') + 1));
        std::ranges::transform(name, name.begin(), detail::to_upper);
    }
    return header;
}

/// The names of the members of all objects, in the order in which they first come.
[[nodiscard]] std::vector<std::string> keys_of(const json::array& objects) {
    std::vector<std::string> keys;
    for (const json::value& each : objects) {
        for (const auto& member : each.get_object()) {
            const std::string name{member.key()};
            if (std::ranges::find(keys, name) == keys.end()) keys.push_back(name);
        }
    }
    return keys;
}

struct grid {
    row header{};
    std::vector<row> rows{};
};

/// A value of any form as rows: an object's members, the items of a list, or the value itself.
[[nodiscard]] grid grid_of(const json::value& value) {
    grid out;
    if (const auto* object = value.if_object()) {
        for (named_text& each : members_of(*object)) {
            out.rows.push_back({std::move(each.path), std::move(each.text)});
        }
        return out;
    }
    const auto* array = value.if_array();
    if (array == nullptr) {
        out.rows.push_back({plain_text(value)});
        return out;
    }
    const auto is_object = [](const json::value& each) { return each.is_object(); };
    if (!array->empty() && std::ranges::all_of(*array, is_object)) {
        const std::vector<std::string> keys = keys_of(*array);
        const columns shown{keys.begin(), keys.end()};
        for (const json::value& each : *array) {
            row& cells = out.rows.emplace_back();
            for (const std::string& key : keys) {
                const json::value* const found = each.get_object().if_contains(key);
                cells.push_back(found == nullptr ? "" : plain_text(*found));
            }
        }
        out.header = header_of(shown);
        return out;
    }
    for (const json::value& each : *array) {
        row& cells = out.rows.emplace_back();
        const auto* inner = each.if_array();
        if (inner == nullptr) {
            cells.push_back(plain_text(each));
        } else {
            for (const json::value& cell : *inner) cells.push_back(plain_text(cell));
        }
    }
    return out;
}

void write_grid(const grid& cells, output_format format) {
    if (format == output_format::table) return write(table_text(cells.header, cells.rows));
    for (const row& each : cells.rows) write(tsv_line(each));
}

void write_value(const json::value& value, output_format format) {
    switch (format) {
        case output_format::json:
            return write(indented(value, 0) + '\n');
        case output_format::jsonl:
            if (const auto* array = value.if_array()) {
                for (const json::value& each : *array) write(json::serialize(each) + '\n');
                return;
            }
            return write(json::serialize(value) + '\n');
        case output_format::yaml:
            return write(yaml_text(value));
        case output_format::table:
        case output_format::tsv:
            return write_grid(grid_of(value), format);
    }
}

}  // namespace

output::output(const output_options& options)
    : format_{
          options.format.value_or(is_terminal(1) ? output_format::table : output_format::json)} {
    if (!options.query.empty()) query_.emplace(options.query);
}

void output::show_json(std::string_view json) {
    if (query_) {
        write_results(json);
    } else {
        write_value(json::parse(json), format_);
    }
    flush();
}

void output::begin_list(columns shown) {
    columns_ = std::move(shown);
    kept_.clear();
    is_first_ = true;
}

void output::add_json(std::string_view json) {
    const bool waits = query_ || format_ == output_format::table;
    json::value item = json::parse(json);
    if (waits) {
        kept_.push_back(std::move(item));
    } else {
        write_item(item);
        is_first_ = false;
    }
}

void output::write_item(const json::value& item) {
    switch (format_) {
        case output_format::json:
            return write((is_first_ ? "[\n  " : ",\n  ") + indented(item, 2));
        case output_format::jsonl:
            return write(json::serialize(item) + '\n');
        case output_format::yaml:
            return write(yaml_text(json::array{item}));
        case output_format::tsv:
            return write(tsv_line(cells_of(item, columns_)));
        case output_format::table:
            return;
    }
}

void output::end_list() {
    if (query_) {
        write_results(json::serialize(kept_));
    } else if (format_ == output_format::table) {
        grid cells{.header = header_of(columns_)};
        for (const json::value& each : kept_) cells.rows.push_back(cells_of(each, columns_));
        write_grid(cells, format_);
    } else if (format_ == output_format::json) {
        write(is_first_ ? "[]\n" : "\n]\n");
    } else if (format_ == output_format::yaml && is_first_) {
        write("[]\n");
    }
    flush();
}

/// Results that are rows of a table are one table; in YAML each is a document.
void output::write_results(std::string_view json) {
    json::array all;
    for (const std::string& each : query_->results(json)) all.push_back(json::parse(each));
    const bool is_grid = format_ == output_format::table || format_ == output_format::tsv;
    if (is_grid && all.size() > 1) return write_value(all, format_);
    for (const json::value& each : all) {
        if (format_ == output_format::yaml && all.size() > 1) write("---\n");
        write_value(each, format_);
    }
}

}  // namespace partner_center::cli
