// The type of everything that may have to wait for the store. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

namespace partner_center {

/// A coroutine that runs on its caller's reactor.
template <class T>
using awaitable = boost::asio::awaitable<T>;

}  // namespace partner_center
