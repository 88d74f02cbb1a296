// What an import is going to change: rows compared with what the service has, and checked by its
// rules. Calls the SDK and profile_rows.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "cli/transfer/profile_rows.hpp"
#include <partner_center/client.hpp>
#include <partner_center/diff.hpp>

namespace partner_center::cli {

/// A row that changes something.
struct planned_change {
    profile_row row{};
    billing_profile wanted{};                     ///< with the etag of the version that it replaces
    std::vector<field_difference> differences{};  ///< from what is there (`base`) to it (`mine`)
};

struct import_plan {
    std::vector<planned_change> changes{};
    std::vector<std::string> unchanged{};  ///< customers' ids
    std::vector<bad_line> problems{};
    bool is_stale{};  ///< all problems are that somebody else changed what a row is about
};

/// Reads the profile of every row, as many at a time as `concurrency` says, and asks the service
/// for its verdict on addresses and for the rules of countries. Changes nothing. `advance` is told
/// how many rows have been read. Throws partner_error when the service cannot be asked.
[[nodiscard]] import_plan make_plan(
    const client& api,
    const std::vector<profile_row>& rows,
    std::size_t concurrency,
    const std::function<void(std::size_t)>& advance
);

}  // namespace partner_center::cli
