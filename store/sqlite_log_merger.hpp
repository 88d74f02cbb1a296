// The thread that copies the write-ahead log into an SQLite file while commits go on. The writer
// tells it when, and learns from it what failed. Calls sqlite_connection.
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "store/sqlite_connection.hpp"

namespace partner_center {

/// Thread-safe.
class sqlite_log_merger {
public:
    /// Uses the connection on a thread of its own.
    explicit sqlite_log_merger(sqlite_connection connection);
    /// Finishes what is under way.
    ~sqlite_log_merger();
    sqlite_log_merger(const sqlite_log_merger&) = delete;
    sqlite_log_merger& operator=(const sqlite_log_merger&) = delete;

    /// Has the log copied as it is now. REQUIRES: nothing is under way.
    void start();
    [[nodiscard]] bool is_busy() const;
    void wait_until_idle();
    /// What the last copy failed with, told once; null when it did not fail.
    [[nodiscard]] std::exception_ptr take_failure();

private:
    void serve();
    [[nodiscard]] std::exception_ptr copy() noexcept;

    sqlite_connection connection_;  // used by the thread only
    mutable std::mutex mutex_{};    // guards the next three
    std::exception_ptr failure_{};
    bool busy_{};
    bool closing_{};
    std::condition_variable changed_{};
    std::thread thread_{};
};

}  // namespace partner_center
