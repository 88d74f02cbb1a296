// Dates of the audit. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/api/audit_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace partner_center {
namespace {

using ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;

/// From the year 1 to 1970.
constexpr ticks before_epoch{621'355'968'000'000'000};

}  // namespace

std::int64_t ticks_of(std::chrono::system_clock::time_point time) {
    return (std::chrono::floor<ticks>(time.time_since_epoch()) + before_epoch).count();
}

std::string date_text(std::int64_t count) {
    const ticks since_epoch = ticks{count} - before_epoch;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
    return fmt::format(
        "{:%Y-%m-%dT%H:%M:%S}.{:07}Z",
        fmt::gmtime(static_cast<std::time_t>(seconds.count())),
        (since_epoch - seconds).count()
    );
}

}  // namespace partner_center
