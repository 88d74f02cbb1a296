// A disk whose power can go: it knows of each file what a sync has made sure and what was written
// since, and makes what the next start may find. Calls vfs_shim.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "tests/faults/vfs_shim.hpp"

namespace partner_center::testing {

/// What becomes, at the cut, of what was written but not synced.
enum class unsynced { dropped, kept, some_kept, torn };

/// Real files serve the running program; this keeps the other truth beside them: a file is what was
/// last synced, and any of the later changes, whole or in part (sectors of 512 bytes), in effect in
/// any order. A file that was made or removed since its directory was synced may be there or not.
/// Thread-safe.
class power_cut_disk {
public:
    struct behaviour {
        std::uint64_t cut_after{UINT64_MAX};  ///< changes and syncs, then the power goes
        bool ignores_sync{};                  ///< a disk that lies
    };
    explicit power_cut_disk(behaviour chosen) : behaviour_{chosen} {}

    /// The hook for a vfs_shim that this outlives. Every call after the cut fails.
    [[nodiscard]] disk_hook hook();

    /// The next sync of a file of this kind fails, and what it was to make sure never reaches the
    /// disk, though the system goes on to show it: what a failed sync does on Linux.
    void lose_next_sync(disk_file kind);

    [[nodiscard]] bool is_off() const;
    /// Cuts the power, if that has not happened, and writes what the next start finds into a
    /// directory.
    void cut(const std::filesystem::path& into, unsynced fate, std::uint64_t seed);

private:
    struct change {
        std::int64_t offset{};  ///< the new size of a truncation
        std::string data{};
        bool truncates{};
    };
    struct image {
        std::string synced{};
        std::vector<change> since{};
        bool has_name{};         ///< its directory entry is synced
        bool loses_name{};       ///< removed, and that is not synced
        bool syncs_directory{};  ///< as SQLite does with the first sync of a new log or journal
    };
    using randomness = std::mt19937_64;

    [[nodiscard]] int decide(const disk_call& call);
    [[nodiscard]] int make_sure(image& file, disk_file kind);
    [[nodiscard]] image& image_of(const std::string& path);
    void sync_directory();

    const behaviour behaviour_;
    mutable std::mutex mutex_{};  // guards all below
    std::map<std::string, image> files_{};
    std::uint64_t calls_{};
    bool off_{};
    std::uint32_t losing_{};  // a mask of kinds
};

}  // namespace partner_center::testing
