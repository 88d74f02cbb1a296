// What it costs others that whole lists of a hundred thousand customers are read, eight at once:
// how long a GET on the same reactor takes meanwhile, and how much memory the lists need. Calls a
// partnerd of one reactor.
//   long_lists [ROUNDS]    rounds without and with the lists in turn (5); exit status 1 when the
//   GET
//                          waits too long or the memory is more than it may be
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <poll.h>

#include "tests/support/partnerd.hpp"
#include "tests/wire/connection.hpp"

namespace partner_center::wire {
namespace {

constexpr std::size_t customers = 100'000;
constexpr std::size_t lists = 8;
constexpr std::size_t requests = 5'000;
/// The median of the rounds with the lists against the median of those without.
constexpr double p99_ratio_max = 3.0;
constexpr std::size_t more_bytes_max = 16 * 1024 * 1024;

[[nodiscard]] double at_rank(std::vector<double> values, double rank) {
    const auto place = static_cast<std::ptrdiff_t>(static_cast<double>(values.size() - 1) * rank);
    std::nth_element(values.begin(), values.begin() + place, values.end());
    return values[static_cast<std::size_t>(place)];
}

[[nodiscard]] std::string get(std::string_view target, const std::string& token) {
    return fmt::format(
        "GET {} HTTP/1.1\r\nHost: partnerd\r\nAuthorization: Bearer {}\r\n\r\n", target, token
    );
}

/// The 99th percentile of one GET after the other on one connection, in microseconds.
[[nodiscard]] double measure(const address& at, const std::string& request) {
    connection good{at};
    std::vector<double> waits;
    for (std::size_t count = 0; count < requests; ++count) {
        const auto began = std::chrono::steady_clock::now();
        good.send(request, cut::whole);
        const auto got = good.receive(true);
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - began;
        if (!got || got->status != 200) throw std::runtime_error{"the GET was refused"};
        waits.push_back(took.count());
    }
    return at_rank(std::move(waits), 0.99);
}

/// A thread that reads the whole list on each of several connections, again and again.
class reader {
public:
    reader(const address& at, const std::string& request) : at_{at}, request_{request} {
        thread_ = std::thread{[this] { read_lists(); }};
    }
    ~reader() {
        over_ = true;
        thread_.join();
    }

    void wait_until_all_are_read() const {
        while (begun_ < lists) ::poll(nullptr, 0, 1);
    }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    /// A list that is being read.
    struct list {
        std::optional<connection> from{};
        std::string end{};  ///< of what has come
        bool has_begun{};
    };

    void read_lists() {
        std::vector<list> all(lists);
        while (!over_) {
            bool has_come = false;
            for (list& each : all) has_come = read_some(each) || has_come;
            if (!has_come) ::poll(nullptr, 0, 1);
        }
        for (list& each : all) each.from->abort();
    }

    [[nodiscard]] bool read_some(list& one) {
        constexpr std::size_t piece_bytes_max = 64 * 1024;
        constexpr std::string_view last_chunk = "\r\n0\r\n\r\n";
        if (!one.from) {
            one.from.emplace(at_);
            one.from->send(request_, cut::whole);
        }
        const auto piece = one.from->receive_arrived(piece_bytes_max);
        if (!piece) return false;
        if (!std::exchange(one.has_begun, true)) ++begun_;
        bytes_ += piece->size();
        one.end += *piece;
        one.end.erase(0, one.end.size() - std::min(one.end.size(), last_chunk.size()));
        if (one.end == last_chunk) {
            one.from->send(request_, cut::whole);
            one.end.clear();
        } else if (piece->empty()) {
            throw std::runtime_error{"a list was cut off"};
        }
        return true;
    }

    const address at_;
    const std::string request_;
    std::atomic<bool> over_{};
    std::atomic<std::size_t> begun_{};
    std::atomic<std::size_t> bytes_{};
    std::thread thread_{};
};

void seed(const std::filesystem::path& data) {
    const testing::temporary_directory scratch;
    testing::program seeding{
        {PARTNERD_PROGRAM, "seed", "--customers", std::to_string(customers), "--data", data},
        scratch.path()};
    if (seeding.wait() != 0) throw std::runtime_error{seeding.errors()};
}

/// Whether the lists cost no more than they may.
[[nodiscard]] bool run(std::size_t rounds) {
    testing::partnerd server{{"--threads", "1", "--log-level", "warning"}};
    seed(server.data());
    const address at{.port = server.port()};
    const std::string token = server.token();
    const std::string profile =
        get("/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing", token);
    static_cast<void>(measure(at, profile));  // warm
    const std::size_t idle_bytes = server.resident_bytes();

    std::vector<double> alone;
    std::vector<double> beside;
    std::size_t most_bytes = idle_bytes;
    std::size_t read_bytes = 0;
    double seconds = 0;
    for (std::size_t round = 0; round < rounds; ++round) {
        alone.push_back(measure(at, profile));
        reader all{at, get("/v1/customers", token)};
        all.wait_until_all_are_read();
        const std::size_t before = all.bytes();
        const auto began = std::chrono::steady_clock::now();
        beside.push_back(measure(at, profile));
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        read_bytes += all.bytes() - before;
        seconds += took.count();
        most_bytes = std::max(most_bytes, server.resident_bytes());
        fmt::print("p99: alone {:.1f} us, beside {:.1f} us\n", alone.back(), beside.back());
    }
    const double ratio = at_rank(beside, 0.5) / at_rank(alone, 0.5);
    const std::size_t more = most_bytes - idle_bytes;
    fmt::print(
        R"({{"bench":"long_lists","lists":{},"customers":{},"rounds":{},"alone_p99_us":{:.1f},)"
        R"("beside_p99_us":{:.1f},"ratio_p99":{:.2f},"more_bytes":{},"list_mb_per_s":{:.0f}}})"
        "\n",
        lists,
        customers,
        rounds,
        at_rank(alone, 0.5),
        at_rank(beside, 0.5),
        ratio,
        more,
        static_cast<double>(read_bytes) / seconds / 1e6
    );
    return ratio <= p99_ratio_max && more <= more_bytes_max;
}

}  // namespace
}  // namespace partner_center::wire

int main(int argc, char** argv) {
    try {
        const std::size_t rounds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 5;
        return partner_center::wire::run(std::max<std::size_t>(rounds, 1)) ? 0 : 1;
    } catch (const std::exception& problem) {
        fmt::print(stderr, "long_lists: {}\n", problem.what());
        return 2;
    }
}
