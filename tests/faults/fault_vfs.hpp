// A disk that fails when told to: the n-th call, or all from the n-th on, with a chosen error; or
// stalls. Told by this process, or by another through a file that both map. Calls vfs_shim.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <initializer_list>

#include "tests/faults/vfs_shim.hpp"

namespace partner_center::testing {

template <class Enumeration>
[[nodiscard]] constexpr std::uint32_t mask_of(std::initializer_list<Enumeration> members) {
    std::uint32_t mask{};
    for (const Enumeration each : members) mask |= 1U << static_cast<unsigned>(each);
    return mask;
}

constexpr std::uint32_t every_file =
    mask_of({disk_file::database, disk_file::log, disk_file::journal, disk_file::index});
constexpr std::uint32_t every_write = mask_of(
    {disk_operation::open,
     disk_operation::write,
     disk_operation::truncate,
     disk_operation::sync,
     disk_operation::remove,
     disk_operation::grow_index,
     disk_operation::hint}
);

/// Which calls fail, and how. Atomics without locks, so that it may lie in memory that processes
/// share; all zero, it fails nothing.
struct fault_plan {
    std::atomic<std::uint32_t> operations{};  ///< masks: only calls in both are counted
    std::atomic<std::uint32_t> files{};
    std::atomic<std::uint64_t> first{};   ///< the first call to fail, from 1; 0: none
    std::atomic<std::uint64_t> last{};    ///< the last one
    std::atomic<std::int32_t> code{};     ///< SQLite's error, e.g. SQLITE_IOERR_FSYNC
    std::atomic<std::uint32_t> stalls{};  ///< not 0: calls that are counted wait until it is
    std::atomic<std::uint64_t> counted{};
    std::atomic<std::uint64_t> failed{};
    std::atomic<std::uint64_t> stalled{};  ///< calls that wait now

    /// From now on `how_many` calls fail, the `n`-th first.
    void fail(std::int32_t with, std::uint64_t n, std::uint64_t how_many);
    void lift() { first = 0; }
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

constexpr std::uint64_t for_ever = UINT64_MAX / 2;

/// The hook of a plan, which must outlive it. What succeeds is not synced: the power stays on.
[[nodiscard]] disk_hook failing_as_planned(fault_plan& plan);

/// A plan in a file, which is made when missing; mapped until the process ends. Throws
/// std::system_error.
[[nodiscard]] fault_plan& map_fault_plan(const std::filesystem::path& file);

/// Names that file to a program with the shim in it (partnerd_on_bad_disk).
constexpr const char* fault_plan_variable = "PARTNERD_FAULTS";

}  // namespace partner_center::testing
