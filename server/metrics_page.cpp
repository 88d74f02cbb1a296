// The text of /metrics. Label values are constants that need no escaping. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/metrics_page.hpp"

#include <array>
#include <chrono>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace partner_center {
namespace {

/// A metric without labels: its name, type and help, and where its value is.
template <class Number>
struct plain_metric {
    std::string_view name{};
    std::string_view type{};
    std::string_view help{};
    Number metrics_snapshot::*value{};
};

// A table is read as one: a row each.
// clang-format off
constexpr auto whole_numbers = std::to_array<plain_metric<std::uint64_t>>({
    {"partnerd_connections_open", "gauge", "Connections to the API that are open.",
     &metrics_snapshot::connections_open},
    {"partnerd_connections_accepted_total", "counter", "Connections to the API that were accepted.",
     &metrics_snapshot::connections_accepted},
    {"partnerd_connections_turned_away_total", "counter",
     "Connections to the API that were closed at once because too many were open.",
     &metrics_snapshot::connections_turned_away},
    {"partnerd_tls_handshakes_failed_total", "counter", "TLS handshakes that failed.",
     &metrics_snapshot::tls_handshakes_failed},
    {"partnerd_token_cache_hits_total", "counter", "Tokens that had been verified before.",
     &metrics_snapshot::token_cache_hits},
    {"partnerd_token_cache_misses_total", "counter", "Tokens that had to be verified.",
     &metrics_snapshot::token_cache_misses},
    {"partnerd_token_cache_evictions_total", "counter",
     "Verified tokens that were forgotten to make room.",
     &metrics_snapshot::token_cache_evictions},
    {"partnerd_token_cache_entries", "gauge", "Verified tokens that are remembered.",
     &metrics_snapshot::token_cache_entries},
    {"partnerd_store_reads_total", "counter", "Reading statements.",
     &metrics_snapshot::store_reads},
    {"partnerd_store_read_failures_total", "counter", "Reading statements that failed.",
     &metrics_snapshot::store_read_failures},
    {"partnerd_store_transactions_total", "counter", "Transactions that were asked for.",
     &metrics_snapshot::store_transactions},
    {"partnerd_store_commits_total", "counter",
     "Commits; one commit takes all transactions that wait.",
     &metrics_snapshot::store_commits},
    {"partnerd_store_write_failures_total", "counter", "Transactions that failed.",
     &metrics_snapshot::store_write_failures},
    {"partnerd_store_writer_queue", "gauge", "Transactions that wait for the writer.",
     &metrics_snapshot::store_writes_queued},
    {"partnerd_log_records_dropped_total", "counter",
     "Log records that were left out because they came faster than they could be written.",
     &metrics_snapshot::log_records_dropped},
    {"partnerd_profile_reads_written_total", "counter",
     "Reads of billing profiles that were written to the access audit.",
     &metrics_snapshot::profile_reads_written},
    {"partnerd_profile_reads_dropped_total", "counter",
     "Reads of billing profiles that the access audit had no room for.",
     &metrics_snapshot::profile_reads_dropped},
    {"process_resident_memory_bytes", "gauge", "Resident memory size in bytes.",
     &metrics_snapshot::resident_bytes},
    {"process_open_fds", "gauge", "Number of open file descriptors.",
     &metrics_snapshot::open_descriptors},
    {"process_max_fds", "gauge", "Maximum number of open file descriptors.",
     &metrics_snapshot::descriptors_max},
});
constexpr auto seconds = std::to_array<plain_metric<double>>({
    {"process_start_time_seconds", "gauge",
     "Start time of the process since the Unix epoch in seconds.",
     &metrics_snapshot::start_seconds},
    {"process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.",
     &metrics_snapshot::cpu_seconds},
});
// clang-format on

/// Appends to the page.
template <class... Values>
void append(std::string& out, fmt::format_string<Values...> form, Values&&... values) {
    fmt::format_to(std::back_inserter(out), form, std::forward<Values>(values)...);
}

void append_head(
    std::string& out, std::string_view name, std::string_view type, std::string_view help
) {
    append(out, "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

template <class Table>
void append_plain(std::string& out, const metrics_snapshot& now, const Table& table) {
    for (const auto& each : table) {
        append_head(out, each.name, each.type, each.help);
        append(out, "{} {}\n", each.name, now.*each.value);
    }
}

void append_requests(std::string& out, const metrics_snapshot& now) {
    constexpr std::string_view name = "partnerd_requests_total";
    append_head(out, name, "counter", "Requests answered, by operation and HTTP status.");
    const auto append_one = [&](std::string_view operation, const auto& status, std::uint64_t count
                            ) {
        if (count == 0) return;
        append(out, "{}{{operation=\"{}\",status=\"{}\"}} {}\n", name, operation, status, count);
    };
    for (const auto& [operation, totals] : now.operations) {
        for (std::size_t at = 0; at < counted_statuses.size(); ++at) {
            append_one(operation, counted_statuses[at], totals.answered[at]);
        }
        append_one(operation, "other", totals.answered.back());
    }
}

void append_durations(std::string& out, const metrics_snapshot& now) {
    using floating_seconds = std::chrono::duration<double>;
    constexpr std::string_view name = "partnerd_request_duration_seconds";
    append_head(
        out, name, "histogram", "Time from a request being whole to its answer being ready."
    );
    for (const auto& [operation, totals] : now.operations) {
        std::uint64_t count = 0;
        std::string buckets;
        for (std::size_t at = 0; at < duration_bounds.size(); ++at) {
            count += totals.lasted[at];
            append(
                buckets,
                "{}_bucket{{operation=\"{}\",le=\"{}\"}} {}\n",
                name,
                operation,
                floating_seconds{duration_bounds[at]}.count(),
                count
            );
        }
        count += totals.lasted.back();
        if (count == 0) continue;
        out += buckets;
        append(out, "{}_bucket{{operation=\"{}\",le=\"+Inf\"}} {}\n", name, operation, count);
        append(
            out,
            "{}_sum{{operation=\"{}\"}} {}\n",
            name,
            operation,
            floating_seconds{totals.time}.count()
        );
        append(out, "{}_count{{operation=\"{}\"}} {}\n", name, operation, count);
    }
}

void append_refreshes(std::string& out, const metrics_snapshot& now) {
    constexpr std::string_view name = "partnerd_issuer_refreshes_total";
    append_head(
        out, name, "counter", "Attempts to fetch the keys of outside issuers, by their outcome."
    );
    append(out, "{}{{outcome=\"good\"}} {}\n", name, now.issuer_refreshes_good);
    append(out, "{}{{outcome=\"failed\"}} {}\n", name, now.issuer_refreshes_failed);
}

}  // namespace

std::string metrics_page(const metrics_snapshot& now) {
    std::string out;
    append_requests(out, now);
    append_durations(out, now);
    append_refreshes(out, now);
    append_plain(out, now, whole_numbers);
    append_plain(out, now, seconds);
    append_head(
        out, "partnerd_build_info", "gauge", "Always 1; the label says which version runs."
    );
    append(out, "partnerd_build_info{{version=\"{}\"}} 1\n", now.version);
    return out;
}

}  // namespace partner_center
