// The thread that fetches keys, and its schedule. Calls fetch.cpp and key_set.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/issuers/key_source.hpp"

#include <algorithm>
#include <utility>

#include "server/identity/issuers/json_tree.hpp"

namespace partner_center {
namespace {

constexpr json_limits discovery_limits{.bytes_max = 256 * 1024, .depth_max = 8};

/// Where the discovery document says the keys are, or what is wrong with it.
struct key_place {
    std::string_view problem{};
    std::string url{};
};

[[nodiscard]] key_place read_discovery(const trusted_issuer& of, const std::string& text) {
    const auto document = from_json<json_tree>(text, json_reading::strict, discovery_limits);
    if (!document) return {.problem = "its discovery document is not JSON"};
    if (document->text_of("issuer") != of.issuer) {
        return {.problem = "its discovery document is another issuer's"};
    }
    std::string url{document->text_of("jwks_uri")};
    // Plain http is for who is asked over plain http already.
    const bool good =
        is_fetchable(url) && (!is_plain_loopback(url) || is_plain_loopback(of.discovery_url));
    if (!good) return {.problem = "its discovery document has no jwks_uri that may be asked"};
    return {.url = std::move(url)};
}

}  // namespace

key_source::key_source(
    trusted_issuer of, refresh_pace pace, fetch_limits limits, report_function report
)
    : of_{std::move(of)}, pace_{pace}, limits_{limits}, report_{std::move(report)} {}

void key_source::start() {
    worker_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

current_keys key_source::current() const {
    const std::lock_guard lock{mutex_};
    return {
        .keys = keys_ ? std::optional{keys_->copy()} : std::nullopt,
        .good_until = good_until_,
        .asked_at = asked_at_,
        .version = version(),
    };
}

bool key_source::ask() {
    const std::lock_guard lock{mutex_};
    if (is_fetching_) return true;
    const auto now = clock::now();
    if (asked_ && now - *asked_ < pace_.asked_apart) return false;
    asked_ = now;
    due_ = now;
    is_fetching_ = true;
    changed_.notify_one();
    return true;
}

std::chrono::seconds key_source::until_next_fetch() const {
    const std::lock_guard lock{mutex_};
    const auto now = clock::now();
    const auto next = is_fetching_ || !asked_ ? now : std::min(due_, *asked_ + pace_.asked_apart);
    return std::max(std::chrono::ceil<std::chrono::seconds>(next - now), std::chrono::seconds{1});
}

void key_source::watch(const void* who, std::function<void()> heard) {
    const std::lock_guard lock{mutex_};
    watchers_.emplace(who, std::move(heard));
}

void key_source::unwatch(const void* who) {
    const std::lock_guard lock{mutex_};
    watchers_.erase(who);
}

void key_source::run(const std::stop_token& stop) {
    for (;;) {
        {
            std::unique_lock lock{mutex_};
            while (!stop.stop_requested() && clock::now() < due_) {
                changed_.wait_until(lock, stop, due_, [this] { return is_fetching_; });
            }
            is_fetching_ = true;
        }
        if (stop.stop_requested()) return;
        const auto begun = clock::now();
        attempt outcome = try_once(stop);
        outcome.begun = begun;
        if (stop.stop_requested()) return;
        report_({of_, outcome.problem, outcome.keys ? outcome.keys->size() : 0});
        finish(std::move(outcome));
    }
}

key_source::attempt key_source::try_once(const std::stop_token& stop) const {
    std::string url = of_.jwks_url;
    if (url.empty()) {
        const fetched document = fetch(of_.discovery_url, of_.ca_file, limits_, stop);
        if (!document.problem.empty()) return {.problem = document.problem};
        key_place place = read_discovery(of_, document.body);
        if (!place.problem.empty()) return {.problem = place.problem};
        url = std::move(place.url);
    }
    const fetched document = fetch(url, of_.ca_file, limits_, stop);
    if (!document.problem.empty()) return {.problem = document.problem};
    auto keys = parse_key_set(document.body);
    if (!keys) return {.problem = "its keys are not a JWK Set with a key that can be used"};
    return {.keys = std::move(keys), .max_age = document.max_age};
}

void key_source::finish(attempt outcome) {
    const std::lock_guard lock{mutex_};
    const auto now = clock::now();
    if (outcome.keys) {
        const auto wanted =
            outcome.max_age ? refresh_pace::duration{*outcome.max_age} : pace_.usual;
        due_ = now + std::clamp(wanted, pace_.least, pace_.most);
        good_until_ = due_ + pace_.stale_most;
        asked_at_ = outcome.begun;
        keys_ = std::move(outcome.keys);
        retry_ = {};
        version_.fetch_add(1, std::memory_order_release);
    } else {
        retry_ = std::clamp(retry_ * 2, pace_.retry_first, pace_.retry_most);
        due_ = now + retry_;
    }
    is_fetching_ = false;
    for (const auto& [who, heard] : watchers_) heard();
}

}  // namespace partner_center
