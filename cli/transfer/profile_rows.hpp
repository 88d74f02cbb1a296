// Billing profiles as rows: of CSV, or of JSON lines with a flat object's worth of texts each.
// Calls csv.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum.hpp>

#include "cli/transfer/csv.hpp"
#include <partner_center/models/billing_profile.hpp>

namespace partner_center::cli {

/// csv: RFC 4180 with a header; jsonl: a JSON object on each line.
enum class row_format { csv, jsonl };
BOOST_DESCRIBE_ENUM(row_format, csv, jsonl)

/// A member of a billing profile that people fill in, by its path: "defaultAddress.city". One of
/// the pointers is null.
struct profile_field {
    using member = std::optional<std::string>;

    std::string path{};
    member billing_profile::*own{};
    member address::*of_address{};

    [[nodiscard]] member read(const billing_profile& from) const;
    void write(billing_profile& to, member value) const;
};

/// All of them, in the order of the model.
[[nodiscard]] const std::vector<profile_field>& profile_fields();

/// What a file says about one customer.
struct profile_row {
    std::size_t line{};
    std::string customer_id{};                    ///< lower case
    std::optional<std::string> etag{};            ///< of the version that it was made from
    std::map<std::string, std::string> values{};  ///< by path; an empty one takes the member away

    friend bool operator==(const profile_row&, const profile_row&) = default;
};

/// Reads the rows of a text in UTF-8, with or without a byte-order mark. Whatever is wrong with the
/// form, a name that nobody knows, and a customer who comes twice, is added to `problems`.
[[nodiscard]] std::vector<profile_row> read_rows(
    std::string_view text, row_format format, std::vector<bad_line>& problems
);

/// The first line of a file of that format; JSON lines have none.
[[nodiscard]] std::string header_of(row_format format);

/// The line of a profile. Members that are absent are blank in CSV and absent in JSON.
[[nodiscard]] std::string line_of(
    const std::string& customer_id, const billing_profile& profile, row_format format
);

/// The profile with what a row says. A value that is blank and was blank stays as it was.
[[nodiscard]] billing_profile with_row(billing_profile profile, const profile_row& row);

}  // namespace partner_center::cli
