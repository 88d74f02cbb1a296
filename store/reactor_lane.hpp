// The queue of those who have much to do: it keeps them from holding up who has little. Calls
// nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>

#include <boost/asio/use_awaitable.hpp>

#include "store/awaitable.hpp"

namespace partner_center {

/// Lets one caller pass, first come, first served; the next when all that was ready to run on the
/// reactor by then has run. So a reactor with nothing else to do goes on at full speed, and a busy
/// one gives each of its loop's turns no more than one who passes, however many ask for it. Tokens
/// that have to be verified have a lane of each reactor, bodies that are made in pieces another,
/// requests that change something a third.
/// Used on its reactor's thread only.
class reactor_lane {
public:
    static constexpr std::size_t waiting_max = 4096;

    /// Suspends until it is the caller's turn, which lasts until the caller suspends again or ends.
    /// False, at once, when waiting_max wait already.
    [[nodiscard]] awaitable<bool> take_turn();

private:
    using resumption =
        boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type;

    void enter(resumption caller);
    /// Has pass_next() called after all that is ready by now: once for each that waits, and never
    /// for two at a time.
    void call_next(const resumption::executor_type& reactor);
    void pass_next(const resumption::executor_type& reactor);

    // When the reactor ends, this ends with the application: who still waits is then handed back to
    // the reactor's context, which ends it. See http/application.hpp.
    std::deque<resumption> waiting_{};
    bool next_is_called_{};
};

}  // namespace partner_center
