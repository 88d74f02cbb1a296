// Validations and country rules, as calls of send.hpp.
// SPDX-License-Identifier: MIT
#include <utility>

#include "sdk/src/client_state.hpp"
#include <partner_center/operations.hpp>
#include <partner_center/send.hpp>
#include <partner_center/validations.hpp>

namespace partner_center {

validation_operations::validation_operations(std::shared_ptr<const detail::client_state> client)
    : client_{std::move(client)} {}

outcome<address_validation_response> validation_operations::is_address_valid(const address& address
) const {
    return detail::send_parts<address_validation_response>(
        *client_, detail::parts_of(validate_address{.body = address})
    );
}

std::future<outcome<address_validation_response>> validation_operations::is_address_valid_async(
    const address& address
) const {
    return detail::send_parts_async<address_validation_response>(
        *client_, detail::parts_of(validate_address{.body = address})
    );
}

country_validation_rules_operations::country_validation_rules_operations(
    std::shared_ptr<const detail::client_state> client, std::string_view country
)
    : client_{std::move(client)}, country_{country} {}

outcome<country_validation_rules> country_validation_rules_operations::get() const {
    return detail::send_parts<country_validation_rules>(
        *client_, detail::parts_of(get_country_validation_rules{.country = country_})
    );
}

std::future<outcome<country_validation_rules>> country_validation_rules_operations::get_async(
) const {
    return detail::send_parts_async<country_validation_rules>(
        *client_, detail::parts_of(get_country_validation_rules{.country = country_})
    );
}

country_validation_rules_collection_operations::country_validation_rules_collection_operations(
    std::shared_ptr<const detail::client_state> client
)
    : client_{std::move(client)} {}

country_validation_rules_operations country_validation_rules_collection_operations::by_country(
    std::string_view code
) const {
    return {client_, code};
}

}  // namespace partner_center
