// The one thread that writes to an SQLite file: it commits what has gathered as one transaction, so
// that many callers share one sync of the disk. Calls sqlite_connection.
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
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

/// Thread-safe. A caller's executor must live until the caller was answered.
class sqlite_writer {
public:
    explicit sqlite_writer(sqlite_connection connection);
    /// Finishes what was handed over.
    ~sqlite_writer();
    sqlite_writer(const sqlite_writer&) = delete;
    sqlite_writer& operator=(const sqlite_writer&) = delete;

    /// As database::write(); resumes the caller on its own executor.
    [[nodiscard]] awaitable<written> write(std::vector<statement> transaction);

    /// Blocks until everything handed over so far was passed back to its caller's executor.
    void wait_until_answered();

private:
    /// A caller that waits, and what for. Lives in the caller's coroutine.
    struct pending_write {
        std::vector<statement> transaction{};
        written outcome{};
        std::optional<std::string> failure{};
        parked_caller caller{};
    };

    void hand_over(pending_write& pending);
    void serve();
    void take(std::vector<pending_write*>& batch);
    void commit(std::span<pending_write* const> batch);
    void attempt(pending_write& pending);
    [[nodiscard]] written run_all(std::span<const statement> transaction);

    sqlite_connection connection_;  // used by the thread only
    std::mutex mutex_{};            // guards the next four
    std::vector<pending_write*> queue_{};
    std::uint64_t handed_over_{};
    std::uint64_t answered_{};
    bool closing_{};
    std::condition_variable gathered_{};
    std::condition_variable progressed_{};
    std::thread thread_;
};

}  // namespace partner_center
