// How many requests callers made in the last minute, counted by all reactors together, and how long
// one who made too many has to wait. Calls nothing of ours but guid.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include <partner_center/guid.hpp>

namespace partner_center {

/// Requests per minute for `/v1/customers` and all that is below it; 0: as many as one likes.
/// Source: wire contract, section 8.2.
struct request_limits {
    std::uint32_t per_partner{};
    std::uint32_t per_customer{};  ///< of one partner about one customer

    [[nodiscard]] bool are_off() const { return (per_partner | per_customer) == 0; }
};

/// The last requests of one caller, in a ring of as many as its limit.
class request_window {
public:
    using time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds length{60};

    /// Counts a request, which is refused when `limit` others came less than a minute before. Then
    /// gives the whole seconds, 1 to 60, after which one would be served if none came until then:
    /// those that are refused count too. REQUIRES: limit > 0, and always the same.
    [[nodiscard]] std::optional<std::chrono::seconds> count(time now, std::size_t limit);

    /// True when nothing that it has counted matters any more.
    [[nodiscard]] bool is_idle(time now) const { return now - newest_ >= length; }

private:
    std::vector<time> times_{};
    std::size_t oldest_{};  ///< its place, once there are `limit`
    time newest_{};
};

/// The windows of all partners and of their customers. Thread-safe: one short lock, which nobody
/// takes whose limits are off. A partner's window takes 8 bytes for each request that its limit
/// allows; those of customers are as many as customers_max at most, and idle ones make room.
class throttle {
public:
    using time = request_window::time;
    static constexpr std::size_t customers_max = 16'384;

    /// `pause`: what a refusal is to wait before it is sent, so that a client that asks again at
    /// once, as Microsoft's Java library does, cannot do so as fast as we can refuse.
    explicit throttle(std::chrono::milliseconds pause) : pause_{pause} {}

    /// Counts a request, served or not, and gives the seconds to wait when it is refused. A
    /// customer for whom there is no room is not counted.
    [[nodiscard]] std::optional<std::chrono::seconds> count(
        const request_limits& limits,
        const guid& partner_id,
        const std::optional<guid>& customer_id,
        time now
    );

    [[nodiscard]] std::chrono::milliseconds pause() const { return pause_; }
    /// How many customers it counts for at the moment.
    [[nodiscard]] std::size_t customers() const;

private:
    struct customer_key {
        guid partner_id{};
        guid customer_id{};
        bool operator==(const customer_key&) const = default;
    };
    struct key_hash {
        [[nodiscard]] std::size_t operator()(const customer_key& of) const {
            const std::hash<guid> hash;
            return hash(of.partner_id) + 31 * hash(of.customer_id);
        }
    };

    /// Null when there is no room.
    [[nodiscard]] request_window* window_of(const customer_key& key, time now);

    const std::chrono::milliseconds pause_;
    mutable std::mutex mutex_{};
    std::unordered_map<guid, request_window> partners_{};
    std::unordered_map<customer_key, request_window, key_hash> customers_{};
    time swept_{};
};

}  // namespace partner_center
