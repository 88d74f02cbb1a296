// Everybody acts about once per second, a tenth of them at a time, for as long as has passed since
// they did last: a busy machine slows down how often, not how fast. Calls connection.cpp.
// SPDX-License-Identifier: MIT
#include "tests/wire/crowd.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string_view>
#include <sys/resource.h>
#include <utility>

namespace partner_center::wire {
namespace {

constexpr std::string_view request = "GET /healthz HTTP/1.1\r\nHost: partnerd\r\n\r\n";
constexpr std::string_view head = "GET /healthz HTTP/1.1\r\nHost: partnerd\r\nX-Slow: ";
constexpr std::string_view body_head =
    "POST /healthz HTTP/1.1\r\nHost: partnerd\r\nContent-Length: 1000000\r\n\r\n";
constexpr std::size_t answers_to_read = 60;  // of a third of a kilobyte each
constexpr double body_bytes_per_second = 1500;
constexpr double read_bytes_per_second = 2000;
constexpr int small_buffer_bytes = 4096;
constexpr std::size_t turns = 10;
constexpr std::chrono::milliseconds turn{100};
/// So many are asked before the first answer is waited for: no listener's queue overflows.
constexpr std::size_t batch = 256;

/// Every tenth element from `first` on.
void for_each_in_turn(auto& all, std::size_t first, const auto& act) {
    for (std::size_t at = first; at < all.size(); at += turns) act(all[at]);
}

}  // namespace

void allow_open_files(std::size_t files) {
    ::rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < files) {
        throw std::runtime_error{"needs a hard limit of open files of " + std::to_string(files)};
    }
}

crowd::crowd(const address& to, const crowd_size& size) : to_{to} {
    while (idle_.size() < size.idle) {
        const std::size_t first = idle_.size();
        const std::size_t count = std::min(batch, size.idle - first);
        for (std::size_t at = 0; at < count; ++at) idle_.emplace_back(to);
        serve_idle(first, count);
    }
    for (std::size_t at = 0; at < size.heads; ++at) heads_.push_back({connection{to}});
    for (std::size_t at = 0; at < size.bodies; ++at) {
        bodies_.emplace_back(to).send(body_head, cut::whole);
    }
    std::string requests;
    for (std::size_t at = 0; at < answers_to_read; ++at) requests += request;
    address small = to;
    small.receive_buffer_bytes = small_buffer_bytes;
    for (std::size_t at = 0; at < size.readers; ++at) {
        readers_.emplace_back(small).send(requests, cut::whole);
    }
    thread_ = std::jthread{[this](const std::stop_token& stopped) { trickle(stopped); }};
}

crowd::~crowd() {
    thread_ = {};
    for (connection& each : idle_) each.abort();
    for (slow_head& each : heads_) each.peer.abort();
    for (connection& each : bodies_) each.abort();
    for (connection& each : readers_) each.abort();
}

std::vector<std::string> crowd::end() {
    thread_ = {};
    for (connection& each : idle_) {
        expect(!each.receive_arrived(1), "an idle connection was ended");
    }
    for (std::size_t first = 0; first < idle_.size(); first += batch) {
        serve_idle(first, std::min(batch, idle_.size() - first));
    }
    return problems_;
}

void crowd::trickle(const std::stop_token& stopped) {
    std::mutex alone;
    std::unique_lock lock{alone};
    std::condition_variable_any never;
    using clock = std::chrono::steady_clock;
    std::array<clock::time_point, turns> acted;
    acted.fill(clock::now());
    for (std::size_t at = 0; !stopped.stop_requested(); at = (at + 1) % turns) {
        const clock::time_point now = clock::now();
        const std::chrono::duration<double> passed = now - std::exchange(acted[at], now);
        const auto bytes = [&](double per_second) {
            return static_cast<std::size_t>(passed.count() * per_second) + 1;
        };
        const std::string piece(bytes(body_bytes_per_second), 'x');
        for_each_in_turn(heads_, at, [this](slow_head& each) { go_on(each); });
        for_each_in_turn(bodies_, at, [&](connection& each) {
            each.send(piece, cut::whole);
            expect(!each.receive_arrived(1), "a slow body was cut off");
        });
        for_each_in_turn(readers_, at, [&](connection& each) {
            const auto read = each.receive_arrived(bytes(read_bytes_per_second));
            expect(!read || !read->empty(), "a slow reader was cut off");
        });
        never.wait_for(lock, stopped, turn, [] { return false; });
    }
}

void crowd::go_on(slow_head& one) {
    if (const auto answer = one.peer.receive_arrived(1000)) {
        expect(answer->starts_with("HTTP/1.1 408 "), "a slow head was told " + *answer);
        one.peer.abort();
        one = {connection{to_}};
    }
    one.peer.send(one.sent < head.size() ? head.substr(one.sent, 1) : "x", cut::whole);
    ++one.sent;
}

void crowd::expect(bool holds, const std::string& otherwise) {
    if (!holds) problems_.push_back(otherwise);
}

void crowd::serve_idle(std::size_t first, std::size_t count) {
    const std::span served = std::span{idle_}.subspan(first, count);
    for (connection& each : served) each.send(request, cut::whole);
    for (connection& each : served) {
        const auto answer = each.receive(true);
        expect(answer && answer->status == 200, "an idle connection was not served");
    }
}

}  // namespace partner_center::wire
