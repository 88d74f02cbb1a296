// Every operation of the API as a struct, and the list of them: the table of contents. The fields
// are the path, query, header and body (operation.hpp says which is which); the constants are the
// rest.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/mp11/list.hpp>

#include <partner_center/guid.hpp>
#include <partner_center/models/billing_profile.hpp>
#include <partner_center/models/customer.hpp>
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

/// Where a page of a list is sought, from the page that a token came with.
enum class seek_operation { next, previous, first, last, page_index };
BOOST_DESCRIBE_ENUM(seek_operation, next, previous, first, last, page_index)

/// Lists the caller's customers in their short form, ordered by company name, then by id: all of
/// them when `size` is absent or 0, else a page of at most 500. `filter` is a JSON object, and a
/// token, which is of the page before, carries both. Fails with invalid_body (size, filter, seek
/// operation or token that cannot be taken) and invalid_value (a filter that customers do not
/// have). Source: wire contract, section 1.3.
struct list_customers {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/customers";
    static constexpr std::string_view summary = "List customers";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = customer_collection;

    std::optional<std::int64_t> size{};
    std::optional<std::string> filter{};
    std::optional<partner_center::seek_operation> seek_operation{};
    std::optional<std::string> continuation_token{};
};
BOOST_DESCRIBE_STRUCT(list_customers, (), (size, filter, seek_operation, continuation_token))

/// The order is that of the reference. Where two paths could both match, the one with a literal
/// segment wins over the one with a parameter, wherever they stand here.
using operations = boost::mp11::mp_list<get_billing_profile, list_customers>;

}  // namespace partner_center
