// Why bytes are not read as a request. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <partner_center/fault.hpp>

namespace partner_center::http {

/// `reason` is a constant that never quotes the request.
struct refusal {
    fault_kind kind{};
    std::string_view reason{};
};

[[nodiscard]] constexpr refusal malformed(std::string_view reason) {
    return {fault_kind::malformed_request, reason};
}

}  // namespace partner_center::http
