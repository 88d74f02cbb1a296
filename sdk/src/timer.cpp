// The timer: waits are calls in a waiting room that nobody completes before their time. Calls
// waiting_room.cpp.
// SPDX-License-Identifier: MIT
#include <memory>
#include <utility>

#include "sdk/src/bounds.hpp"
#include "sdk/src/waiting_room.hpp"
#include <partner_center/timer.hpp>

namespace partner_center {

timer_function make_timer() {
    const auto room = std::make_shared<detail::waiting_room>();
    return [room](
               std::chrono::milliseconds wait,
               std::stop_token stop,
               std::function<void(bool is_due)> then
           ) {
        const call_bounds until{
            .stop = std::move(stop),
            .deadline = detail::later(std::chrono::steady_clock::now(), wait),
        };
        const auto waiting = std::make_shared<detail::completion<std::string>>(
            [then = std::move(then)](const outcome<std::string>& ended) {
                then(ended.error().category == error_category::request_timeout);
            }
        );
        room->enter(waiting, until);
    };
}

}  // namespace partner_center
