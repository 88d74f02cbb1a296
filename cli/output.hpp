// What commands find, written to stdout in the form that was asked for. Calls query.cpp, table.cpp
// and yaml.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum.hpp>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "cli/query.hpp"
#include <partner_center/json.hpp>

namespace partner_center::cli {

/// json: indented; jsonl: each item on a line; table: for people; tsv: the same for programs, with
/// \t, \n and \\ inside values; yaml.
enum class output_format { json, jsonl, table, tsv, yaml };
BOOST_DESCRIBE_ENUM(output_format, json, jsonl, table, tsv, yaml)

struct output_options {
    std::optional<output_format> format{};  ///< absent: a table on a terminal, else json
    std::string query{};                    ///< in jq's language; empty: everything
};

/// The members of an item that a table shows, by their paths: "companyProfile.domain".
using columns = std::vector<std::string_view>;

/// Writes to stdout. Throws `failure` when that cannot be written to, or a query fails.
class output {
public:
    explicit output(const output_options& options);

    /// Shows one resource.
    template <class Model>
    void show(const Model& model) {
        show_json(to_json(model));
    }
    void show_json(std::string_view json);

    /// Shows a list of which one item comes after the other: begin, add each, end. What needs no
    /// other item is written at once.
    void begin_list(columns shown);
    template <class Model>
    void add(const Model& item) {
        add_json(to_json(item));
    }
    void add_json(std::string_view json);
    void end_list();

    template <class Model>
    void show_list(columns shown, const std::vector<Model>& items) {
        begin_list(std::move(shown));
        for (const Model& each : items) add(each);
        end_list();
    }

private:
    void write_results(std::string_view json);
    void write_item(const boost::json::value& item);

    output_format format_;
    std::optional<query> query_;
    columns columns_{};
    boost::json::array kept_{};  ///< the items, where all have to be there first
    bool is_first_{true};        ///< of the items written
};

}  // namespace partner_center::cli
