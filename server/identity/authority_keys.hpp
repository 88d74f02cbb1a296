// The authority's keys while partnerd runs: one snapshot for all reactors, which follows the files,
// and each reactor's copy of it. Calls key_ring.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <sys/stat.h>

#include "server/identity/key_ring.hpp"

namespace partner_center {

/// What a look at the files brought.
struct keys_news {
    std::string signing_id{};
    std::string problem{};  ///< for the operator; empty: the keys are those of the files
};

/// The keys of a folder. Thread-safe.
class authority_keys {
public:
    /// Makes the first key when there is none. Throws file_error. Nothing has been checked.
    explicit authority_keys(std::filesystem::path folder);

    /// signing_key::check() of what was read. Throws file_error.
    void check() const;

    /// Removes keys that have ended, and reads the files when they have changed. Keys that cannot
    /// be used leave those from before in place, and are tried again next time. For one thread that
    /// does so every refresh_interval.
    keys_news refresh(system_time now);

    /// Reads the files when they have changed since anybody looked. For a reactor that has met a
    /// token it cannot verify: costs three system calls.
    void look_again();

    /// Another number whenever the snapshot is another one.
    [[nodiscard]] std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
    [[nodiscard]] std::shared_ptr<const key_ring> ring() const;

private:
    /// What tells the state of a file from an earlier one; all zero when it is not there.
    struct mark {
        dev_t device{};
        ino_t inode{};
        std::int64_t bytes{};
        std::int64_t changed_seconds{};
        std::int64_t changed_nanoseconds{};

        bool operator==(const mark&) const = default;
    };
    struct marks {
        mark signing{};
        mark retired{};
        mark sealing{};
        mark second_factors{};

        bool operator==(const marks&) const = default;
    };
    [[nodiscard]] static mark mark_of(const std::filesystem::path& file);
    [[nodiscard]] marks marks_now() const;
    /// What went wrong, if anything.
    [[nodiscard]] std::string remove_ended(system_time now) const;
    /// REQUIRES: `seen` was the files' state before, so that what changes meanwhile is seen next
    /// time; the lock is held.
    void read_files(const marks& seen);
    [[nodiscard]] key_ring usable_keys() const;

    const std::filesystem::path folder_;
    mutable std::mutex mutex_{};  // the rest, but for version_
    marks looked_at_{};
    std::string problem_{};  ///< of the last look
    std::shared_ptr<const key_ring> ring_{};
    std::atomic<std::uint64_t> version_{};
};

/// How often a server looks whether its keys are still those of the files.
inline constexpr std::chrono::milliseconds keys_refresh_interval{500};

/// A reactor's own copy of the snapshot, so that reactors share no counters while they verify. One
/// per reactor, used on its thread only.
class reactor_keys {
public:
    explicit reactor_keys(authority_keys& shared);

    /// The newest keys; they stay what they are for as long as they are held.
    [[nodiscard]] std::shared_ptr<const key_ring> ring() {
        follow();
        return ring_;
    }
    /// How often keys have gone that were honoured before.
    [[nodiscard]] std::uint64_t lost() {
        follow();
        return lost_;
    }
    /// Whether there are other keys after a look at the files.
    [[nodiscard]] bool look_again();

private:
    void follow() {
        if (shared_.version() != version_) copy();
    }
    void copy();

    authority_keys& shared_;
    std::uint64_t version_{};
    std::uint64_t lost_{};
    std::shared_ptr<const key_ring> ring_{};
};

}  // namespace partner_center
