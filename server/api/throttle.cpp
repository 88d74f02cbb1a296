// Counting requests in windows of a minute. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/api/throttle.hpp"

#include <algorithm>

namespace partner_center {
namespace {

using namespace std::chrono_literals;

/// Looking for idle windows takes a while, with the lock held.
constexpr std::chrono::seconds between_sweeps = 1s;

}  // namespace

std::optional<std::chrono::seconds> request_window::count(time now, std::size_t limit) {
    newest_ = now;
    if (times_.size() < limit) {
        times_.push_back(now);
        return {};
    }
    const bool is_full = now - times_[oldest_] < length;
    times_[oldest_] = now;
    oldest_ = (oldest_ + 1) % limit;
    if (!is_full) return {};
    const auto left = std::chrono::ceil<std::chrono::seconds>(times_[oldest_] + length - now);
    return std::clamp(left, std::chrono::seconds{1s}, length);
}

std::optional<std::chrono::seconds> throttle::count(
    const request_limits& limits,
    const guid& partner_id,
    const std::optional<guid>& customer_id,
    time now
) {
    const std::lock_guard lock{mutex_};
    std::optional<std::chrono::seconds> wait;
    if (limits.per_partner != 0) wait = partners_[partner_id].count(now, limits.per_partner);
    if (limits.per_customer != 0 && customer_id) {
        request_window* const window = window_of({partner_id, *customer_id}, now);
        if (window != nullptr) wait = std::max(wait, window->count(now, limits.per_customer));
    }
    return wait;
}

std::size_t throttle::customers() const {
    const std::lock_guard lock{mutex_};
    return customers_.size();
}

request_window* throttle::window_of(const customer_key& key, time now) {
    const auto found = customers_.find(key);
    if (found != customers_.end()) return &found->second;
    if (customers_.size() >= customers_max) {
        if (now - swept_ < between_sweeps) return nullptr;
        swept_ = now;
        std::erase_if(customers_, [now](const auto& each) { return each.second.is_idle(now); });
        if (customers_.size() >= customers_max) return nullptr;
    }
    return &customers_[key];
}

}  // namespace partner_center
