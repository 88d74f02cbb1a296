// The call chains below client.validations() and client.country_validation_rules(): each step is a
// step of the URL. Steps are cheap to copy and may outlive the client that they came from.
// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <memory>
#include <string>
#include <string_view>

#include <partner_center/error.hpp>
#include <partner_center/export.hpp>
#include <partner_center/models/address.hpp>
#include <partner_center/models/address_validation_response.hpp>
#include <partner_center/models/country_validation_rules.hpp>

namespace partner_center {

namespace detail {
struct client_state;
}  // namespace detail

/// /v1/validations
class PARTNER_CENTER_EXPORT validation_operations {
public:
    explicit validation_operations(std::shared_ptr<const detail::client_state> client);

    /// Asks for the verdict on an address. A bad address is a verdict, not an error, except of a
    /// service that still answers as before 2021.
    [[nodiscard]] outcome<address_validation_response> is_address_valid(const address& address
    ) const;
    [[nodiscard]] std::future<outcome<address_validation_response>> is_address_valid_async(
        const address& address
    ) const;

private:
    std::shared_ptr<const detail::client_state> client_;
};

/// /v1/countryvalidationrules/{country}
class PARTNER_CENTER_EXPORT country_validation_rules_operations {
public:
    country_validation_rules_operations(
        std::shared_ptr<const detail::client_state> client, std::string_view country
    );

    /// Reads the country's rules. Fails with bad_input when there is no such country.
    [[nodiscard]] outcome<country_validation_rules> get() const;
    [[nodiscard]] std::future<outcome<country_validation_rules>> get_async() const;

private:
    std::shared_ptr<const detail::client_state> client_;
    std::string country_;
};

/// /v1/countryvalidationrules
class PARTNER_CENTER_EXPORT country_validation_rules_collection_operations {
public:
    explicit country_validation_rules_collection_operations(
        std::shared_ptr<const detail::client_state> client
    );

    /// An ISO 3166-1 alpha-2 code in any letter case, sent as it is.
    [[nodiscard]] country_validation_rules_operations by_country(std::string_view code) const;

private:
    std::shared_ptr<const detail::client_state> client_;
};

}  // namespace partner_center
