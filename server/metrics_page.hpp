// GET /metrics: every number that partnerd shows, and its text. Calls nothing of ours but
// observe/metrics.hpp, so that it can be tested without a server.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/observe/metrics.hpp"

namespace partner_center {

inline constexpr std::string_view metrics_path = "/metrics";
inline constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// The exchanges of one operation, of all reactors. `operation` is a constant.
struct operation_totals {
    std::string_view operation{};
    exchange_totals totals{};
};

/// All numbers at one moment, each the sum over all reactors. What each means: docs/operations.md.
struct metrics_snapshot {
    std::string_view version{};  ///< a constant
    std::vector<operation_totals> operations{};

    std::uint64_t connections_open{};
    std::uint64_t connections_accepted{};
    std::uint64_t connections_turned_away{};
    std::uint64_t tls_handshakes_failed{};

    std::uint64_t token_cache_hits{};
    std::uint64_t token_cache_misses{};
    std::uint64_t token_cache_evictions{};
    std::uint64_t token_cache_entries{};

    std::uint64_t issuer_refreshes_good{};  ///< fetches of outside issuers' keys
    std::uint64_t issuer_refreshes_failed{};

    std::uint64_t store_reads{};
    std::uint64_t store_read_failures{};
    std::uint64_t store_transactions{};
    std::uint64_t store_commits{};
    std::uint64_t store_write_failures{};
    std::uint64_t store_writes_queued{};

    std::uint64_t log_records_dropped{};
    std::uint64_t profile_reads_written{};
    std::uint64_t profile_reads_dropped{};

    std::uint64_t resident_bytes{};
    std::uint64_t open_descriptors{};
    std::uint64_t descriptors_max{};
    double start_seconds{};  ///< since 1970
    double cpu_seconds{};
};

/// The page in the Prometheus text exposition format 0.0.4. A series of an operation appears with
/// its first exchange; every other is always there.
[[nodiscard]] std::string metrics_page(const metrics_snapshot& now);

}  // namespace partner_center
