// Tests that a parked coroutine is resumed though there is no memory for it at first. Calls
// parked_caller.
// SPDX-License-Identifier: MIT
#include "store/parked_caller.hpp"

#include <new>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace partner_center {
namespace {

/// The executor of a reactor, without memory for the next so many tasks.
struct poor_executor {
    boost::asio::io_context* reactor{};
    int* refusals{};

    bool operator==(const poor_executor&) const = default;
    [[nodiscard]] boost::asio::execution_context& query(boost::asio::execution::context_t
    ) const noexcept {
        return *reactor;
    }
    static constexpr boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t
    ) noexcept {
        return boost::asio::execution::blocking.never;
    }
    [[nodiscard]] poor_executor require(boost::asio::execution::blocking_t::never_t
    ) const noexcept {
        return *this;
    }
    template <class Task>
    void execute(Task task) const {
        if (*refusals > 0 && (*refusals)-- > 0) throw std::bad_alloc{};
        reactor->get_executor().execute(std::move(task));
    }
};

TEST(ParkedCaller, IsResumedThoughMemoryComesLate) {
    boost::asio::io_context reactor{1};
    int refusals = 0;
    parked_caller caller;
    bool handed_over = false;
    const auto wait = [](parked_caller& parked, bool& flag) -> awaitable<bool> {
        auto hand_over = [&flag] { flag = true; };
        co_await parked.park(std::move(hand_over));
        co_return true;
    };
    const boost::asio::any_io_executor executor{poor_executor{&reactor, &refusals}};
    auto outcome =
        boost::asio::co_spawn(executor, wait(caller, handed_over), boost::asio::use_future);
    reactor.run();
    reactor.restart();
    ASSERT_TRUE(handed_over);

    refusals = 2;
    caller.resume();
    EXPECT_EQ(refusals, 0);
    reactor.run();

    EXPECT_TRUE(outcome.get());
}

}  // namespace
}  // namespace partner_center
