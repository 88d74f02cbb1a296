// A transport that tells a program's log about the exchanges of another one.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <partner_center/error.hpp>
#include <partner_center/export.hpp>
#include <partner_center/http.hpp>
#include <partner_center/transport.hpp>

namespace partner_center {

/// An exchange that is over, as a log may have it: no token, no secret, no body and no query, which
/// names customers. One attempt of a call; calls that are tried again have several, all with the
/// same ids. A plain value.
struct logged_exchange {
    std::string method{};              ///< "GET"
    std::string url{};                 ///< with the path, which has customers' ids
    unsigned http_status{};            ///< 0 when there was no complete answer
    error_category category{};         ///< of an answer that is no success, or of there being none
    std::string problem{};             ///< why there was no complete answer; else empty
    std::chrono::microseconds took{};  ///< from the call of the transport to the whole answer
    std::size_t request_bytes{};       ///< of the body
    std::size_t response_bytes{};      ///< of the body
    std::string request_id{};          ///< MS-RequestId, as sent
    std::string correlation_id{};      ///< MS-CorrelationId, as sent
    std::vector<http::field> sent{};   ///< the request's headers that are on the allow-list
    std::vector<http::field> came{};   ///< the answer's headers that are on the allow-list
};

/// Takes records, maybe from several threads at once. It should not wait; what it throws is
/// dropped.
using exchange_observer = std::function<void(const logged_exchange&)>;

/// Tells an observer of each exchange when it is over, on the thread that has the answer. Headers
/// are told by the allow-list of trace_transport. Safe to use from several threads.
class PARTNER_CENTER_EXPORT log_transport final : public transport {
public:
    /// REQUIRES: neither argument is empty.
    log_transport(std::shared_ptr<const transport> inner, exchange_observer observer);

    [[nodiscard]] outcome<http::response> exchange(const outgoing_request& outgoing) const override;
    void exchange_async(outgoing_request outgoing, answer_handler done) const override;

private:
    std::shared_ptr<const transport> inner_;
    exchange_observer observer_;
};

}  // namespace partner_center
