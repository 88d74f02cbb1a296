// The text of /metrics, read by a strict parser of the format.
// SPDX-License-Identifier: MIT
#include "server/metrics_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/exposition.hpp"

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using testing::exposition;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;
using testing::read_exposition;

/// Two operations that were used and one that was not.
[[nodiscard]] metrics_snapshot example() {
    exchange_counts counts{2};
    counts.count(0, 200, 40us);
    counts.count(0, 200, 60us);
    counts.count(0, 404, 11s);
    counts.count(1, 299, 1ms);
    metrics_snapshot now{
        .version = "1.2.3",
        .operations = {{.operation = "get_thing"}, {.operation = "odd"}, {.operation = "unused"}},
        .connections_open = 1,
        .connections_accepted = 2,
        .connections_turned_away = 3,
        .tls_handshakes_failed = 4,
        .token_cache_hits = 5,
        .token_cache_misses = 6,
        .token_cache_evictions = 7,
        .token_cache_entries = 8,
        .store_reads = 9,
        .store_read_failures = 10,
        .store_transactions = 11,
        .store_commits = 12,
        .store_write_failures = 13,
        .store_writes_queued = 14,
        .log_records_dropped = 15,
        .profile_reads_written = 31,
        .profile_reads_dropped = 32,
        .resident_bytes = 9'007'199'254'740'993,
        .open_descriptors = 17,
        .descriptors_max = 18,
        .start_seconds = 1705914892.125,
        .cpu_seconds = 0.25,
    };
    counts.add_to(now.operations[0].totals, 0);
    counts.add_to(now.operations[1].totals, 1);
    return now;
}

TEST(MetricsPage, KeepsToTheFormat) {
    EXPECT_THAT(read_exposition(metrics_page(example())).problems, IsEmpty());
    EXPECT_THAT(read_exposition(metrics_page({.version = "1"})).problems, IsEmpty());
}

TEST(MetricsPage, NamesEveryNumberOnce) {
    const exposition page = read_exposition(metrics_page(example()));
    const std::vector<std::pair<const char*, double>> table{
        {"partnerd_connections_open", 1},
        {"partnerd_connections_accepted_total", 2},
        {"partnerd_connections_turned_away_total", 3},
        {"partnerd_tls_handshakes_failed_total", 4},
        {"partnerd_token_cache_hits_total", 5},
        {"partnerd_token_cache_misses_total", 6},
        {"partnerd_token_cache_evictions_total", 7},
        {"partnerd_token_cache_entries", 8},
        {"partnerd_store_reads_total", 9},
        {"partnerd_store_read_failures_total", 10},
        {"partnerd_store_transactions_total", 11},
        {"partnerd_store_commits_total", 12},
        {"partnerd_store_write_failures_total", 13},
        {"partnerd_store_writer_queue", 14},
        {"partnerd_log_records_dropped_total", 15},
        {"partnerd_profile_reads_written_total", 31},
        {"partnerd_profile_reads_dropped_total", 32},
        {"process_open_fds", 17},
        {"process_max_fds", 18},
        {"process_start_time_seconds", 1705914892.125},
        {"process_cpu_seconds_total", 0.25},
    };
    for (const auto& [name, value] : table)
        EXPECT_THAT(page.find(name, {}), Optional(value)) << name;
    EXPECT_THAT(page.find("partnerd_build_info", {{"version", "1.2.3"}}), Optional(1));
    // Whole numbers are written whole, also where a double could not hold them.
    EXPECT_THAT(
        metrics_page(example()), HasSubstr("\nprocess_resident_memory_bytes 9007199254740993\n")
    );
}

TEST(MetricsPage, CountsRequestsByOperationAndStatus) {
    const exposition page = read_exposition(metrics_page(example()));
    const auto requests = [&](const char* operation, const char* status) {
        return page.find("partnerd_requests_total", {{"operation", operation}, {"status", status}});
    };

    EXPECT_THAT(requests("get_thing", "200"), Optional(2));
    EXPECT_THAT(requests("get_thing", "404"), Optional(1));
    EXPECT_THAT(requests("odd", "other"), Optional(1));
    EXPECT_EQ(requests("get_thing", "500"), std::nullopt);
    EXPECT_THAT(metrics_page(example()), Not(HasSubstr("unused")));
}

TEST(MetricsPage, AddsTheBucketsUp) {
    const exposition page = read_exposition(metrics_page(example()));
    const std::string name = "partnerd_request_duration_seconds";
    const auto bucket = [&](const char* bound) {
        return page.find(name + "_bucket", {{"operation", "get_thing"}, {"le", bound}});
    };

    EXPECT_EQ(page.types.at(name), "histogram");
    EXPECT_THAT(bucket("5e-05"), Optional(1));
    EXPECT_THAT(bucket("0.0001"), Optional(2));
    EXPECT_THAT(bucket("10"), Optional(2));
    EXPECT_THAT(bucket("+Inf"), Optional(3));
    EXPECT_THAT(page.find(name + "_count", {{"operation", "get_thing"}}), Optional(3));
    EXPECT_THAT(page.find(name + "_sum", {{"operation", "get_thing"}}), Optional(11.0001));
}

/// The parser would be worth nothing if it took these.
TEST(Exposition, IsReadStrictly) {
    const std::string good = "# HELP a_total b\n# TYPE a_total counter\na_total{x=\"\\\"\"} 1\n";
    const std::string histogram =
        "# HELP h c\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 3\n"
        "h_sum 1\nh_count 3\n";
    const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
        return text.replace(text.find(from), from.size(), to);
    };
    ASSERT_THAT(read_exposition(good).problems, IsEmpty());
    ASSERT_THAT(read_exposition(histogram).problems, IsEmpty());

    for (const std::string& bad : std::vector<std::string>{
             good + good,
             good + "\n",
             good.substr(0, good.size() - 1),
             good + "a_total{x=\"\\\"\"} 2\n",
             replaced(good, "\\\"", "\""),
             replaced(good, "\\\"", "\\t"),
             replaced(good, " 1\n", " one\n"),
             replaced(good, " 1\n", " 1.2.3\n"),
             replaced(good, " 1\n", " -1\n"),
             replaced(good, "# HELP a_total b\n", ""),
             replaced(good, "# TYPE a_total counter\n", ""),
             replaced(good, "counter", "gauge"),
             replaced(good, "a_total{", "a-total{"),
             good + histogram + "a_total 1\n",
             replaced(histogram, "} 2", "} 4"),
             replaced(histogram, "h_count 3", "h_count 2"),
             replaced(histogram, "h_sum 1\n", ""),
             replaced(histogram, "h_bucket{le=\"+Inf\"} 3\n", ""),
         }) {
        EXPECT_THAT(read_exposition(bad).problems, Not(IsEmpty())) << bad;
    }
}

}  // namespace
}  // namespace partner_center
