// The one thread that writes to an SQLite file: it commits what has gathered as one transaction, so
// that many callers share one sync of the disk, and has the write-ahead log merged into the file.
// What it does when the disk fails is told in docs/operations.md. Calls sqlite_connection and
// sqlite_log_merger.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "store/database.hpp"
#include "store/parked_caller.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_log_merger.hpp"

namespace partner_center {

/// How many transactions may wait for the disk: some tenths of a second's work of a good one, and a
/// few MiB.
constexpr std::size_t transactions_waiting_max = 4096;

/// Thread-safe. A caller's executor must live until the caller was answered.
class sqlite_writer {
public:
    /// `now` is that of sqlite_options.
    sqlite_writer(
        sqlite_connection connection, std::function<std::chrono::steady_clock::time_point()> now
    );
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
    /// What an operator reads about a failure; null when there is none. Shared, so that passing it
    /// on needs no memory.
    using reason = std::shared_ptr<const std::string>;

    /// A caller that waits, and what for. Lives in the caller's coroutine.
    struct pending_write {
        std::vector<statement> transaction{};
        written outcome{};
        reason failure{};
        parked_caller caller{};
    };

    void admit();
    void hand_over(pending_write& pending);
    void serve();
    void take(std::vector<pending_write*>& batch);
    [[nodiscard]] bool learn_of_failed_merge();
    [[nodiscard]] bool commit(std::span<pending_write* const> batch);
    [[nodiscard]] bool write_all(std::span<pending_write* const> batch, bool probes);
    [[nodiscard]] reason attempt(pending_write& pending);
    [[nodiscard]] written run_all(std::span<const statement> transaction);
    void merge_log();
    void begin_log_anew();
    void note_failed_merge(reason why);
    void regain_trust();
    void note_outcome(reason trouble);
    [[nodiscard]] reason reason_of(const std::exception& error) const noexcept;

    const std::function<std::chrono::steady_clock::time_point()> now_;
    const reason out_of_memory_;
    sqlite_connection connection_;  // used by the thread only, as are the next seven
    std::vector<pending_write*> batch_{};
    /// Why the disk is not trusted: what failed in the last commit or merge.
    reason doubt_{};
    /// What the last write failed with; null after one that was written.
    reason trouble_{};
    std::chrono::steady_clock::time_point probe_due_{};
    int log_pages_{};     ///< after the last commit
    int merged_pages_{};  ///< of these, those that the last copy began with; 0: none yet
    int merge_due_;       ///< at so many
    sqlite_log_merger merger_;
    mutable std::mutex mutex_{};  // guards the next five
    std::vector<pending_write*> queue_{};
    std::uint64_t handed_over_{};
    std::uint64_t answered_{};
    store_counts counts_{};
    bool closing_{};
    std::condition_variable gathered_{};
    std::condition_variable progressed_{};
    std::thread thread_{};
};

}  // namespace partner_center
