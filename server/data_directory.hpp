// The directory of --data. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace partner_center {

/// Makes the directory (0700) when it is missing. Throws file_error when it cannot be used.
void make_data_directory(const std::filesystem::path& data);

/// Where it holds the database, unless --store names another.
[[nodiscard]] std::filesystem::path database_in(const std::filesystem::path& data);

/// Where it holds the authority's keys.
[[nodiscard]] std::filesystem::path keys_in(const std::filesystem::path& data);

}  // namespace partner_center
