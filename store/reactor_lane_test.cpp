// Tests who passes when, with a real io_context. Calls reactor_lane.cpp.
// SPDX-License-Identifier: MIT
#include "store/reactor_lane.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partner_center {
namespace {

/// An end in two steps, as a reactor's.
struct context : boost::asio::io_context {
    using boost::asio::execution_context::shutdown;
    using boost::asio::io_context::io_context;
};

using then = std::function<void(bool had_turn)>;

awaitable<void> pass(reactor_lane& lane, then act) {
    const bool had_turn = co_await lane.take_turn();
    act(had_turn);
}

void send(boost::asio::io_context& reactor, reactor_lane& lane, then act) {
    boost::asio::co_spawn(reactor, pass(lane, std::move(act)), boost::asio::detached);
}

/// Runs once in each turn of the reactor's loop, for so many turns.
struct known_caller {
    boost::asio::io_context& reactor;
    int turns_left{};
    std::function<void()> act{};

    void run() {
        act();
        if (--turns_left > 0) boost::asio::post(reactor, [this] { run(); });
    }
};

TEST(ReactorLane, LetsCallersPassInTheOrderTheyCame) {
    context reactor{1};
    reactor_lane lane;
    std::vector<int> passed;
    for (int number = 0; number < 5; ++number) {
        send(reactor, lane, [&passed, number](bool) { passed.push_back(number); });
    }
    reactor.run();

    EXPECT_THAT(passed, ::testing::ElementsAre(0, 1, 2, 3, 4));
}

TEST(ReactorLane, LetsOneCallerPassWhileAllThatIsReadyRunsOnce) {
    constexpr int known = 7;
    constexpr int unseen = 100;
    context reactor{1};
    reactor_lane lane;
    int served = 0;
    std::vector<int> served_before;
    for (int number = 0; number < unseen; ++number) {
        send(reactor, lane, [&](bool) { served_before.push_back(served); });
    }
    std::vector<known_caller> callers(known, {reactor, 2 * unseen, [&] { ++served; }});
    for (known_caller& each : callers) boost::asio::post(reactor, [&each] { each.run(); });
    reactor.run();

    ASSERT_EQ(served_before.size(), unseen);
    for (std::size_t at = 1; at < unseen; ++at) {
        EXPECT_EQ(served_before[at] - served_before[at - 1], known) << at;
    }
}

awaitable<void> pass_again_and_again(reactor_lane& lane, int times, int& passed) {
    for (int pass = 0; pass < times; ++pass) {
        static_cast<void>(co_await lane.take_turn());
        ++passed;
    }
}

TEST(ReactorLane, LetsWhoComesBackAtOncePassOnceATurnToo) {
    // As clients do that send the next bad token when the last was refused.
    context reactor{1};
    reactor_lane lane;
    int passed = 0;
    std::vector<int> passed_before;
    known_caller caller{reactor, 50, [&] { passed_before.push_back(passed); }};
    boost::asio::post(reactor, [&] { caller.run(); });
    boost::asio::co_spawn(reactor, pass_again_and_again(lane, 100, passed), boost::asio::detached);
    reactor.run();

    EXPECT_EQ(passed, 100);
    for (std::size_t at = 1; at < passed_before.size(); ++at) {
        EXPECT_LE(passed_before[at] - passed_before[at - 1], 1) << at;
    }
}

TEST(ReactorLane, NeverWaitsWhenNothingElseIsToBeDone) {
    context reactor{1};
    reactor_lane lane;
    int passed = 0;
    for (int number = 0; number < 1000; ++number) send(reactor, lane, [&](bool) { ++passed; });
    reactor.poll();

    EXPECT_EQ(passed, 1000);
    EXPECT_TRUE(reactor.stopped()) << "it leaves nothing behind";
}

TEST(ReactorLane, TurnsAwayWhoComesWhenItIsFullAndTakesThemLater) {
    context reactor{1};
    reactor_lane lane;
    std::size_t passed = 0;
    std::size_t turned_away = 0;
    const auto count = [&](bool had_turn) { ++(had_turn ? passed : turned_away); };
    for (std::size_t number = 0; number < reactor_lane::waiting_max + 3; ++number) {
        send(reactor, lane, count);
    }
    reactor.run();
    EXPECT_EQ(passed, reactor_lane::waiting_max);
    EXPECT_EQ(turned_away, 3U);

    send(reactor, lane, count);
    reactor.restart();
    reactor.run();
    EXPECT_EQ(passed, reactor_lane::waiting_max + 1);
}

TEST(ReactorLane, EndsWithCallersThatStillWait) {
    auto reactor = std::make_optional<context>(1);
    auto lane = std::make_optional<reactor_lane>();
    const auto witness = std::make_shared<int>();
    int passed = 0;
    for (int number = 0; number < 10; ++number) {
        send(*reactor, *lane, [&passed, witness](bool) { ++passed; });
    }
    while (passed < 3) reactor->run_one();
    EXPECT_GT(witness.use_count(), 1);

    reactor->shutdown();
    lane.reset();
    reactor->shutdown();

    EXPECT_EQ(witness.use_count(), 1) << "a caller was forgotten";
    EXPECT_EQ(passed, 3);
}

}  // namespace
}  // namespace partner_center
