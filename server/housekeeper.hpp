// What is done beside the requests: writing down who read which billing profile, and forgetting
// what is old. Calls the store.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "server/observe/log.hpp"
#include "server/observe/metrics.hpp"
#include "server/observe/profile_reads.hpp"
#include "store/store.hpp"

namespace partner_center {

/// How long records of the audit and of the access audit are kept. The API promises 90 days of the
/// former (wire contract, section 8.3).
struct audit_retention {
    std::chrono::days changes{90};
    std::chrono::days reads{90};
};

/// Reads that are gathered while the store does not take them, beyond what is in the rings.
inline constexpr std::size_t gathered_reads_max = 262'144;
/// As many are written before their time, so that no write is huge. Not sooner than needed: each
/// commit makes the reactors forget the texts that they keep.
inline constexpr std::size_t reads_written_early = gathered_reads_max / 4;

/// Used by one thread, but for the counts.
class housekeeper {
public:
    using time_point = std::chrono::system_clock::time_point;

    /// What it is given outlives it.
    housekeeper(store& store, access_audit& reads, audit_retention kept, log& lines)
        : store_{store}, reads_{reads}, kept_{kept}, lines_{lines} {}

    /// Takes what waits in the rings. True when there is enough to be written before its time.
    bool gather();
    /// Writes what was gathered. What the store does not take is kept for the next time, and the
    /// log says why.
    void write(time_point now);
    /// One step: a bounded number of answers older than a day, and of records older than they are
    /// kept. True when there may be more. Failures go to the log.
    bool forget_old(time_point now);

    /// Thread-safe, since the start.
    [[nodiscard]] std::uint64_t written() const { return written_.value(); }
    [[nodiscard]] std::uint64_t dropped() const { return reads_.dropped() + dropped_.value(); }

private:
    void report_dropped();

    store& store_;
    access_audit& reads_;
    const audit_retention kept_;
    log& lines_;
    std::map<profile_reader, std::vector<profile_read_row>> gathered_{};
    std::size_t gathered_count_{};
    counter written_{};
    counter dropped_{};
    std::uint64_t dropped_reported_{};
};

/// A thread that keeps house: reads are written once a second, or earlier when there are many;
/// what is old is looked for once a minute, and while there is some, ten times a second.
class housekeeping {
public:
    explicit housekeeping(housekeeper& keeper);
    /// Writes what is left, then ends.
    ~housekeeping();
    housekeeping(const housekeeping&) = delete;
    housekeeping& operator=(const housekeeping&) = delete;

private:
    void run(const std::stop_token& stop);

    housekeeper& keeper_;
    std::mutex mutex_{};
    std::condition_variable_any wake_{};
    std::jthread thread_;
};

}  // namespace partner_center
