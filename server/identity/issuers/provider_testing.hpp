// A provider on a loopback port whose documents the tests choose, and who hears of each refresh.
// Calls the SDK's test server.
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sdk/src/test_server.hpp"
#include "server/identity/issuers/key_source.hpp"
#include "server/identity/issuers/outside_issuers.hpp"

namespace partner_center::testing {

[[nodiscard]] inline std::string http_answer(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nConnection: close\r\n\r\n" + body;
}

/// Publishes a discovery document and a key set; either can be replaced by any bytes.
class provider {
public:
    explicit provider(std::string keys) : keys_{http_answer("200 OK", keys)} {}

    [[nodiscard]] std::string url() const { return server_.url(); }
    [[nodiscard]] unsigned requests() const { return server_.requests(); }

    void publish(const std::string& keys) { answer_keys_with(http_answer("200 OK", keys)); }
    void answer_keys_with(std::string bytes) {
        const std::lock_guard lock{mutex_};
        keys_ = std::move(bytes);
    }
    void answer_discovery_with(std::string bytes) {
        const std::lock_guard lock{mutex_};
        discovery_ = std::move(bytes);
    }
    /// Answers nobody until this is called again with false.
    void hold(bool held) {
        const std::lock_guard lock{mutex_};
        held_ = held;
        changed_.notify_all();
    }

    [[nodiscard]] trusted_issuer description() const {
        return completed({.issuer = url(), .audiences = {"https://api.example"}});
    }

private:
    [[nodiscard]] std::string reply(const std::string& request) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return !held_; });
        if (!request.starts_with("GET /.well-known/openid-configuration ")) return keys_;
        if (!discovery_.empty()) return discovery_;
        return http_answer(
            "200 OK", R"({"issuer":")" + url() + R"(","jwks_uri":")" + url() + R"(/keys"})"
        );
    }

    std::mutex mutex_{};
    std::condition_variable changed_{};
    std::string keys_;
    std::string discovery_{};
    bool held_{};
    tests::test_server server_{[this](const std::string& request) { return reply(request); }};
};

/// What came of the attempts of a key source.
class reports {
public:
    [[nodiscard]] key_source::report_function collector() {
        return [this](const refresh_report& each) {
            const std::lock_guard lock{mutex_};
            problems_.emplace_back(each.problem);
            changed_.notify_all();
        };
    }
    /// Waits for so many; the last one's problem.
    [[nodiscard]] std::string wait_for(std::size_t count) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return problems_.size() >= count; });
        return problems_.back();
    }
    [[nodiscard]] std::size_t count() {
        const std::lock_guard lock{mutex_};
        return problems_.size();
    }

private:
    std::mutex mutex_{};
    std::condition_variable changed_{};
    std::vector<std::string> problems_{};
};

/// Refreshes all the time.
inline constexpr refresh_pace restless{
    .usual = std::chrono::milliseconds{1},
    .least = std::chrono::milliseconds{1},
    .retry_first = std::chrono::milliseconds{1},
    .retry_most = std::chrono::milliseconds{1},
};

[[nodiscard]] inline std::unique_ptr<key_source> source_of(
    const trusted_issuer& of, const refresh_pace& pace, reports& heard
) {
    auto source = std::make_unique<key_source>(of, pace, fetch_limits{}, heard.collector());
    source->start();
    return source;
}

}  // namespace partner_center::testing
