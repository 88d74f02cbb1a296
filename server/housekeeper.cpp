// The steps of keeping house and their pace. Ends up calling store/profile_reads.cpp and
// store/changes.cpp.
// SPDX-License-Identifier: MIT
#include "server/housekeeper.hpp"

#include <string>
#include <utility>
#include <vector>

#include "server/api/audit_text.hpp"
#include "server/api/ledger.hpp"
#include "store/block_on.hpp"

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

/// So that a ring has room for the reads of several such times, however fast they come.
constexpr auto gather_interval = 25ms;
constexpr auto write_interval = 1s;
constexpr auto forget_interval = 1min;
constexpr auto forget_again_interval = 100ms;

[[nodiscard]] std::int64_t milliseconds_of(std::chrono::system_clock::time_point time) {
    return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

bool housekeeper::gather() {
    reads_.take_all([this](const profile_read& each) {
        if (gathered_count_ == gathered_reads_max) return dropped_.add(1);
        ++gathered_count_;
        const profile_reader by{each.partner_id, each.application_id, each.user_id};
        const std::string_view correlation_id{
            each.correlation_id.data(), each.correlation_id.size()};
        std::vector<profile_read_row>& rows = gathered_[by];
        if (rows.empty() || rows.back().is_full()) rows.emplace_back(by);
        rows.back().add(each.customer_id, correlation_id, milliseconds_of(each.at));
    });
    return gathered_count_ >= reads_written_early;
}

void housekeeper::write(time_point now) {
    report_dropped();
    if (gathered_.empty()) return;
    std::vector<profile_read_row> batch;
    for (const auto& [by, rows] : gathered_) batch.insert(batch.end(), rows.begin(), rows.end());
    try {
        block_on(store_.reads().add(std::move(batch), milliseconds_of(now)));
    } catch (const store_error& error) {
        return lines_.event(
            log_level::error, "profile_reads_not_written", {{"detail", error.what()}}
        );
    }
    written_.add(gathered_count_);
    gathered_.clear();
    gathered_count_ = 0;
}

bool housekeeper::forget_old(time_point now) {
    const auto answers = std::chrono::floor<std::chrono::seconds>(now - answers_kept);
    try {
        const bool more = block_on(
            store_.forget_old(answers.time_since_epoch().count(), ticks_of(now - kept_.changes))
        );
        return block_on(store_.reads().forget(milliseconds_of(now - kept_.reads))) || more;
    } catch (const store_error& error) {
        lines_.event(log_level::error, "housekeeping_failed", {{"detail", error.what()}});
        return false;
    }
}

void housekeeper::report_dropped() {
    const std::uint64_t sum = dropped();
    if (sum == dropped_reported_) return;
    const std::string count = std::to_string(sum - dropped_reported_);
    lines_.event(log_level::warning, "profile_reads_dropped", {{"count", count}});
    dropped_reported_ = sum;
}

housekeeping::housekeeping(housekeeper& keeper)
    : keeper_{keeper}, thread_{[this](const std::stop_token& stop) { run(stop); }} {}

housekeeping::~housekeeping() = default;

void housekeeping::run(const std::stop_token& stop) {
    auto write_at = steady::now() + write_interval;
    auto forget_at = steady::now() + forget_interval;
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock{mutex_};
            wake_.wait_for(lock, stop, gather_interval, [] { return false; });
        }
        const auto now = steady::now();
        const bool is_much = keeper_.gather();
        if (is_much || now >= write_at) {
            keeper_.write(std::chrono::system_clock::now());
            write_at = now + write_interval;
        }
        if (now >= forget_at) {
            const bool more = keeper_.forget_old(std::chrono::system_clock::now());
            forget_at = now + (more ? steady::duration{forget_again_interval} : forget_interval);
        }
    }
    static_cast<void>(keeper_.gather());
    keeper_.write(std::chrono::system_clock::now());
}

}  // namespace partner_center
