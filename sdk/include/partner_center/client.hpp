// Where a program starts: the client, from which calls are chained as the API's addresses are
// built.
//     client.customers().by_id(id).profiles().billing().get()
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include <partner_center/audit_records.hpp>
#include <partner_center/clouds.hpp>
#include <partner_center/credential.hpp>
#include <partner_center/customers.hpp>
#include <partner_center/domains.hpp>
#include <partner_center/error.hpp>
#include <partner_center/export.hpp>
#include <partner_center/guid.hpp>
#include <partner_center/log_transport.hpp>
#include <partner_center/profiles.hpp>
#include <partner_center/retry_transport.hpp>
#include <partner_center/transport.hpp>
#include <partner_center/validations.hpp>

namespace partner_center {

/// How a client works; what is left out is as most programs want it.
struct client_options {
    std::string base_url{};  ///< empty: the cloud's
    std::shared_ptr<const partner_center::transport>
        transport{};          ///< empty: over libcurl, with retries
    retry_options retries{};  ///< of the transport over libcurl; one that you bring does its own
    exchange_observer on_exchange{};  ///< likewise: told of each attempt, see log_transport
    /// Asked when a call begins, on the thread that makes it, for the trace that it belongs to, as
    /// an OpenTelemetry propagator prints it: see request_context::traceparent. Gives an empty text
    /// when there is none.
    std::function<std::string()> traceparent{};
    exchange_limits limits{};  ///< of each exchange
    std::string
        application_name{};       ///< sent as MS-PartnerCenter-Application, for the service's logs
    std::string locale{"en-US"};  ///< of texts in answers, sent as X-Locale
};

/// What some calls have in common.
struct request_context {
    std::optional<guid> correlation_id{};  ///< absent: a new one for this context
    std::optional<guid> request_id{};      ///< absent: a new one for each call
    std::optional<std::string> locale{};   ///< absent: the client's
    /// Sent as it is, in the form of W3C Trace Context ("00-<trace id>-<span id>-01"); absent: what
    /// client_options::traceparent gives. Calls fail with bad_input, without sending, when it has
    /// another form.
    std::optional<std::string> traceparent{};
};

/// What may end calls before their answers have come. Covers a call as a whole, the wait for a
/// token included; of two times the earlier counts. A stop makes a call fail as cancelled, a time
/// that is over makes it fail as request_timeout, and the description says what it waited for.
struct call_options {
    std::stop_token stop{};                                           ///< asked all the time
    std::optional<std::chrono::steady_clock::time_point> deadline{};  ///< of all calls
    std::optional<std::chrono::milliseconds> timeout{};  ///< of each call, from its start
    std::optional<unsigned> retries_max{};  ///< absent: as the transport is set; 0: none
};

/// Calls the Partner Center API. Immutable, safe to use from several threads, cheap to copy.
///
/// Each operation has two forms. The blocking one, get(), runs on the caller's thread. The
/// asynchronous one, get_async(), never waits and gives a std::future; it is completed by the
/// transport's thread (see make_curl_transport()), by a thread of the client's own when a bound is
/// met while it waits for a token, or by the caller's when nothing had to be sent. Calls that are
/// under way when the last copy of the client, of its scopes and of the steps of its chains is gone
/// fail as cancelled, unless somebody else keeps the transport. A forked process must not use a
/// client that it inherited.
class PARTNER_CENTER_EXPORT client {
public:
    /// Calls that cloud's service, for whom the credential stands. Calls fail with not_specified
    /// when the credential is null.
    client(const cloud& where, std::shared_ptr<const credential> who);
    /// The same with options. Calls fail with bad_input when the base URL cannot be one, or is
    /// plain HTTP to another machine.
    client(const cloud& where, std::shared_ptr<const credential> who, client_options options);

    /// This client with another context: one correlation id (and locale, and request id) for all
    /// calls made through what is returned.
    [[nodiscard]] client with(const request_context& context) const;

    /// This client with bounds for all calls made through what is returned, in place of those that
    /// it had.
    ///     client.within({.stop = source.get_token(), .timeout = 2s}).customers() …
    [[nodiscard]] client within(const call_options& options) const;

    [[nodiscard]] customer_collection_operations customers() const;
    [[nodiscard]] domain_collection_operations domains() const;
    /// The caller's own profiles.
    [[nodiscard]] partner_profile_collection_operations profiles() const;
    [[nodiscard]] validation_operations validations() const;
    [[nodiscard]] audit_record_collection_operations audit_records() const;
    [[nodiscard]] country_validation_rules_collection_operations country_validation_rules() const;

    /// For send.hpp.
    [[nodiscard]] const detail::client_state& state() const { return *state_; }

private:
    explicit client(std::shared_ptr<const detail::client_state> state);

    std::shared_ptr<const detail::client_state> state_;
};

}  // namespace partner_center
