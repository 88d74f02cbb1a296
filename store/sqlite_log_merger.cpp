// Copies the log in the background. Calls sqlite_connection.
// SPDX-License-Identifier: MIT
#include "store/sqlite_log_merger.hpp"

#include <utility>

namespace partner_center {

sqlite_log_merger::sqlite_log_merger(sqlite_connection connection)
    : connection_{std::move(connection)}, thread_{[this] { serve(); }} {}

sqlite_log_merger::~sqlite_log_merger() {
    {
        const std::lock_guard lock{mutex_};
        closing_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void sqlite_log_merger::start() {
    {
        const std::lock_guard lock{mutex_};
        busy_ = true;
    }
    changed_.notify_all();
}

bool sqlite_log_merger::is_busy() const {
    const std::lock_guard lock{mutex_};
    return busy_;
}

void sqlite_log_merger::wait_until_idle() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return !busy_; });
}

std::exception_ptr sqlite_log_merger::take_failure() {
    const std::lock_guard lock{mutex_};
    return std::exchange(failure_, nullptr);
}

void sqlite_log_merger::serve() {
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [this] { return busy_ || closing_; });
        if (!busy_) return;
        lock.unlock();
        std::exception_ptr failure = copy();
        lock.lock();
        failure_ = std::move(failure);
        busy_ = false;
        changed_.notify_all();
    }
}

std::exception_ptr sqlite_log_merger::copy() noexcept {
    try {
        connection_.copy_log();
        return {};
    } catch (...) {
        return std::current_exception();
    }
}

}  // namespace partner_center
