// Keeps the two truths apart, and mixes them at the cut. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "tests/faults/power_cut_vfs.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace partner_center::testing {
namespace {

constexpr std::size_t sector = 512;

[[nodiscard]] std::string content_of(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void put(std::string& file, std::size_t offset, std::string_view data) {
    file.resize(std::max(file.size(), offset + data.size()));
    std::ranges::copy(data, file.begin() + static_cast<std::ptrdiff_t>(offset));
}

/// The sectors of a write that reached the disk; it ends and begins where sectors do.
void put_some_sectors(
    std::string& file, std::size_t offset, std::string_view data, std::mt19937_64& random
) {
    while (!data.empty()) {
        const std::size_t length = std::min(sector - offset % sector, data.size());
        if (random() % 2 == 0) put(file, offset, data.substr(0, length));
        offset += length;
        data.remove_prefix(length);
    }
}

}  // namespace

disk_hook power_cut_disk::hook() {
    return [this](const disk_call& call) { return decide(call); };
}

void power_cut_disk::lose_next_sync(disk_file kind) {
    const std::lock_guard lock{mutex_};
    losing_ |= 1U << static_cast<unsigned>(kind);
}

bool power_cut_disk::is_off() const {
    const std::lock_guard lock{mutex_};
    return off_;
}

int power_cut_disk::decide(const disk_call& call) {
    using enum disk_operation;
    const std::lock_guard lock{mutex_};
    if (off_) return SQLITE_IOERR;
    // Temporary files do not outlive us, and the index is made anew at each start.
    if (call.path.empty() || call.file == disk_file::index) return SQLITE_OK;
    image& file = image_of(call.path);
    if (call.operation == read || call.operation == hint) return SQLITE_OK;
    if (++calls_ > behaviour_.cut_after) {
        off_ = true;
        return SQLITE_IOERR;
    }
    switch (call.operation) {
        case write:
            file.since.push_back(
                {.offset = call.offset, .data = {call.data.begin(), call.data.end()}}
            );
            return SQLITE_OK;
        case truncate:
            file.since.push_back({.offset = call.offset, .truncates = true});
            return SQLITE_OK;
        case sync:
            return make_sure(file, call.file);
        case remove:
            file.loses_name = true;
            if (call.offset != 0) sync_directory();
            return SQLITE_OK;
        default:  // open
            if (call.file != disk_file::database) file.syncs_directory = true;
            file.loses_name = false;
            return SQLITE_OK;
    }
}

int power_cut_disk::make_sure(image& file, disk_file kind) {
    const std::uint32_t bit = 1U << static_cast<unsigned>(kind);
    if ((losing_ & bit) != 0) {
        losing_ &= ~bit;
        file.since.clear();
        return SQLITE_IOERR_FSYNC;
    }
    if (behaviour_.ignores_sync) return pretend;
    for (const change& each : file.since) {
        if (each.truncates) {
            file.synced.resize(static_cast<std::size_t>(each.offset));
        } else {
            put(file.synced, static_cast<std::size_t>(each.offset), each.data);
        }
    }
    file.since.clear();
    if (file.syncs_directory) sync_directory();
    file.syncs_directory = false;
    return pretend;
}

/// What a file was before its first change is safe on the disk, unless it is new.
power_cut_disk::image& power_cut_disk::image_of(const std::string& path) {
    const auto [found, is_new] = files_.try_emplace(path);
    if (is_new) {
        found->second.synced = content_of(path);
        found->second.has_name = !found->second.synced.empty();
    }
    return found->second;
}

void power_cut_disk::sync_directory() {
    std::erase_if(files_, [](const auto& each) { return each.second.loses_name; });
    for (auto& [path, file] : files_) file.has_name = true;
}

void power_cut_disk::cut(const std::filesystem::path& into, unsynced fate, std::uint64_t seed) {
    const std::lock_guard lock{mutex_};
    off_ = true;
    randomness random{seed};
    const auto luck = [&] {
        return fate == unsynced::kept || (fate != unsynced::dropped && random() % 2 == 0);
    };
    for (const auto& [path, file] : files_) {
        const bool is_there = file.has_name ? !(file.loses_name && luck()) : luck();
        if (!is_there) continue;
        std::string found = file.synced;
        for (const change& each : file.since) {
            const auto offset = static_cast<std::size_t>(each.offset);
            if (!luck()) continue;
            if (each.truncates) {
                found.resize(offset);
            } else if (fate == unsynced::torn) {
                put_some_sectors(found, offset, each.data, random);
            } else {
                put(found, offset, each.data);
            }
        }
        const std::filesystem::path copy = into / std::filesystem::path{path}.filename();
        std::ofstream{copy, std::ios::binary} << found;
        std::filesystem::permissions(copy, std::filesystem::perms{0600});
    }
}

}  // namespace partner_center::testing
