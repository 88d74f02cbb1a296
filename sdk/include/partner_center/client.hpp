// Where a program starts: the client, from which calls are chained as the API's addresses are
// built.
//     client.customers().by_id(id).profiles().billing().get()
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
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
#include <partner_center/guid.hpp>
#include <partner_center/profiles.hpp>
#include <partner_center/retry_transport.hpp>
#include <partner_center/transport.hpp>
#include <partner_center/validations.hpp>

namespace partner_center {

struct client_options {
    std::string base_url{};  ///< empty: the cloud's
    std::shared_ptr<const partner_center::transport>
        transport{};          ///< empty: over libcurl, with retries
    retry_options retries{};  ///< of the transport over libcurl; one that you bring does its own
    exchange_limits limits{};
    std::string
        application_name{};  ///< sent as MS-PartnerCenter-Application, for the service's logs
    std::string locale{"en-US"};
};

/// What some calls have in common.
struct request_context {
    std::optional<guid> correlation_id{};  ///< absent: a new one for this context
    std::optional<guid> request_id{};      ///< absent: a new one for each call
    std::optional<std::string> locale{};   ///< absent: the client's
};

/// What may end calls before their answers have come. Covers a call as a whole, the wait for a
/// token included; of two times the earlier counts. A stop makes a call fail as cancelled, a time
/// that is over makes it fail as request_timeout, and the description says what it waited for.
struct call_options {
    std::stop_token stop{};
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
class client {
public:
    client(const cloud& where, std::shared_ptr<const credential> who);
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
