// How fast durable writes are when many callers share a commit: against one caller, against a bare
// loop over SQLite, and how long a commit takes, and a caller waits, while the log is merged. A
// caller waits for up to two commits: the one under way, and its own. Calls the store.
//   group_commit [ROUNDS] [SECONDS]    rounds in turn (5) of so many seconds each (2);
//                                      exit status 1 when a figure is missed
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "server/demo.hpp"
#include "server/seed.hpp"
#include "store/sqlite.hpp"
#include "store/testing.hpp"
#include "tests/support/bare_sqlite.hpp"
#include "tests/support/temporary_directory.hpp"

namespace partner_center {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::uint64_t customers = 100'000;
constexpr std::uint64_t many = 64;
constexpr std::uint64_t updates_per_bare_commit = 32;
/// What is demanded of the medians.
constexpr double many_to_one_min = 4.0;
constexpr double many_to_bare_min = 0.6;
constexpr double commit_p99_max = 5'000;

constexpr std::string_view update_profile =
    "UPDATE profiles SET etag = $1, document = $2"
    " WHERE partner_id = $3 AND customer_id = $4 AND kind = 'billing' RETURNING etag";

/// An endless row of updates, each of another customer than the last 99,999, all over the file.
class updates {
public:
    updates() : what_{make_invention(make_demo_world().partners.front(), 1)} {
        const auto invent = make_inventor(what_);
        for (std::uint64_t number = 0; number < customers; ++number) {
            ids_.push_back(invented_id(what_, number));
        }
        for (std::uint64_t number = 0; number < 1'000; ++number) {
            documents_.push_back(invent(number).billing.text);
        }
    }

    void advance() { ++count_; }
    [[nodiscard]] std::int64_t etag() const { return static_cast<std::int64_t>(count_); }
    [[nodiscard]] const std::string& document() const {
        return documents_[count_ % documents_.size()];
    }
    [[nodiscard]] const guid& partner() const { return what_.partner_id; }
    /// The factor has no divisor in common with the number of customers.
    [[nodiscard]] const guid& customer() const { return ids_[count_ * 61'803 % ids_.size()]; }

private:
    invention what_;
    std::vector<guid> ids_{};
    std::vector<std::string> documents_{};
    std::uint64_t count_{};
};

/// Of durations, in microseconds.
struct percentiles {
    double p50{};
    double p99{};
};

/// Of one round.
struct figures {
    double rate{};         ///< updates per second
    percentiles wait{};    ///< of a caller, for its answer
    percentiles commit{};  ///< from the acknowledgement of the one before it to its own
};

[[nodiscard]] double at_rank(std::vector<double>& values, double rank) {
    if (values.empty()) return 0;
    const auto place = static_cast<std::ptrdiff_t>(static_cast<double>(values.size() - 1) * rank);
    std::nth_element(values.begin(), values.begin() + place, values.end());
    return values[static_cast<std::size_t>(place)];
}

[[nodiscard]] percentiles percentiles_of(std::vector<double>& values) {
    return {.p50 = at_rank(values, 0.5), .p99 = at_rank(values, 0.99)};
}

[[nodiscard]] double seconds_since(clock::time_point began) {
    return std::chrono::duration<double>{clock::now() - began}.count();
}

/// Takes the time whenever the file has counted another commit.
class commit_watch {
public:
    explicit commit_watch(const sqlite_file& file) : file_{file}, seen_{file.counts().commits} {}

    /// To be called often. Commits that were counted since the last call share the time equally.
    void look() {
        const std::uint64_t commits = file_.counts().commits;
        if (commits == seen_) return;
        const auto now = clock::now();
        if (last_) {
            const std::uint64_t more = commits - seen_;
            const std::chrono::duration<double, std::micro> took = now - *last_;
            durations_.insert(durations_.end(), more, took.count() / static_cast<double>(more));
        }
        last_ = now;
        seen_ = commits;
    }

    [[nodiscard]] std::vector<double>& durations() { return durations_; }

private:
    const sqlite_file& file_;
    std::uint64_t seen_;
    std::optional<clock::time_point> last_{};
    std::vector<double> durations_{};
};

awaitable<void> keep_writing(
    database& connection, updates& next, clock::time_point end, std::vector<double>& waits
) {
    while (clock::now() < end) {
        next.advance();
        std::vector<statement> transaction(1);
        transaction[0].sql = update_profile;
        transaction[0].values = {next.etag(), next.document(), next.partner(), next.customer()};
        transaction[0].needs_row = true;
        const auto began = clock::now();
        const written outcome = co_await connection.write(std::move(transaction));
        waits.push_back(seconds_since(began) * 1e6);
        if (outcome.refused_by) throw std::runtime_error{"an update was refused"};
    }
}

[[nodiscard]] figures measure(
    const sqlite_file& file,
    database& connection,
    updates& next,
    std::uint64_t callers,
    clock::duration length
) {
    boost::asio::io_context reactor{1};
    std::vector<double> waits;
    std::vector<std::future<void>> done;
    commit_watch commits{file};
    const auto began = clock::now();
    for (std::uint64_t caller = 0; caller < callers; ++caller) {
        done.push_back(boost::asio::co_spawn(
            reactor, keep_writing(connection, next, began + length, waits), boost::asio::use_future
        ));
    }
    // A commit is counted right after its callers were handed back: the last of them sees it.
    while (reactor.run_one() != 0) commits.look();
    const double took = seconds_since(began);
    for (auto& each : done) each.get();
    return {
        .rate = static_cast<double>(waits.size()) / took,
        .wait = percentiles_of(waits),
        .commit = percentiles_of(commits.durations())};
}

[[nodiscard]] figures measure_bare(
    testing::bare_sqlite& bare, updates& next, clock::duration length
) {
    std::vector<double> durations;
    const auto began = clock::now();
    while (clock::now() < began + length) {
        const auto commit_began = clock::now();
        bare.run("BEGIN IMMEDIATE");
        for (std::uint64_t count = 0; count < updates_per_bare_commit; ++count) {
            next.advance();
            bare.update(next.etag(), next.document(), next.partner(), next.customer());
        }
        bare.run("COMMIT");
        durations.push_back(seconds_since(commit_began) * 1e6);
    }
    const double rate =
        static_cast<double>(durations.size() * updates_per_bare_commit) / seconds_since(began);
    const percentiles each = percentiles_of(durations);
    return {.rate = rate, .wait = each, .commit = each};
}

[[nodiscard]] figures median(const std::vector<figures>& rounds) {
    const auto median_of = [&rounds](auto figure_of) {
        std::vector<double> values;
        for (const figures& each : rounds) values.push_back(figure_of(each));
        return at_rank(values, 0.5);
    };
    return {
        .rate = median_of([](const figures& each) { return each.rate; }),
        .wait =
            {.p50 = median_of([](const figures& each) { return each.wait.p50; }),
             .p99 = median_of([](const figures& each) { return each.wait.p99; })},
        .commit = {
            .p50 = median_of([](const figures& each) { return each.commit.p50; }),
            .p99 = median_of([](const figures& each) { return each.commit.p99; })}};
}

void print(const std::string& name, const figures& one) {
    fmt::print(
        "{:<24} {:>9.0f} updates/s   wait p50 {:>6.0f} us  p99 {:>6.0f} us"
        "   commit p50 {:>6.0f} us  p99 {:>6.0f} us\n",
        name,
        one.rate,
        one.wait.p50,
        one.wait.p99,
        one.commit.p50,
        one.commit.p99
    );
}

[[nodiscard]] std::string to_json(const figures& one) {
    return fmt::format(
        R"({{"rate":{:.0f},"p50":{:.0f},"p99":{:.0f},"commit_p50":{:.0f},"commit_p99":{:.0f}}})",
        one.rate,
        one.wait.p50,
        one.wait.p99,
        one.commit.p50,
        one.commit.p99
    );
}

[[nodiscard]] bool run(std::size_t rounds, clock::duration length) {
    const testing::temporary_directory directory;
    static_cast<void>(seed({.data = directory.path(), .customers = customers, .seed = 1}));
    const std::filesystem::path path = directory / "partnerd.db";
    std::filesystem::copy_file(path, directory / "bare.db");

    sqlite_file file{{.file = path}};
    const auto connection = file.connect();
    testing::bare_sqlite bare{directory / "bare.db"};
    updates next;
    std::vector<figures> ones, crowds, bares;
    double commits = 0;
    std::uintmax_t log_bytes = 0;
    for (std::size_t round = 0; round < rounds; ++round) {
        bares.push_back(measure_bare(bare, next, length));
        ones.push_back(measure(file, *connection, next, 1, length));
        const store_counts before = file.counts();
        crowds.push_back(measure(file, *connection, next, many, length));
        const store_counts after = file.counts();
        commits += static_cast<double>(after.commits - before.commits);
        log_bytes = std::max(log_bytes, std::filesystem::file_size(path.string() + "-wal"));
        print(
            fmt::format("round {} bare, {} each", round + 1, updates_per_bare_commit), bares.back()
        );
        print(fmt::format("round {} one caller", round + 1), ones.back());
        print(fmt::format("round {} {} callers", round + 1, many), crowds.back());
    }
    const figures one = median(ones);
    const figures crowd = median(crowds);
    const figures loop = median(bares);
    const double to_one = crowd.rate / one.rate;
    const double to_bare = crowd.rate / loop.rate;
    const double log_mib = static_cast<double>(log_bytes) / (1024 * 1024);
    fmt::print("medians\n");
    print("bare", loop);
    print("one caller", one);
    print(fmt::format("{} callers", many), crowd);
    fmt::print("{} callers to one:  {:.2f}, at least {:.2f}\n", many, to_one, many_to_one_min);
    fmt::print("{} callers to bare: {:.2f}, at least {:.2f}\n", many, to_bare, many_to_bare_min);
    fmt::print(
        "{} callers: a commit's p99 {:.0f} us, at most {:.0f} us; a caller's wait p99 {:.0f} us\n",
        many,
        crowd.commit.p99,
        commit_p99_max,
        crowd.wait.p99
    );
    fmt::print("largest log: {:.0f} MiB\n", log_mib);
    fmt::print(
        R"({{"bench":"group_commit","rounds":{},"callers":{},"bare":{},"one":{},"many":{},)"
        R"("many_to_one":{:.3f},"many_to_bare":{:.3f},"commits":{:.0f},"log_mib":{:.1f}}})"
        "\n",
        rounds,
        many,
        to_json(loop),
        to_json(one),
        to_json(crowd),
        to_one,
        to_bare,
        commits,
        log_mib
    );
    return to_one >= many_to_one_min && to_bare >= many_to_bare_min &&
           crowd.commit.p99 <= commit_p99_max;
}

}  // namespace
}  // namespace partner_center

int main(int count, char** words) try {
    const std::size_t rounds = count > 1 ? std::stoul(words[1]) : 5;
    const std::chrono::seconds length{count > 2 ? std::stol(words[2]) : 2};
    return partner_center::run(rounds, length) ? 0 : 1;
} catch (const std::exception& error) {
    fmt::print(stderr, "group_commit: {}\n", error.what());
    return 1;
}
