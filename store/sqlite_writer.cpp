// Group commit. Calls sqlite_connection and sqlite_log_merger.
// SPDX-License-Identifier: MIT
#include "store/sqlite_writer.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace partner_center {
namespace {

/// Bounds how long the first caller of a commit waits for the last one's statements.
constexpr std::size_t transactions_per_commit_max = 256;

/// The log is copied a part at a time, as a rule.
constexpr int parts_of_log = 64;

/// How many times log_pages_max the log may hold while it is copied; then commits wait for that.
constexpr int longer_while_merging = 4;

/// However often somebody asks whether writes are taken, the disk is not worn by it.
constexpr std::chrono::seconds probe_interval{1};

/// Changes nothing, but is written: SQLite does not write a transaction that touched nothing.
constexpr std::string_view touch_file = "PRAGMA user_version = 0";

}  // namespace

sqlite_writer::sqlite_writer(
    sqlite_connection connection, std::function<std::chrono::steady_clock::time_point()> now
)
    : now_{std::move(now)},
      out_of_memory_{std::make_shared<const std::string>(
          "the database " + connection.file().string() + ": the program is out of memory"
      )},
      connection_{std::move(connection)},
      merge_due_{connection_.log_pages_max() / parts_of_log},
      merger_{connection_.another()} {
    batch_.reserve(transactions_per_commit_max);
    queue_.reserve(transactions_waiting_max);
    thread_ = std::thread{[this] { serve(); }};
}

sqlite_writer::~sqlite_writer() {
    {
        const std::lock_guard lock{mutex_};
        closing_ = true;
    }
    gathered_.notify_one();
    thread_.join();
    merger_.wait_until_idle();
    if (learn_of_failed_merge()) return;
    // The next start reads the log from its beginning, which is right after any failure.
    if (!doubt_ && connection_.is_in_place()) connection_.merge_log_at_close();
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
    out.merging = merger_.is_busy();
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

/// Nothing here needs memory, but for what handles being without.
void sqlite_writer::serve() {
    for (take(batch_); !batch_.empty(); take(batch_)) {
        static_cast<void>(learn_of_failed_merge());
        const bool committed = commit(batch_);
        const auto failed = std::ranges::count_if(batch_, [](const pending_write* pending) {
            return pending->failure != nullptr;
        });
        for (pending_write* const pending : batch_) pending->caller.resume();
        {
            const std::lock_guard lock{mutex_};
            answered_ += batch_.size();
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

/// Answers the batch; false when nothing was written. Who only asks whether writes are taken is
/// told the last outcome, which the disk is asked for when it is old.
bool sqlite_writer::commit(std::span<pending_write* const> batch) {
    const auto asks = [](const pending_write* pending) { return pending->transaction.empty(); };
    const bool asked = std::ranges::any_of(batch, asks);
    const bool probes = asked && now_() >= probe_due_;
    const bool writes = probes || !std::ranges::all_of(batch, asks);
    const bool written = writes && write_all(batch, probes);
    for (pending_write* const pending : batch) {
        if (asks(pending) && trouble_) pending->failure = trouble_;
    }
    return written;
}

/// False when nothing was written.
bool sqlite_writer::write_all(std::span<pending_write* const> batch, bool probes) {
    bool committing = false;
    try {
        connection_.refuse_unless_in_place();
        if (doubt_) regain_trust();
        connection_.run("BEGIN IMMEDIATE");
        if (probes) connection_.run(touch_file);
        reason trouble;
        for (pending_write* const pending : batch) {
            if (reason met = attempt(*pending)) trouble = std::move(met);
        }
        committing = true;
        const bool written = connection_.commit();
        if (written || trouble) note_outcome(std::move(trouble));
        return written;
    } catch (const std::exception& error) {
        // Nothing of the batch is kept. A refusal does not stand either: the row in its way may
        // have been a neighbour's.
        connection_.roll_back();
        const reason why = reason_of(error);
        note_outcome(why);
        if (committing) doubt_ = why;
        for (pending_write* const pending : batch) pending->failure = why;
        return false;
    }
}

/// Has the log copied in the background, a small part at a time, for a large one would keep the
/// disk from the commits. When it is long, and little is left to copy, it begins anew. Callers were
/// answered before: none waits for this but those of the next commit.
void sqlite_writer::merge_log() {
    const int long_log = connection_.log_pages_max();
    const int part = long_log / parts_of_log;
    const bool is_new_log = connection_.log_pages() <= log_pages_;
    log_pages_ = connection_.log_pages();
    if (is_new_log) {
        merged_pages_ = 0;
        merge_due_ = part;
    }
    if (log_pages_ < merge_due_) return;
    const bool is_too_long = log_pages_ >= long_log * longer_while_merging;
    if (is_too_long) merger_.wait_until_idle();
    if (merger_.is_busy() || learn_of_failed_merge()) return;
    const bool little_is_left = log_pages_ - merged_pages_ <= part;
    if (is_too_long || (log_pages_ >= long_log && little_is_left)) return begin_log_anew();
    merged_pages_ = log_pages_;
    merge_due_ = std::max(log_pages_, std::min(log_pages_ + part, long_log));
    merger_.start();
}

void sqlite_writer::begin_log_anew() {
    try {
        // Readers in the way for long: they are not waited for at every commit.
        if (!connection_.begin_log_anew()) merge_due_ = log_pages_ + connection_.log_pages_max();
    } catch (const std::exception& error) {
        note_failed_merge(reason_of(error));
    }
}

/// True when a copy in the background has failed since it was asked for last.
bool sqlite_writer::learn_of_failed_merge() {
    const std::exception_ptr failure = merger_.take_failure();
    if (!failure) return false;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        note_failed_merge(reason_of(error));
    }
    return true;
}

void sqlite_writer::note_failed_merge(reason why) {
    doubt_ = why;
    note_outcome(std::move(why));
}

/// After a commit that failed, the log may hold it all the same, and after a sync that failed, what
/// the system believes to have written need not be on the disk, whatever a second sync says. So one
/// more commit goes over the failed one's place, and all of the log is copied once more.
void sqlite_writer::regain_trust() {
    // Nothing else may copy meanwhile; what it failed with is mended as well.
    merger_.wait_until_idle();
    static_cast<void>(merger_.take_failure());
    try {
        connection_.run(touch_file);
        connection_.copy_whole_log_again();
        doubt_.reset();
    } catch (const store_error& error) {
        throw store_error{
            std::string{error.what()} + "; nothing is written since this: " + *doubt_ +
            "; reads go on, and each write tries again"};
    }
}

void sqlite_writer::note_outcome(reason trouble) {
    trouble_ = std::move(trouble);
    probe_due_ = now_() + probe_interval;
}

/// Says that there is no memory when there is none to say more.
sqlite_writer::reason sqlite_writer::reason_of(const std::exception& error) const noexcept {
    try {
        return std::make_shared<const std::string>(error.what());
    } catch (const std::bad_alloc&) {
        return out_of_memory_;
    }
}

/// Runs one caller's transaction so that giving it up leaves its neighbours alone. What the disk
/// failed it with, if it did.
sqlite_writer::reason sqlite_writer::attempt(pending_write& pending) {
    reason trouble;
    connection_.run("SAVEPOINT attempt");
    try {
        pending.outcome = run_all(pending.transaction);
    } catch (const store_error& error) {
        // After some errors (a full disk) SQLite has rolled back the whole batch.
        if (!connection_.in_transaction()) throw;
        pending.failure = reason_of(error);
        if (dynamic_cast<const disk_error*>(&error) != nullptr) trouble = pending.failure;
    }
    if (pending.failure || pending.outcome.refused_by) connection_.run("ROLLBACK TO attempt");
    connection_.run("RELEASE attempt");
    return trouble;
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
