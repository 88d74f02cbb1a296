// How one HTTP exchange is carried out. Whoever wants to retry, log or fake exchanges implements
// this interface, mostly around another one.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include <partner_center/error.hpp>
#include <partner_center/export.hpp>
#include <partner_center/http.hpp>

namespace partner_center {

/// How long one exchange may take and how large its answer may be.
struct exchange_limits {
    std::chrono::milliseconds connect{
        std::chrono::seconds{15}};  ///< until there is a connection, TLS included
    std::chrono::milliseconds total{std::chrono::seconds{180}};  ///< waiting for a turn included
    std::size_t response_bytes_max{64U << 20U};                  ///< of the answer's body
};

/// What ends a call before its answer has come: the earlier of the two.
struct call_bounds {
    std::stop_token stop{};  ///< when a stop is requested, the call fails as cancelled
    /// When it has passed, the call fails as request_timeout.
    std::chrono::steady_clock::time_point deadline{(std::chrono::steady_clock::time_point::max)()};
};

/// A request and where it goes: `base_url` and the request's target make the address.
struct outgoing_request {
    std::string base_url{};    ///< scheme, host and port
    http::request request{};   ///< what to send, the token included
    exchange_limits limits{};  ///< of this exchange
    call_bounds bounds{};      ///< of the call that it is part of
    /// As many attempts may follow the first; absent: as the transport that retries is set.
    std::optional<unsigned> retries_max{};
};

/// Takes the outcome of an exchange.
using answer_handler = std::function<void(outcome<http::response>)>;

/// Carries requests out, in two forms. Implementations are immutable as seen by callers and safe to
/// use from several threads at once.
class PARTNER_CENTER_EXPORT transport {
public:
    transport() = default;
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;
    virtual ~transport() = default;

    /// The answer, whatever its status; an error only when there is no complete answer.
    [[nodiscard]] virtual outcome<http::response> exchange(const outgoing_request& outgoing
    ) const = 0;

    /// Hands to `done`, once, what exchange() would return, on any thread and maybe before this
    /// returns. Unless it is overridden, it carries the exchange out on the caller's thread, which
    /// is right for a transport that waits for nothing (one that waits would hold the caller up, or
    /// the thread that brought the token), and makes an error of what is thrown.
    /// Whoever overrides it also calls `done` when the transport is destroyed.
    virtual void exchange_async(outgoing_request outgoing, answer_handler done) const;
};

}  // namespace partner_center
