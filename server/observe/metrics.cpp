// Counting an exchange, and reading what was counted. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/observe/metrics.hpp"

#include <algorithm>
#include <iterator>

namespace partner_center {
namespace {

/// The place of a status, or the place behind the last for one that is not told apart.
[[nodiscard]] std::size_t place_of(unsigned status) {
    const auto at = std::ranges::lower_bound(counted_statuses, status);
    const bool told_apart = at != counted_statuses.end() && *at == status;
    return told_apart ? static_cast<std::size_t>(at - counted_statuses.begin())
                      : counted_statuses.size();
}

[[nodiscard]] std::size_t bucket_of(std::chrono::nanoseconds took) {
    const auto at = std::ranges::lower_bound(duration_bounds, took);
    return static_cast<std::size_t>(at - duration_bounds.begin());
}

}  // namespace

void exchange_counts::count(std::size_t kind, unsigned status, std::chrono::nanoseconds took) {
    row& counts = rows_[kind];
    counts.answered[place_of(status)].add(1);
    counts.lasted[bucket_of(took)].add(1);
    counts.nanoseconds.add(static_cast<std::uint64_t>(took.count()));
}

void exchange_counts::add_to(exchange_totals& sum, std::size_t kind) const {
    const auto add = [](auto& into, const auto& counters) {
        std::ranges::transform(
            into,
            counters,
            into.begin(),
            [](std::uint64_t total, const counter& more) { return total + more.value(); }
        );
    };
    const row& counts = rows_[kind];
    add(sum.answered, counts.answered);
    add(sum.lasted, counts.lasted);
    sum.time += std::chrono::nanoseconds{static_cast<std::int64_t>(counts.nanoseconds.value())};
}

}  // namespace partner_center
