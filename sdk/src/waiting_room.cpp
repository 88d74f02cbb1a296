// The calls that wait, by deadline, and the thread that watches them.
// SPDX-License-Identifier: MIT
#include "sdk/src/waiting_room.hpp"

#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "sdk/src/bounds.hpp"
#include "sdk/src/worker.hpp"

namespace partner_center::detail {

namespace {

using std::chrono::steady_clock;
using place = std::pair<steady_clock::time_point, const completion<std::string>*>;

struct guest {
    waiting_room::call call{};
    call_bounds bounds{};
    std::optional<std::stop_callback<std::function<void()>>> on_stop{};
};
using guest_pointer = std::shared_ptr<guest>;

[[nodiscard]] place place_of(const waiting_room::call& call, const call_bounds& bounds) {
    return {bounds.deadline, call.get()};
}

}  // namespace

// A guest is never destroyed under the mutex: that waits for a stop that is just being told, which
// takes the mutex. Nor is a call completed under it, or by who requests a stop.
struct waiting_room::state {
    std::mutex mutex{};
    std::condition_variable changed{};
    std::map<place, guest_pointer> guests{};  ///< guarded by mutex
    std::vector<guest_pointer> stopped{};     ///< taken out of guests; guarded by mutex
    bool is_closing{};                        ///< guarded by mutex
    std::thread watcher{};                    ///< guarded by mutex until closing

    [[nodiscard]] guest_pointer take(const place& at);
    static void admit(const std::shared_ptr<state>& room, const guest_pointer& guest);
    void stop(const place& at);
    void watch();
    [[nodiscard]] std::vector<guest_pointer> next_ended();
    void close();
};

waiting_room::waiting_room() : state_{std::make_shared<state>()} {}

waiting_room::~waiting_room() {
    state_->close();
}

void waiting_room::enter(const call& waiting, const call_bounds& bounds) {
    try {
        const auto guest = std::make_shared<detail::guest>();
        guest->call = waiting;
        guest->bounds = bounds;
        state::admit(state_, guest);
    } catch (const std::exception& thrown) {  // neither thread nor memory
        leave(waiting, bounds);
        waiting->complete(error{
            .description = std::string{"the call cannot wait for a token: "} + thrown.what()});
    }
}

void waiting_room::leave(const call& waiting, const call_bounds& bounds) {
    static_cast<void>(state_->take(place_of(waiting, bounds)));
}

void waiting_room::state::admit(const std::shared_ptr<state>& room, const guest_pointer& guest) {
    const call_bounds& bounds = guest->bounds;
    const place at = place_of(guest->call, bounds);
    const bool has_deadline = bounds.deadline != steady_clock::time_point::max();
    {
        const std::lock_guard lock{room->mutex};
        // Whoever completes it leaves afterwards, which takes the mutex: nobody is left behind.
        if (guest->call->is_complete()) return;
        room->guests.emplace(at, guest);
        if (!room->watcher.joinable() && (has_deadline || bounds.stop.stop_possible())) {
            room->watcher = start_worker([room] { room->watch(); });
        }
        room->changed.notify_one();
    }
    // Outside the mutex, because it calls at once when a stop has been requested.
    guest->on_stop.emplace(bounds.stop, [weak = std::weak_ptr{room}, at] {
        if (const auto still = weak.lock()) still->stop(at);
    });
}

guest_pointer waiting_room::state::take(const place& at) {
    const std::lock_guard lock{mutex};
    auto taken = guests.extract(at);
    return taken.empty() ? nullptr : std::move(taken.mapped());
}

void waiting_room::state::stop(const place& at) {
    const std::lock_guard lock{mutex};
    auto taken = guests.extract(at);
    if (taken.empty()) return;
    stopped.push_back(std::move(taken.mapped()));
    changed.notify_one();
}

void waiting_room::state::watch() {
    for (auto ended = next_ended(); !ended.empty(); ended = next_ended()) {
        for (const guest_pointer& each : ended) {
            if (auto end = end_of(each->bounds, waiting_for_token)) {
                each->call->complete(*std::move(end));
            }
        }
    }
}

/// Waits for guests whose bounds are met and takes them out; none when the room is closing.
std::vector<guest_pointer> waiting_room::state::next_ended() {
    std::unique_lock lock{mutex};
    for (;;) {
        if (is_closing) return {};
        std::vector<guest_pointer> ended = std::exchange(stopped, {});
        const auto now = steady_clock::now();
        while (!guests.empty() && guests.begin()->first.first <= now) {
            ended.push_back(std::move(guests.extract(guests.begin()).mapped()));
        }
        if (!ended.empty()) return ended;
        // A copy: the guest may go while it is waited for.
        const auto next =
            guests.empty() ? steady_clock::time_point::max() : guests.begin()->first.first;
        changed.wait_until(lock, next);
    }
}

void waiting_room::state::close() {
    std::map<place, guest_pointer> left;
    std::vector<guest_pointer> left_stopped;
    {
        const std::lock_guard lock{mutex};
        is_closing = true;
        left.swap(guests);
        left_stopped.swap(stopped);
        changed.notify_one();
    }
    let_end(watcher);
    for (const auto& [at, guest] : left) guest->call->complete(closed());
    for (const guest_pointer& guest : left_stopped) guest->call->complete(closed());
}

}  // namespace partner_center::detail
