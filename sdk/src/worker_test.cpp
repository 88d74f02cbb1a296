// Tests of starting threads.
// SPDX-License-Identifier: MIT
#include "sdk/src/worker.hpp"

#include <csignal>
#include <system_error>

#include <gtest/gtest.h>

#include "sdk/src/test_server.hpp"

namespace partner_center::detail {
namespace {

[[nodiscard]] bool is_blocked(int signal) {
    sigset_t mask{};
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return sigismember(&mask, signal) == 1;
}

TEST(Worker, TakesNoSignalsAndLeavesThemToWhoStartsIt) {
    bool is_blocked_there{};
    std::thread worker = start_worker([&] { is_blocked_there = is_blocked(SIGTERM); });
    let_end(worker);
    EXPECT_TRUE(is_blocked_there);
    EXPECT_FALSE(is_blocked(SIGTERM));
}

TEST(Worker, LeavesSignalsToWhoCannotStartIt) {
    tests::on_a_thread_that_starts_none([] {
        EXPECT_THROW(static_cast<void>(start_worker([] {})), std::system_error);
        EXPECT_FALSE(is_blocked(SIGTERM));
    });
}

}  // namespace
}  // namespace partner_center::detail
