// Puts a program on a disk that another process can make fail: linked with partnerd's main() it is
// partnerd_on_bad_disk. Does nothing unless PARTNERD_FAULTS names a file. Calls fault_vfs.
// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <memory>

#include "tests/faults/fault_vfs.hpp"

namespace partner_center::testing {
namespace {

[[nodiscard]] std::unique_ptr<vfs_shim> bad_disk() {
    const char* const file = std::getenv(fault_plan_variable);
    if (file == nullptr) return {};
    return std::make_unique<vfs_shim>(
        "bad-disk", failing_as_planned(map_fault_plan(file)), vfs_shim::standing::for_all
    );
}

/// Made before main() begins, and so before a database is opened.
const std::unique_ptr<vfs_shim> registered = bad_disk();

}  // namespace
}  // namespace partner_center::testing
