// What ends a call early, as errors. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "sdk/src/bounds.hpp"

#include <string>

namespace partner_center::detail {

using std::chrono::steady_clock;

std::optional<error> end_of(const call_bounds& bounds, std::string_view doing) {
    if (bounds.stop.stop_requested()) {
        return error{
            .category = error_category::cancelled,
            .description = "the call was cancelled while " + std::string{doing},
        };
    }
    if (steady_clock::now() < bounds.deadline) return {};
    return error{
        .category = error_category::request_timeout,
        .description = "the time allowed was over while " + std::string{doing},
    };
}

error closed() {
    return {
        .category = error_category::cancelled,
        .description = "the client was closed while the call was under way",
    };
}

steady_clock::time_point later(steady_clock::time_point from, std::chrono::milliseconds by) {
    const auto left =
        std::chrono::floor<std::chrono::milliseconds>(steady_clock::time_point::max() - from);
    return by < left ? from + by : steady_clock::time_point::max();
}

}  // namespace partner_center::detail
