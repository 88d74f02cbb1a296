// Rows from and to text. Calls csv.cpp, Boost.JSON and the contract's codec.
// SPDX-License-Identifier: MIT
#include "cli/transfer/profile_rows.hpp"

#include <algorithm>
#include <set>
#include <type_traits>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/text.hpp"
#include <partner_center/guid.hpp>
#include <partner_center/json.hpp>
#include <partner_center/operation.hpp>

namespace partner_center::cli {
namespace {

constexpr std::string_view customer_column = "customerId";
constexpr std::string_view etag_column = "etag";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

[[nodiscard]] std::vector<profile_field> make_fields() {
    std::vector<profile_field> out;
    const auto add_address = [&](const std::string& name) {
        detail::for_each_member<address>([&](auto member) {
            const std::string_view wire = detail::wire_name_of<address, decltype(member)>.view();
            out.push_back({.path = fmt::format("{}.{}", name, wire), .of_address = member.pointer});
        });
    };
    detail::for_each_member<billing_profile>([&](auto member) {
        using type = std::remove_cvref_t<decltype(billing_profile{}.*member.pointer)>;
        const std::string name{detail::wire_name_of<billing_profile, decltype(member)>.view()};
        if constexpr (std::is_same_v<type, std::optional<address>>) {
            add_address(name);
        } else if constexpr (std::is_same_v<type, profile_field::member>) {
            const bool is_the_services = name == "id";
            if (!is_the_services) out.push_back({.path = name, .own = member.pointer});
        }
    });
    return out;
}

/// The names of all columns.
[[nodiscard]] std::vector<std::string> column_names() {
    std::vector<std::string> names{std::string{customer_column}};
    for (const profile_field& each : profile_fields()) names.push_back(each.path);
    names.emplace_back(etag_column);
    return names;
}

[[nodiscard]] bool is_column(std::string_view name) {
    static const std::vector<std::string> names = column_names();
    return std::ranges::find(names, name) != names.end();
}

/// Puts a value where its name says.
void put(profile_row& row, const std::string& name, std::string value) {
    if (name == customer_column) {
        row.customer_id = std::move(value);
    } else if (name == etag_column) {
        if (!value.empty()) row.etag = std::move(value);
    } else {
        row.values[name] = std::move(value);
    }
}

[[nodiscard]] std::string unknown(std::string_view name) {
    return fmt::format(
        "'{}' is no column; there are: {}", printable(name), fmt::join(column_names(), ", ")
    );
}

/// False when the header cannot be used.
[[nodiscard]] bool check_header(const csv_record& header, std::vector<bad_line>& problems) {
    const std::size_t before = problems.size();
    std::set<std::string_view> seen;
    for (const std::string& name : header.fields) {
        if (!is_column(name)) {
            problems.push_back({header.line, unknown(name)});
        } else if (!seen.insert(name).second) {
            problems.push_back({header.line, fmt::format("the column {} comes twice", name)});
        }
    }
    if (!seen.contains(customer_column)) {
        const bool has_semicolons = header.fields.front().find(';') != std::string::npos;
        problems.push_back(
            {header.line,
             fmt::format(
                 "there is no column {}; the first line names the columns{}",
                 customer_column,
                 has_semicolons ? ", with commas between them, not semicolons" : ""
             )}
        );
    }
    return problems.size() == before;
}

[[nodiscard]] std::vector<profile_row> rows_of_csv(
    std::string_view text, std::vector<bad_line>& problems
) {
    const std::vector<csv_record> records = read_csv(text, problems);
    if (records.empty() || !check_header(records.front(), problems)) return {};
    const std::vector<std::string>& names = records.front().fields;
    std::vector<profile_row> rows;
    for (const csv_record& record : records) {
        if (&record == records.data()) continue;
        profile_row row{.line = record.line};
        for (std::size_t at = 0; at < std::min(names.size(), record.fields.size()); ++at) {
            put(row, names[at], record.fields[at]);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

/// Puts the members of an object into the row, by their paths.
void put_all(
    profile_row& row,
    const std::string& prefix,
    const boost::json::object& object,
    std::vector<bad_line>& problems
) {
    for (const auto& [key, value] : object) {
        const std::string name = prefix + std::string{key};
        if (value.is_object() && prefix.empty() && !is_column(name)) {
            put_all(row, name + '.', value.get_object(), problems);
        } else if (!is_column(name)) {
            problems.push_back({row.line, unknown(name)});
        } else if (!value.is_string()) {
            problems.push_back({row.line, fmt::format("{} is not a text in quotes", name)});
        } else {
            put(row, name, std::string{value.get_string()});
        }
    }
}

[[nodiscard]] std::vector<profile_row> rows_of_json(
    std::string_view text, std::vector<bad_line>& problems
) {
    std::vector<profile_row> rows;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const std::string_view one = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(one.size() + 1, text.size()));
        profile_row row{.line = line};
        boost::json::error_code failed;
        const boost::json::value value = boost::json::parse({one.data(), one.size()}, failed);
        if (failed || !value.is_object()) {
            problems.push_back({line, "it is not a JSON object"});
            continue;
        }
        put_all(row, "", value.get_object(), problems);
        rows.push_back(std::move(row));
    }
    return rows;
}

/// Customers are named by GUIDs, each once.
void check_customers(std::vector<profile_row>& rows, std::vector<bad_line>& problems) {
    std::map<std::string, std::size_t> lines;
    for (profile_row& row : rows) {
        const auto id = parse_guid(row.customer_id);
        if (!id) {
            const std::string text = fmt::format(
                "'{}' is not the id of a customer, which is a GUID", printable(row.customer_id)
            );
            problems.push_back({row.line, text});
            continue;
        }
        row.customer_id = to_string(*id);
        const auto [first, is_new] = lines.emplace(row.customer_id, row.line);
        if (is_new) continue;
        problems.push_back(
            {row.line,
             fmt::format("customer {} is in line {} already", row.customer_id, first->second)}
        );
    }
}

/// False, with the line, when the text is not UTF-8.
[[nodiscard]] bool check_encoding(std::string_view text, std::vector<bad_line>& problems) {
    const std::string_view good = text.substr(0, valid_prefix(text));
    if (good.size() == text.size() && text.find('\0') == std::string_view::npos) return true;
    const auto line = static_cast<std::size_t>(std::ranges::count(good, '\n')) + 1;
    problems.push_back({line, "it is not UTF-8; save the file as \"CSV UTF-8\" or as UTF-8 text"});
    return false;
}

}  // namespace

profile_field::member profile_field::read(const billing_profile& from) const {
    if (own != nullptr) return from.*own;
    if (!from.default_address) return {};
    return (*from.default_address).*of_address;
}

void profile_field::write(billing_profile& to, member value) const {
    if (own != nullptr) {
        to.*own = std::move(value);
        return;
    }
    if (!to.default_address) to.default_address.emplace();
    (*to.default_address).*of_address = std::move(value);
}

const std::vector<profile_field>& profile_fields() {
    static const std::vector<profile_field> fields = make_fields();
    return fields;
}

std::vector<profile_row> read_rows(
    std::string_view text, row_format format, std::vector<bad_line>& problems
) {
    if (!check_encoding(text, problems)) return {};
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const std::size_t before = problems.size();
    std::vector<profile_row> rows =
        format == row_format::csv ? rows_of_csv(text, problems) : rows_of_json(text, problems);
    check_customers(rows, problems);
    if (rows.empty() && problems.size() == before) problems.push_back({0, "there are no rows"});
    return rows;
}

std::string header_of(row_format format) {
    std::string out;
    if (format == row_format::csv) append_csv(out, column_names());
    return out;
}

std::string line_of(
    const std::string& customer_id, const billing_profile& profile, row_format format
) {
    const std::string etag = profile.attributes.etag.value_or("");
    if (format == row_format::csv) {
        std::string out;
        std::vector<std::string> fields{customer_id};
        for (const profile_field& each : profile_fields()) {
            fields.push_back(each.read(profile).value_or(""));
        }
        fields.push_back(etag);
        append_csv(out, fields);
        return out;
    }
    boost::json::object line{{customer_column, customer_id}};
    const boost::json::value whole = boost::json::parse(to_json(profile));
    for (const auto& [name, value] : whole.get_object()) {
        const bool is_the_services = name == "id" || name == "links" || name == "attributes";
        if (!is_the_services) line.emplace(name, value);
    }
    line.emplace(etag_column, etag);
    return boost::json::serialize(line) + '\n';
}

billing_profile with_row(billing_profile profile, const profile_row& row) {
    for (const profile_field& each : profile_fields()) {
        const auto given = row.values.find(each.path);
        if (given == row.values.end()) continue;
        const std::string& value = given->second;
        if (value == each.read(profile).value_or("")) continue;
        each.write(profile, value.empty() ? profile_field::member{} : value);
    }
    return profile;
}

}  // namespace partner_center::cli
