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
    // The next start reads the log from its beginning, which is right after any failure.
    if (!doubt_.empty() || !connection_.is_in_place()) connection_.keep_log_at_close();
}

awaitable<written> sqlite_writer::write(std::vector<statement> transaction) {
    admit();
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

store_counts sqlite_writer::counts() const {
    const std::lock_guard lock{mutex_};
    store_counts out = counts_;
    out.transactions = answered_;
    out.queued = handed_over_ - answered_;
    return out;
}

/// Counts a transaction that is about to be handed over.
void sqlite_writer::admit() {
    const std::lock_guard lock{mutex_};
    if (handed_over_ - answered_ >= transactions_waiting_max) {
        ++counts_.write_failures;
        throw store_overloaded{
            "the database " + connection_.file().string() + " has " +
            std::to_string(transactions_waiting_max) +
            " transactions waiting for the disk: it stalls, or is too slow for this many writes"};
    }
    ++handed_over_;
}

void sqlite_writer::hand_over(pending_write& pending) {
    {
        const std::lock_guard lock{mutex_};
        queue_.push_back(&pending);
    }
    gathered_.notify_one();
}

void sqlite_writer::serve() {
    std::vector<pending_write*> batch;
    for (take(batch); !batch.empty(); take(batch)) {
        const bool committed = commit(batch);
        const auto failed = std::ranges::count_if(batch, [](const pending_write* pending) {
            return pending->failure.has_value();
        });
        for (pending_write* const pending : batch) pending->caller.resume();
        {
            const std::lock_guard lock{mutex_};
            answered_ += batch.size();
            counts_.commits += committed ? 1 : 0;
            counts_.write_failures += static_cast<std::uint64_t>(failed);
        }
        progressed_.notify_all();
        if (committed) merge_log();
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

/// False when all of the batch has failed.
bool sqlite_writer::commit(std::span<pending_write* const> batch) {
    bool committing = false;
    try {
        connection_.refuse_unless_in_place();
        if (!doubt_.empty()) regain_trust();
        connection_.run("BEGIN IMMEDIATE");
        for (pending_write* const pending : batch) attempt(*pending);
        committing = true;
        connection_.run("COMMIT");
        return true;
    } catch (const std::exception& error) {
        // Nothing of the batch is kept. A refusal does not stand either: the row in its way may
        // have been a neighbour's.
        connection_.roll_back();
        if (committing) doubt_ = error.what();
        for (pending_write* const pending : batch) pending->failure = error.what();
        return false;
    }
}

/// Callers were answered before: none waits for this but those of the next commit.
void sqlite_writer::merge_log() {
    if (!connection_.log_is_long()) return;
    try {
        connection_.copy_log();
    } catch (const store_error& error) {
        doubt_ = error.what();
    }
}

/// After a commit that failed, the log may hold it all the same, and after a sync that failed, what
/// the system believes to have written need not be on the disk, whatever a second sync says. So one
/// more commit goes over the failed one's place, and all of the log is copied once more.
void sqlite_writer::regain_trust() {
    try {
        connection_.run("PRAGMA user_version = 0");  // changes nothing, but is written
        connection_.copy_whole_log_again();
        doubt_.clear();
    } catch (const store_error& error) {
        throw store_error{
            std::string{error.what()} + "; nothing is written since this: " + doubt_ +
            "; reads go on, and each write tries again"};
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
