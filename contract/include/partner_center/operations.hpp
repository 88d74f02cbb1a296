// Every operation of the API as a struct, and the list of them: the table of contents. The fields
// are the path, query, header and body (operation.hpp says which is which); the constants are the
// rest.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>
#include <boost/mp11/list.hpp>

#include <partner_center/guid.hpp>
#include <partner_center/models/address_validation_response.hpp>
#include <partner_center/models/billing_profile.hpp>
#include <partner_center/models/country_validation_rules.hpp>
#include <partner_center/operation.hpp>

namespace partner_center {

/// Reads the billing profile of one of the caller's customers. Fails with malformed_customer_id or
/// zero_customer_id, with no_relationship for another partner's customer, and with unknown_tenant.
/// Source: wire contract, section 1.1, row 1.
struct get_billing_profile {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/customers/{customer_id}/profiles/billing";
    static constexpr std::string_view summary = "Get a customer's billing profile";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = billing_profile;

    guid customer_id{};
};
BOOST_DESCRIBE_STRUCT(get_billing_profile, (), (customer_id))

/// Replaces the billing profile of one of the caller's customers as a whole: what the body leaves
/// out is gone. The version to replace is named by If-Match or by attributes.etag in the body.
/// Gives the profile as it is stored, with its new etag. Fails as get_billing_profile does, with
/// stale_if_match or stale_etag when somebody was faster, with missing_etag, and with
/// invalid_value. Source: wire contract, section 1.1, row 2, and section 3.4.
struct update_billing_profile {
    static constexpr verb method = verb::put;
    static constexpr std::string_view path = "/v1/customers/{customer_id}/profiles/billing";
    static constexpr std::string_view summary = "Update a customer's billing profile";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::write_billing_profiles;
    static constexpr audit_names audited{"update_customer_billing_profile", "customer"};
    using response = billing_profile;

    guid customer_id{};
    std::optional<std::string> if_match{};
    billing_profile body{};
};
BOOST_DESCRIBE_STRUCT(update_billing_profile, (), (customer_id, if_match, body))

/// Tells whether the service would take an address; a verdict, not a fault, when it would not.
/// Changes nothing. Fails with invalid_body; under address-validation=legacy a good address is
/// answered without a body and a bad one fails with address_rejected. Source: wire contract,
/// sections 1.2, row 14, and 2.9.
struct validate_address {
    static constexpr verb method = verb::post;
    static constexpr std::string_view path = "/v1/validations/address";
    static constexpr std::string_view summary = "Validate an address";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = address_validation_response;

    address body{};
};
BOOST_DESCRIBE_STRUCT(validate_address, (), (body))

/// Reads what the service demands of profiles and addresses in a country, given by its ISO 3166-1
/// alpha-2 code in any letter case. Fails with invalid_value when there is no such country. Source:
/// wire contract, section 1.2, row 15.
struct get_country_validation_rules {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/countryvalidationrules/{country}";
    static constexpr std::string_view summary = "Get a country's validation rules";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = country_validation_rules;

    std::string country{};
};
BOOST_DESCRIBE_STRUCT(get_country_validation_rules, (), (country))

/// The order is that of the reference. Where two paths could both match, the one with a literal
/// segment wins over the one with a parameter, wherever they stand here.
using operations = boost::mp11::mp_list<
    get_billing_profile,
    update_billing_profile,
    validate_address,
    get_country_validation_rules>;

}  // namespace partner_center
