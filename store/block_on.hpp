// Waits for a coroutine where there is no reactor: at start, in commands, in tests. Calls nothing
// of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "store/awaitable.hpp"

namespace partner_center {

/// Runs the coroutine on this thread until it ends; its value, or its exception.
template <class T>
T block_on(awaitable<T> task) {
    boost::asio::io_context reactor{1};
    auto outcome = boost::asio::co_spawn(reactor, std::move(task), boost::asio::use_future);
    reactor.run();
    return outcome.get();
}

}  // namespace partner_center
