// How to wait without a thread for each that waits.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

#include <partner_center/export.hpp>

namespace partner_center {

/// Calls `then` once, on any thread: with true when the time is over, with false when that is no
/// longer waited for (a stop was requested, the timer is gone, the system gives no thread). Safe to
/// use from several threads. Tests give their own.
using timer_function = std::function<void(
    std::chrono::milliseconds wait, std::stop_token stop, std::function<void(bool is_due)> then
)>;

/// A timer with one thread, which is started when first needed. It ends with the last copy of what
/// is returned, which calls everything that still waits.
PARTNER_CENTER_EXPORT [[nodiscard]] timer_function make_timer();

}  // namespace partner_center
