// Where a program starts: the client, from which calls are chained as the API's addresses are
// built.
//     client.customers().by_id(id).profiles().billing().get()
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <partner_center/clouds.hpp>
#include <partner_center/credential.hpp>
#include <partner_center/customers.hpp>
#include <partner_center/error.hpp>
#include <partner_center/guid.hpp>
#include <partner_center/transport.hpp>

namespace partner_center {

struct client_options {
    std::string base_url{};                                        ///< empty: the cloud's
    std::shared_ptr<const partner_center::transport> transport{};  ///< empty: over libcurl
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

/// Calls the Partner Center API. Immutable, safe to use from several threads, cheap to copy.
class client {
public:
    client(const cloud& where, std::shared_ptr<const credential> who);
    client(const cloud& where, std::shared_ptr<const credential> who, client_options options);

    /// This client with another context: one correlation id (and locale, and request id) for all
    /// calls made through what is returned.
    [[nodiscard]] client with(const request_context& context) const;

    [[nodiscard]] customer_collection_operations customers() const;

    /// For send.hpp.
    [[nodiscard]] const detail::client_state& state() const { return *state_; }

private:
    explicit client(std::shared_ptr<const detail::client_state> state);

    std::shared_ptr<const detail::client_state> state_;
};

}  // namespace partner_center
