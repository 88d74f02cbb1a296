// Files that only their owner reads (0600), replaced as a whole. Calls the system.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace partner_center::cli {

/// Makes the directory and those above it, for their owner alone (0700); false when that is not
/// possible, with errno saying why.
bool make_private_directories(const std::filesystem::path& directory);

/// Writes the file, with its directories (0700), beside its name first, so that whoever reads it
/// sees all or nothing. Throws `failure` with the reason.
void write_private_file(const std::filesystem::path& file, std::string_view content);

/// What the file holds; nothing when there is none. Throws `failure` when it cannot be read, is
/// larger than 1 MiB, or others may read it.
[[nodiscard]] std::optional<std::string> read_private_file(const std::filesystem::path& file);

}  // namespace partner_center::cli
