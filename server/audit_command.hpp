// The word `partnerd audit reads`: who read which billing profile, for operators. Calls the store.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace partner_center {

/// Whose reads, and since when; an empty text does not restrict them.
struct audit_request {
    std::filesystem::path data{};
    std::filesystem::path database{};
    std::string customer{};  ///< tenant id
    std::string since{};     ///< a day or a second of UTC: 2026-11-22, 2026-11-22T20:30:00Z
};

/// Hands over one JSON object per read, in the order in which they were written down. A server may
/// be running on the same store. Throws usage_error, and store_error when there is no store.
/// Blocks.
void print_profile_reads(
    const audit_request& request, const std::function<void(std::string_view)>& print_line
);

}  // namespace partner_center
