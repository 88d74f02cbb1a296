// Asks stat(2).
// SPDX-License-Identifier: MIT
#include "store/file_identity.hpp"

#include <sys/stat.h>

#include "store/database.hpp"

namespace partner_center {

std::optional<file_identity> identity_of(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    return file_identity{.device = status.st_dev, .number = status.st_ino};
}

void refuse_if_moved(const std::filesystem::path& file, const std::optional<file_identity>& known) {
    if (identity_of(file) == known) return;
    throw store_error{
        file.string() +
        " was moved, replaced or deleted under the running program: put it back, or restart with "
        "the file that is there"};
}

}  // namespace partner_center
