// The directory of --data. Calls the system.
// SPDX-License-Identifier: MIT
#include "server/data_directory.hpp"

#include <system_error>

#include "server/identity/private_file.hpp"

namespace partner_center {

void make_data_directory(const std::filesystem::path& data) {
    std::error_code failed;
    const bool made = std::filesystem::create_directories(data, failed);
    if (made) {
        std::filesystem::permissions(data, std::filesystem::perms::owner_all, failed);
    }
    if (!failed && !std::filesystem::is_directory(data)) {
        failed = std::make_error_code(std::errc::not_a_directory);
    }
    if (failed) {
        throw file_error{
            "cannot use the data directory " + data.string() + ": " + failed.message()};
    }
}

std::filesystem::path database_in(const std::filesystem::path& data) {
    return data / "partnerd.db";
}

std::filesystem::path keys_in(const std::filesystem::path& data) {
    return data / "authority";
}

}  // namespace partner_center
