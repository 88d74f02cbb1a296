// What exchanges add up to: which status, which bucket, of all reactors together.
// SPDX-License-Identifier: MIT
#include "server/observe/metrics.hpp"

#include <algorithm>
#include <numeric>
#include <thread>

#include <gtest/gtest.h>

#include <partner_center/fault.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;

[[nodiscard]] exchange_totals totals_of(const exchange_counts& counts, std::size_t kind) {
    exchange_totals sum;
    counts.add_to(sum, kind);
    return sum;
}

[[nodiscard]] std::uint64_t all(const auto& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{});
}

[[nodiscard]] std::uint64_t with_status(const exchange_totals& totals, unsigned status) {
    const auto at = std::ranges::find(counted_statuses, status);
    return totals.answered.at(static_cast<std::size_t>(at - counted_statuses.begin()));
}

TEST(ExchangeCounts, TellKindsAndStatusesApart) {
    exchange_counts counts{2};
    counts.count(0, 200, 1ms);
    counts.count(1, 200, 1ms);
    counts.count(1, 404, 1ms);
    counts.count(1, 404, 1ms);
    counts.count(1, 299, 1ms);

    const exchange_totals second = totals_of(counts, 1);
    EXPECT_EQ(with_status(second, 200), 1U);
    EXPECT_EQ(with_status(second, 404), 2U);
    EXPECT_EQ(with_status(second, 299), 1U);
    EXPECT_EQ(second.answered.back(), 1U);
    EXPECT_EQ(all(second.answered), 4U);
    EXPECT_EQ(all(totals_of(counts, 0).answered), 1U);
}

TEST(ExchangeCounts, PutABoundIntoItsOwnBucket) {
    exchange_counts counts{1};
    counts.count(0, 200, 0ns);
    counts.count(0, 200, 50us);
    counts.count(0, 200, 50us + 1ns);
    counts.count(0, 200, 10s);
    counts.count(0, 200, 10s + 1ns);

    const exchange_totals totals = totals_of(counts, 0);
    EXPECT_EQ(totals.lasted.front(), 2U);
    EXPECT_EQ(totals.lasted.at(1), 1U);
    EXPECT_EQ(totals.lasted.at(duration_bounds.size() - 1), 1U);
    EXPECT_EQ(totals.lasted.back(), 1U);
    EXPECT_EQ(totals.time, 20s + 100us + 2ns);
}

TEST(ExchangeCounts, AddUpOverReactorsWhileTheyCount) {
    constexpr std::uint64_t each = 100'000;
    std::array<exchange_counts, 2> reactors{exchange_counts{1}, exchange_counts{1}};
    const auto sum = [&] {
        exchange_totals out;
        for (const exchange_counts& reactor : reactors) reactor.add_to(out, 0);
        return out;
    };
    {
        std::atomic<int> busy{2};
        std::vector<std::jthread> threads;
        for (exchange_counts& reactor : reactors) {
            threads.emplace_back([&reactor, &busy] {
                for (std::uint64_t i = 0; i < each; ++i) reactor.count(0, 200, 1us);
                --busy;
            });
        }
        std::uint64_t before = 0;
        while (busy > 0) {
            const std::uint64_t now = with_status(sum(), 200);
            ASSERT_GE(now, before);
            before = now;
        }
    }
    EXPECT_EQ(all(sum().answered), 2 * each);
    EXPECT_EQ(all(sum().lasted), 2 * each);
    EXPECT_EQ(sum().time, 200ms);
}

TEST(ExchangeCounts, KnowTheStatusOfEveryFault) {
    EXPECT_TRUE(std::ranges::is_sorted(counted_statuses));
    EXPECT_TRUE(std::ranges::is_sorted(duration_bounds));
    for (const fault_row& row : fault_table()) {
        EXPECT_TRUE(std::ranges::binary_search(counted_statuses, row.status)) << row.name;
    }
}

}  // namespace
}  // namespace partner_center
