// What ends a call early, as errors; and waiting for a handler's outcome within bounds.
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include <partner_center/completion.hpp>
#include <partner_center/error.hpp>
#include <partner_center/transport.hpp>

namespace partner_center::detail {

inline constexpr std::string_view waiting_for_token = "waiting for a token";

/// The error of a call whose bounds have been met; nothing while they have not. `doing` says in its
/// description what the call was about ("connecting").
[[nodiscard]] std::optional<error> end_of(const call_bounds& bounds, std::string_view doing);

/// The error of a call that was under way when what carried it was destroyed.
[[nodiscard]] error closed();

/// The time so much later, or the end of time when that is nearer.
[[nodiscard]] std::chrono::steady_clock::time_point later(
    std::chrono::steady_clock::time_point from, std::chrono::milliseconds by
);

/// Waits on this thread for the outcome that `start` hands to the handler it is given.
template <class T, class Start>
[[nodiscard]] outcome<T> wait_for(
    const Start& start, const call_bounds& bounds, std::string_view doing
) {
    struct landing {
        std::mutex mutex{};
        std::condition_variable_any changed{};
        std::optional<outcome<T>> value{};  ///< guarded by mutex
    };
    const auto here = std::make_shared<landing>();
    auto call = std::make_shared<completion<T>>([here](outcome<T> value) {
        const std::lock_guard lock{here->mutex};
        here->value = std::move(value);
        here->changed.notify_one();
    });
    start([call = std::move(call)](outcome<T> value) { call->complete(std::move(value)); });
    std::unique_lock lock{here->mutex};
    const auto has_landed = [&] { return here->value.has_value(); };
    while (!here->changed.wait_until(lock, bounds.stop, bounds.deadline, has_landed)) {
        if (auto end = end_of(bounds, doing)) return *std::move(end);
    }
    return *std::move(here->value);
}

}  // namespace partner_center::detail
