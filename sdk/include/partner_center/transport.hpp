// How one HTTP exchange is carried out. Whoever wants to retry, log or fake exchanges implements
// this interface, mostly around another one.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <partner_center/error.hpp>
#include <partner_center/http.hpp>

namespace partner_center {

/// How long one exchange may take and how large its answer may be.
struct exchange_limits {
    std::chrono::milliseconds connect{std::chrono::seconds{15}};
    std::chrono::milliseconds total{std::chrono::seconds{180}};
    std::size_t response_bytes_max{64U << 20U};
};

/// A request and where it goes: `base_url` and the request's target make the address.
struct outgoing_request {
    std::string base_url{};
    http::request request{};
    exchange_limits limits{};
};

/// Carries requests out. Implementations are immutable as seen by callers and safe to use from
/// several threads at once.
class transport {
public:
    transport() = default;
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;
    virtual ~transport() = default;

    /// The answer, whatever its status; an error only when there is no complete answer.
    [[nodiscard]] virtual outcome<http::response> exchange(const outgoing_request& outgoing
    ) const = 0;
};

}  // namespace partner_center
