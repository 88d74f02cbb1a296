// The embedded database: one file, one writer thread, a reading connection per reactor.
// Calls sqlite.cpp and the migrations under schema/sqlite.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "store/database.hpp"

namespace partner_center {

struct sqlite_options {
    std::filesystem::path file{};
    /// The VFS to open it with; empty is SQLite's own. For fault injection in tests.
    std::string vfs{};
    /// When the write-ahead log begins anew, as a rule: 16 MiB. It is copied all along.
    int log_pages_max{4000};
    /// Of pages that a reading connection keeps in memory, once it has read so many.
    int cache_kib{2 * 1024};
    /// How long a snapshot may last, and with it what the log cannot give up.
    std::chrono::seconds snapshot_time_max{120};
    /// For how often the disk is probed and how long a snapshot has lasted. Thread-safe, never
    /// throws.
    std::function<std::chrono::steady_clock::time_point()> now{std::chrono::steady_clock::now};
};

/// How many snapshots may be open at once of one file, and how many of them may be one partner's.
inline constexpr std::size_t snapshots_max = 16;
inline constexpr std::size_t partner_snapshots_max = snapshots_max / 2;

/// What a database file has done since it was opened.
struct store_counts {
    std::uint64_t reads{};
    std::uint64_t read_failures{};
    std::uint64_t transactions{};    ///< handed to the writer and answered, whatever the answer
    std::uint64_t commits{};         ///< that wrote, each for one or many transactions
    std::uint64_t write_failures{};  ///< transactions that threw, those refused at once included
    std::uint64_t queued{};          ///< transactions that wait for the writer now
    bool merging{};                  ///< the log is being copied into the file now
};

/// An open database file of this process. Opening creates it (0600) when missing and migrates it to
/// this program's schema. Thread-safe; must outlive its connections.
class sqlite_file {
public:
    /// Throws store_error with a text for the operator: not a database, damaged, a newer schema
    /// than this program knows (both numbers named), unwritable, a directory that is missing.
    explicit sqlite_file(sqlite_options options);
    /// Finishes the writes that were handed over, then closes.
    ~sqlite_file();
    sqlite_file(const sqlite_file&) = delete;
    sqlite_file& operator=(const sqlite_file&) = delete;

    /// A connection for one reactor: reads run on the caller's thread without waiting, writes go to
    /// the one writer thread, which commits what has gathered as one transaction and resumes each
    /// caller on its own executor. Destroy it before the reactor's io_context: it waits until its
    /// callers were handed back.
    [[nodiscard]] std::unique_ptr<database> connect();

    /// For metrics: each number is right, but they are not of one moment.
    [[nodiscard]] store_counts counts() const;

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace partner_center
