// Where the keys of one outside issuer come from: a thread that fetches them, again and again.
// Calls fetch.cpp and key_set.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>
#include <thread>

#include "server/identity/issuers/fetch.hpp"
#include "server/identity/issuers/key_set.hpp"
#include "server/identity/issuers/trusted_issuer.hpp"

namespace partner_center {

/// When keys are fetched, and for how long they are good.
struct refresh_pace {
    using duration = std::chrono::milliseconds;
    duration usual{std::chrono::hours{1}};    ///< when the answer has no max-age
    duration least{std::chrono::minutes{5}};  ///< bounds of max-age
    duration most{std::chrono::hours{24}};
    duration retry_first{std::chrono::seconds{5}};  ///< after a failure; doubled after each more
    duration retry_most{std::chrono::minutes{5}};
    duration asked_apart{std::chrono::minutes{1}};  ///< between refreshes for unknown keys
    duration stale_most{std::chrono::hours{24}};    ///< how long after they should be fetched anew
};

/// An attempt to fetch keys.
struct refresh_report {
    const trusted_issuer& of;
    std::string_view problem{};  ///< a constant, for people; empty: the keys are there
    std::size_t keys{};
};

/// What a set of keys was when it was asked for.
struct current_keys {
    std::optional<key_set> keys{};  ///< a copy; none before the first came
    std::chrono::steady_clock::time_point good_until{};
    std::chrono::steady_clock::time_point asked_at{};  ///< what was published later, it may lack
    std::uint64_t version{};
};

/// Fetches from start() on. The last good set is kept while fetching fails, until it is too old.
/// Thread-safe, but for start().
class key_source {
public:
    using report_function = std::function<void(const refresh_report&)>;

    /// `report` is called on the source's thread after each attempt.
    key_source(trusted_issuer of, refresh_pace pace, fetch_limits limits, report_function report);
    /// Gives up what is being fetched.
    ~key_source() = default;
    key_source(const key_source&) = delete;
    key_source& operator=(const key_source&) = delete;

    /// Once.
    void start();

    [[nodiscard]] const trusted_issuer& of() const { return of_; }

    /// Of the set that current() gives: grows with each that comes. Needs no lock.
    [[nodiscard]] std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
    [[nodiscard]] current_keys current() const;

    /// A key is missing: fetches now, unless that was done for this reason a short while ago. True
    /// when keys are being fetched, for whatever reason: watchers hear when that is done.
    [[nodiscard]] bool ask();

    /// How long until keys may be fetched: a whole second at least.
    [[nodiscard]] std::chrono::seconds until_next_fetch() const;

    /// Has `heard` called on the source's thread after each attempt, until unwatch() returns.
    void watch(const void* who, std::function<void()> heard);
    void unwatch(const void* who);

private:
    using clock = std::chrono::steady_clock;

    struct attempt {
        clock::time_point begun{};
        std::string_view problem{};
        std::optional<key_set> keys{};
        std::optional<std::chrono::seconds> max_age{};
    };

    void run(const std::stop_token& stop);
    [[nodiscard]] attempt try_once(const std::stop_token& stop) const;
    void finish(attempt outcome);

    const trusted_issuer of_;
    const refresh_pace pace_;
    const fetch_limits limits_;
    const report_function report_;
    std::atomic<std::uint64_t> version_{};
    mutable std::mutex mutex_{};
    std::condition_variable_any changed_{};
    // Guarded by mutex_.
    std::optional<key_set> keys_{};
    clock::time_point good_until_{};
    clock::time_point asked_at_{};
    clock::time_point due_{clock::now()};
    refresh_pace::duration retry_{};
    std::optional<clock::time_point> asked_{};
    bool is_fetching_{true};  ///< or about to
    std::map<const void*, std::function<void()>> watchers_{};
    std::jthread worker_{};  // last: it uses the rest
};

}  // namespace partner_center
