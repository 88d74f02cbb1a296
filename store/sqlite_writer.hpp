// The one thread that writes to an SQLite file: it commits what has gathered as one transaction, so
// that many callers share one sync of the disk, and merges the write-ahead log into the file. What
// it does when the disk fails is told in docs/operations.md. Calls sqlite_connection.
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "store/database.hpp"
#include "store/parked_caller.hpp"
#include "store/sqlite_connection.hpp"

namespace partner_center {

/// How many transactions may wait for the disk: some tenths of a second's work of a good one, and a
/// few MiB.
constexpr std::size_t transactions_waiting_max = 4096;

/// Thread-safe. A caller's executor must live until the caller was answered.
class sqlite_writer {
public:
    explicit sqlite_writer(sqlite_connection connection);
    /// Finishes what was handed over, then merges the log into the file if the disk is trusted.
    ~sqlite_writer();
    sqlite_writer(const sqlite_writer&) = delete;
    sqlite_writer& operator=(const sqlite_writer&) = delete;

    /// As database::write(); resumes the caller on its own executor. Throws store_overloaded at
    /// once when too many wait.
    [[nodiscard]] awaitable<written> write(std::vector<statement> transaction);

    /// Blocks until everything handed over so far was passed back to its caller's executor.
    void wait_until_answered();

    /// What it has counted; zero for reads.
    [[nodiscard]] store_counts counts() const;

private:
    /// A caller that waits, and what for. Lives in the caller's coroutine.
    struct pending_write {
        std::vector<statement> transaction{};
        written outcome{};
        std::optional<std::string> failure{};
        parked_caller caller{};
    };

    void admit();
    void hand_over(pending_write& pending);
    void serve();
    void take(std::vector<pending_write*>& batch);
    [[nodiscard]] bool commit(std::span<pending_write* const> batch);
    void attempt(pending_write& pending);
    [[nodiscard]] written run_all(std::span<const statement> transaction);
    void merge_log();
    void regain_trust();

    sqlite_connection connection_;  // used by the thread only, as is the next
    /// Why the disk is not trusted: what failed in the last commit or merge. Empty when it is.
    std::string doubt_{};
    mutable std::mutex mutex_{};  // guards the next five
    std::vector<pending_write*> queue_{};
    std::uint64_t handed_over_{};
    std::uint64_t answered_{};
    store_counts counts_{};
    bool closing_{};
    std::condition_variable gathered_{};
    std::condition_variable progressed_{};
    std::thread thread_;
};

}  // namespace partner_center
