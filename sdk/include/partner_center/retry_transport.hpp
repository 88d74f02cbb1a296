// A transport that tries the exchanges of another one again when that is safe and may help.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <partner_center/error.hpp>
#include <partner_center/export.hpp>
#include <partner_center/timer.hpp>
#include <partner_center/transport.hpp>

namespace partner_center {

/// What is about to be tried again, and when.
struct retry_notice {
    const outgoing_request& outgoing;  ///< holds a token: show its method, target and request id
    unsigned attempt{};                ///< the one that failed; the first is 1
    error why{};                       ///< what it failed with
    std::chrono::milliseconds wait{};  ///< from now to the next attempt
};

/// Tells a fraction in [0, 1), each time another one; tests give their own.
using fraction_function = std::function<double()>;

/// How often, and after how long.
struct retry_options {
    /// As many attempts follow the first. A call may have another number, see
    /// outgoing_request::retries_max.
    unsigned retries_max{3};
    /// Before the attempt that follows attempt n, a random time up to (2ⁿ - 1) times this passes,
    /// after the time that the service asked for in Retry-After.
    std::chrono::milliseconds wait{500};
    /// No random time is longer. Who is asked to wait longer than this does not try again.
    std::chrono::milliseconds wait_max{std::chrono::seconds{30}};
    /// As many retries may be made in a row over all calls; ten calls that need none pay for one.
    unsigned budget{50};
    /// Told before each wait, maybe by several threads at once. It should not wait; what it throws
    /// is dropped.
    std::function<void(const retry_notice&)> on_retry{};
    timer_function timer{};        ///< empty: make_timer()
    fraction_function fraction{};  ///< empty: random
};

/// Tries again when there was no complete answer, or one that says 408, 429, 502, 503, 504 or, of
/// requests that do no harm twice (all but POST and PATCH), 500. Reads are tried again, and changes
/// that have an MS-RequestId, which the service does once however often they come; it stays the
/// same. Everything else (a request for a token) is handed through.
///
/// It gives up, with the last answer, after the last attempt, when the budget is used up, or when
/// the call's deadline would come before the next attempt. A stop during a wait makes the call fail
/// as cancelled. While the asynchronous form waits it holds no thread. Each attempt has the limits
/// of an exchange to itself. Source: wire contract, section 4.4.
class PARTNER_CENTER_EXPORT retry_transport final : public transport {
public:
    /// REQUIRES: `inner` is not empty.
    retry_transport(std::shared_ptr<const transport> inner, retry_options options);

    [[nodiscard]] outcome<http::response> exchange(const outgoing_request& outgoing) const override;
    void exchange_async(outgoing_request outgoing, answer_handler done) const override;

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace partner_center
