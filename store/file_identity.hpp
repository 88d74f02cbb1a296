// Which file a path leads to: one that was put in another's place is another. Calls the operating
// system.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace partner_center {

/// Of a file, whatever its name.
struct file_identity {
    std::uint64_t device{};
    std::uint64_t number{};

    bool operator==(const file_identity&) const = default;
};

/// Nothing when there is no file.
[[nodiscard]] std::optional<file_identity> identity_of(const std::filesystem::path& file);

/// Throws store_error when the path leads to another file than the known one.
void refuse_if_moved(const std::filesystem::path& file, const std::optional<file_identity>& known);

}  // namespace partner_center
