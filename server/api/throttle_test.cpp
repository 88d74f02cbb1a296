// Tests of the windows of a minute, with times of the tests' own choosing.
// SPDX-License-Identifier: MIT
#include "server/api/throttle.hpp"

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

constexpr guid ours{{1}};
constexpr guid theirs{{2}};
const throttle::time start{1h};

[[nodiscard]] guid customer(std::size_t number) {
    guid id{{3}};
    for (std::size_t at = 0; at < sizeof number; ++at) {
        id.bytes.at(8 + at) = static_cast<std::uint8_t>(number >> (8 * at));
    }
    return id;
}

TEST(Throttle, RefusesTheRequestAfterTheLimitUntilTheFirstIsAMinuteOld) {
    throttle gate{0ms};
    const request_limits limits{.per_partner = 3};
    const auto ask = [&](auto after) { return gate.count(limits, ours, {}, start + after); };

    EXPECT_FALSE(ask(0s));
    EXPECT_FALSE(ask(10s));
    EXPECT_FALSE(ask(20s));
    EXPECT_FALSE(ask(60s)) << "the first has left";
    EXPECT_TRUE(ask(69'999ms));
    EXPECT_FALSE(gate.count(limits, theirs, {}, start + 70s)) << "another partner";
}

TEST(Throttle, CountsWhatItRefuses) {
    throttle gate{0ms};
    const request_limits limits{.per_partner = 2};
    const auto ask = [&](auto after) { return gate.count(limits, ours, {}, start + after); };

    EXPECT_FALSE(ask(0s));
    EXPECT_FALSE(ask(0s));
    EXPECT_TRUE(ask(30s));
    EXPECT_TRUE(ask(59s));
    EXPECT_TRUE(ask(61s)) << "two were refused since, at 30 and 59 seconds";
    EXPECT_FALSE(ask(121s)) << "who waits is served";
}

TEST(Throttle, SaysInWholeSecondsWhenOneWouldBeServed) {
    throttle gate{0ms};
    const request_limits limits{.per_partner = 2};
    const auto ask = [&](auto after) { return gate.count(limits, ours, {}, start + after); };
    static_cast<void>(ask(0s));
    static_cast<void>(ask(1s));

    EXPECT_EQ(ask(2s), seconds{59});
    EXPECT_EQ(ask(2'400ms), seconds{60}) << "59.6 s, never too short";
    EXPECT_FALSE(ask(62'400ms)) << "as told";

    throttle one{0ms};
    static_cast<void>(one.count({.per_partner = 1}, ours, {}, start));
    EXPECT_EQ(one.count({.per_partner = 1}, ours, {}, start + 59'999ms), seconds{60});
}

TEST(Throttle, NeverSaysLessThanASecond) {
    throttle gate{0ms};
    const request_limits limits{.per_partner = 2};
    static_cast<void>(gate.count(limits, ours, {}, start + 1ms));
    static_cast<void>(gate.count(limits, ours, {}, start + 2ms));

    EXPECT_EQ(gate.count(limits, ours, {}, start + 60s), seconds{1}) << "2 ms";
}

TEST(Throttle, CountsEachCustomerOfEachPartnerByItself) {
    throttle gate{0ms};
    const request_limits limits{.per_customer = 1};
    const auto ask = [&](const guid& partner, std::optional<guid> about) {
        return gate.count(limits, partner, about, start).has_value();
    };

    EXPECT_FALSE(ask(ours, customer(1)));
    EXPECT_TRUE(ask(ours, customer(1)));
    EXPECT_FALSE(ask(ours, customer(2)));
    EXPECT_FALSE(ask(theirs, customer(1)));
    EXPECT_FALSE(ask(ours, {})) << "a list is about nobody";
    EXPECT_FALSE(ask(ours, {}));
}

TEST(Throttle, TellsTheLongerWaitOfTwo) {
    throttle gate{0ms};
    const request_limits limits{.per_partner = 2, .per_customer = 1};
    static_cast<void>(gate.count(limits, ours, customer(1), start));
    static_cast<void>(gate.count(limits, ours, customer(2), start + 10s));

    EXPECT_EQ(gate.count(limits, ours, customer(1), start + 20s), seconds{60});
    EXPECT_EQ(gate.count(limits, ours, customer(3), start + 21s), seconds{59});
}

TEST(Throttle, HasRoomForSoManyCustomersAndMakesItWhenTheyAreIdle) {
    throttle gate{0ms};
    const request_limits limits{.per_customer = 1};
    const auto ask = [&](std::size_t number, auto after) {
        return gate.count(limits, ours, customer(number), start + after).has_value();
    };
    for (std::size_t number = 0; number < throttle::customers_max; ++number) {
        ASSERT_FALSE(ask(number, 0s));
    }

    EXPECT_FALSE(ask(throttle::customers_max, 2s));
    EXPECT_FALSE(ask(throttle::customers_max, 2s)) << "no room: not counted";
    EXPECT_TRUE(ask(0, 59s)) << "who is counted stays so";
    EXPECT_EQ(gate.customers(), throttle::customers_max);

    EXPECT_FALSE(ask(throttle::customers_max, 60s));
    EXPECT_EQ(gate.customers(), 2U) << "the new one, and the one that asked at 59 s";
    EXPECT_TRUE(ask(throttle::customers_max, 61s));
}

TEST(Throttle, ServesExactlyTheLimitToManyThreads) {
    constexpr int each_asks = 20'000;
    throttle gate{0ms};
    const request_limits limits{.per_partner = 10'000};
    std::atomic<int> served{};
    std::latch all_are_there{4};
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&] {
            all_are_there.arrive_and_wait();
            for (int count = 0; count < each_asks; ++count) {
                if (!gate.count(limits, ours, {}, start)) ++served;
            }
        });
    }
    for (std::thread& each : threads) each.join();

    EXPECT_EQ(served, 10'000);
}

}  // namespace
}  // namespace partner_center
