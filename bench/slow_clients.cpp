// How long a good client waits when thousands of others hold connections and do next to nothing.
// Calls tests/wire/crowd.cpp; needs a hard limit of open files above 13,000.
//   slow_clients [ROUNDS]    rounds without and with the crowd in turn (5); exit status 1 when the
//                            good client waits too long
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <poll.h>

#include "tests/support/partnerd.hpp"
#include "tests/wire/connection.hpp"
#include "tests/wire/crowd.hpp"

namespace partner_center::wire {
namespace {

constexpr crowd_size thousands{.idle = 10'000, .heads = 700, .bodies = 700, .readers = 600};
constexpr std::size_t requests = 10'000;
/// The crowd may at most double what the slowest hundredth of requests take: the median of the
/// rounds with it against the median of those without.
constexpr double p99_ratio_max = 2.0;

/// Of one round, in microseconds.
struct latency {
    double p50{};
    double p99{};
};

[[nodiscard]] double at_rank(std::vector<double>& values, double rank) {
    const auto place = static_cast<std::ptrdiff_t>(static_cast<double>(values.size() - 1) * rank);
    std::nth_element(values.begin(), values.begin() + place, values.end());
    return values[static_cast<std::size_t>(place)];
}

/// One request after the other on one connection.
[[nodiscard]] latency measure(const address& at, const std::string& request) {
    connection good{at};
    std::vector<double> waits;
    for (std::size_t count = 0; count < requests; ++count) {
        const auto began = std::chrono::steady_clock::now();
        good.send(request, cut::whole);
        const auto got = good.receive(true);
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - began;
        if (!got || got->status != 200) throw std::runtime_error{"the good client was refused"};
        waits.push_back(took.count());
    }
    return {at_rank(waits, 0.50), at_rank(waits, 0.99)};
}

[[nodiscard]] latency median(const std::vector<latency>& rounds) {
    std::vector<double> p50;
    std::vector<double> p99;
    for (const latency& each : rounds) {
        p50.push_back(each.p50);
        p99.push_back(each.p99);
    }
    return {at_rank(p50, 0.5), at_rank(p99, 0.5)};
}

[[nodiscard]] std::string to_json(const latency& one) {
    return fmt::format(R"({{"p50":{:.1f},"p99":{:.1f}}})", one.p50, one.p99);
}

/// Whether the crowd costs the good client no more than it may.
[[nodiscard]] bool run(std::size_t rounds) {
    allow_open_files(13'000);
    testing::partnerd server{{"--log-level", "warning"}};
    const address at{.port = server.port()};
    const std::size_t sockets = server.open_sockets();
    const std::string request =
        "GET /v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing HTTP/1.1\r\n"
        "Host: partnerd\r\nAuthorization: Bearer " +
        server.token() + "\r\n\r\n";
    static_cast<void>(measure(at, request));  // warm

    std::vector<latency> alone;
    std::vector<latency> crowded;
    for (std::size_t round = 0; round < rounds; ++round) {
        while (server.open_sockets() > sockets) ::poll(nullptr, 0, 10);
        alone.push_back(measure(at, request));
        crowd slow{at, thousands};
        crowded.push_back(measure(at, request));
        for (const std::string& problem : slow.end()) throw std::runtime_error{problem};
        fmt::print(
            "round {}: alone p50 {:.1f} us, p99 {:.1f} us; crowded p50 {:.1f} us, p99 {:.1f} us\n",
            round + 1,
            alone.back().p50,
            alone.back().p99,
            crowded.back().p50,
            crowded.back().p99
        );
    }
    const latency before = median(alone);
    const latency after = median(crowded);
    const double ratio = after.p99 / before.p99;
    fmt::print("median p99: alone {:.1f} us, crowded {:.1f} us\n", before.p99, after.p99);
    fmt::print("ratio of p99: {:.2f}, at most {:.2f}\n", ratio, p99_ratio_max);
    fmt::print(
        R"({{"bench":"slow_clients","idle":{},"trickling":{},"requests":{},"rounds":{},)"
        R"("alone":{},"crowded":{},"ratio_p99":{:.3f}}})"
        "\n",
        thousands.idle,
        thousands.heads + thousands.bodies + thousands.readers,
        requests,
        rounds,
        to_json(before),
        to_json(after),
        ratio
    );
    return ratio <= p99_ratio_max;
}

}  // namespace
}  // namespace partner_center::wire

int main(int count, char** words) try {
    return partner_center::wire::run(count > 1 ? std::stoul(words[1]) : 5) ? 0 : 1;
} catch (const std::exception& error) {
    fmt::print(stderr, "slow_clients: {}\n", error.what());
    return 1;
}
