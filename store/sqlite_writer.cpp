// Group commit. Calls sqlite_connection.
// SPDX-License-Identifier: MIT
#include "store/sqlite_writer.hpp"

#include <algorithm>
#include <utility>

namespace partner_center {
namespace {

/// Bounds how long the first caller of a commit waits for the last one's statements.
constexpr std::size_t transactions_per_commit_max = 256;

}  // namespace

sqlite_writer::sqlite_writer(sqlite_connection connection)
    : connection_{std::move(connection)}, thread_{[this] { serve(); }} {}

sqlite_writer::~sqlite_writer() {
    {
        const std::lock_guard lock{mutex_};
        closing_ = true;
    }
    gathered_.notify_one();
    thread_.join();
}

awaitable<written> sqlite_writer::write(std::vector<statement> transaction) {
    pending_write pending{.transaction = std::move(transaction)};
    auto tell_writer = [this, &pending] { hand_over(pending); };
    co_await pending.caller.park(std::move(tell_writer));
    if (pending.failure) throw store_error{*pending.failure};
    co_return std::move(pending.outcome);
}

void sqlite_writer::wait_until_answered() {
    std::unique_lock lock{mutex_};
    const std::uint64_t last = handed_over_;
    progressed_.wait(lock, [&] { return answered_ >= last; });
}

void sqlite_writer::hand_over(pending_write& pending) {
    {
        const std::lock_guard lock{mutex_};
        queue_.push_back(&pending);
        ++handed_over_;
    }
    gathered_.notify_one();
}

void sqlite_writer::serve() {
    std::vector<pending_write*> batch;
    for (take(batch); !batch.empty(); take(batch)) {
        commit(batch);
        for (pending_write* const pending : batch) pending->caller.resume();
        {
            const std::lock_guard lock{mutex_};
            answered_ += batch.size();
        }
        progressed_.notify_all();
    }
}

/// Waits for work; nothing is taken only when closing and all is done.
void sqlite_writer::take(std::vector<pending_write*>& batch) {
    std::unique_lock lock{mutex_};
    gathered_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    const auto count = std::min(queue_.size(), transactions_per_commit_max);
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
    batch.assign(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
}

void sqlite_writer::commit(std::span<pending_write* const> batch) {
    try {
        connection_.run("BEGIN IMMEDIATE");
        for (pending_write* const pending : batch) attempt(*pending);
        connection_.run("COMMIT");
    } catch (const std::exception& error) {
        // Nothing of the batch is on disk. A refusal does not stand either: the row in its way may
        // have been a neighbour's.
        connection_.roll_back();
        for (pending_write* const pending : batch) pending->failure = error.what();
    }
}

/// Runs one caller's transaction so that giving it up leaves its neighbours alone.
void sqlite_writer::attempt(pending_write& pending) {
    connection_.run("SAVEPOINT attempt");
    try {
        pending.outcome = run_all(pending.transaction);
    } catch (const store_error& error) {
        // After some errors (a full disk) SQLite has rolled back the whole batch.
        if (!connection_.in_transaction()) throw;
        pending.failure = error.what();
    }
    if (pending.failure || pending.outcome.refused_by) connection_.run("ROLLBACK TO attempt");
    connection_.run("RELEASE attempt");
}

written sqlite_writer::run_all(std::span<const statement> transaction) {
    written done;
    for (std::size_t at = 0; at < transaction.size(); ++at) {
        const statement& next = transaction[at];
        try {
            rows answer = connection_.run(next.sql, next.values);
            if (next.needs_row && answer.empty()) return {.refused_by = at};
            done.answers.push_back(std::move(answer));
        } catch (const uniqueness_error&) {
            return {.refused_by = at};
        }
    }
    return done;
}

}  // namespace partner_center
