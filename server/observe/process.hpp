// What the kernel says about this process. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace partner_center {

/// The numbers behind Prometheus's standard process metrics.
struct process_usage {
    double cpu_seconds{};  ///< user and system time of all threads
    std::uint64_t resident_bytes{};
    std::uint64_t open_descriptors{};
    std::uint64_t descriptors_max{};
};

/// Asks the kernel. What it does not tell (no /proc) is 0. Thread-safe.
[[nodiscard]] process_usage read_process_usage();

}  // namespace partner_center
