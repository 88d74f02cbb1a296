// A coroutine that another thread will resume: how a reactor hands work over without waiting for
// it. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "store/awaitable.hpp"

namespace partner_center {

/// Lives in the frame of the coroutine that waits. The executor must live until resume() returned.
class parked_caller {
public:
    /// Suspends the calling coroutine, then calls `hand_over`, which lets the other thread know.
    template <class HandOver>
    [[nodiscard]] awaitable<void> park(HandOver hand_over) {
        auto initiation = [this, &hand_over](resumption caller) {
            // Keeps the caller's io_context from running out of work meanwhile.
            work_.emplace(boost::asio::get_associated_executor(caller));
            caller_.emplace(std::move(caller));
            hand_over();
        };
        co_await boost::asio::async_initiate<decltype(boost::asio::use_awaitable), void()>(
            std::move(initiation), boost::asio::use_awaitable
        );
    }

    /// Called once, by the other thread: passes the coroutine back to its own executor.
    void resume() {
        // Moved out first: once posted, the coroutine may run and end, and this with it.
        const auto work = std::move(*work_);
        auto caller = std::move(*caller_);
        boost::asio::post(std::move(caller));
    }

private:
    using resumption =
        boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type;

    std::optional<resumption> caller_{};
    std::optional<boost::asio::executor_work_guard<boost::asio::any_io_executor>> work_{};
};

}  // namespace partner_center
