// The lane's queue and its turns. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "store/reactor_lane.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace partner_center {

awaitable<bool> reactor_lane::take_turn() {
    if (waiting_.size() >= waiting_max) co_return false;
    auto initiation = [this](resumption caller) { enter(std::move(caller)); };
    co_await boost::asio::async_initiate<decltype(boost::asio::use_awaitable), void()>(
        std::move(initiation), boost::asio::use_awaitable
    );
    co_return true;
}

void reactor_lane::enter(resumption caller) {
    const auto reactor = caller.get_executor();
    waiting_.push_back(std::move(caller));
    if (!next_is_called_) call_next(reactor);
}

void reactor_lane::call_next(const resumption::executor_type& reactor) {
    boost::asio::post(reactor, [this, reactor] { pass_next(reactor); });
    next_is_called_ = true;  // not when there was no memory for it: then the next caller tries
}

/// REQUIRES: somebody waits.
void reactor_lane::pass_next(const resumption::executor_type& reactor) {
    next_is_called_ = false;
    auto caller = std::move(waiting_.front());
    waiting_.pop_front();
    if (!waiting_.empty()) call_next(reactor);
    std::move(caller)();
}

}  // namespace partner_center
