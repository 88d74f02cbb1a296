// A customer of a partner, what may be changed of it, and a page of a list of them. Calls nothing
// of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <partner_center/models/attributes.hpp>
#include <partner_center/models/billing_profile.hpp>
#include <partner_center/models/company_profile.hpp>
#include <partner_center/models/links.hpp>
#include <partner_center/names.hpp>

namespace partner_center {

/// What the partner is to the customer. Answers have `reseller` or `none` only: Microsoft's Java
/// client cannot read all of the others. Source: wire contract, section 2.1.
enum class customer_relationship {
    unknown,
    reseller,
    advisor,
    syndication,
    microsoft_support,
    none,
};
BOOST_DESCRIBE_ENUM(
    customer_relationship, unknown, reseller, advisor, syndication, microsoft_support, none
)

/// How the new tenant's administrator signs in first: shown once, in the answer to the creation.
struct user_credentials {
    static constexpr std::array<std::string_view, 1> set_by_service{"user_name"};

    std::optional<std::string> user_name{};  ///< without the domain: "admin"
    std::optional<std::string> password{};   ///< to be kept safe and changed

    friend bool operator==(const user_credentials&, const user_credentials&) = default;
};
BOOST_DESCRIBE_STRUCT(user_credentials, (), (user_name, password))

/// A customer. Lists have its short form: `id`, `company_profile`, `relationship_to_partner`,
/// `links` and `attributes` alone. `id` is that of the customer's tenant. Source: wire contract,
/// sections 2.1 and 2.2.
struct customer {
    static constexpr std::string_view object_type = "Customer";
    static constexpr std::array spelt{
        own_spelling{"enable_gdap_by_default", "enableGDAPByDefault"}};
    static constexpr std::array<std::string_view, 5> set_by_service{
        "id", "commerce_id", "allow_delegated_access", "custom_domains", "links"};

    std::optional<std::string> id{};  ///< its tenant's: a GUID in lower case
    std::optional<std::string>
        commerce_id{};  ///< a GUID, in the billing system; read one by one only
    std::optional<partner_center::company_profile> company_profile{};  ///< who the company is
    std::optional<partner_center::billing_profile>
        billing_profile{};  ///< whom invoices go to; read one by one only
    std::optional<customer_relationship> relationship_to_partner{};  ///< what the partner is to it
    std::optional<bool> allow_delegated_access{};                    ///< read one by one only
    std::optional<partner_center::user_credentials> user_credentials{};  ///< once, when created
    std::optional<std::string> associated_partner_id{};        ///< the indirect reseller's MPN id
    std::optional<std::vector<std::string>> custom_domains{};  ///< with delegated access
    std::optional<bool> enable_gdap_by_default{};              ///< only when creating
    std::optional<resource_links> links{};
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const customer&, const customer&) = default;
};
BOOST_DESCRIBE_STRUCT(
    customer,
    (),
    (id,
     commerce_id,
     company_profile,
     billing_profile,
     relationship_to_partner,
     allow_delegated_access,
     user_credentials,
     associated_partner_id,
     custom_domains,
     enable_gdap_by_default,
     links,
     attributes)
)

/// What may be changed of a customer: `none` ends the relationship. Source: wire contract, section
/// 1.1, row 9.
struct relationship_change {
    std::optional<customer_relationship> relationship_to_partner{};  ///< what it shall be
};
BOOST_DESCRIBE_STRUCT(relationship_change, (), (relationship_to_partner))

/// A page of customers in their short form. `total_count` counts this page alone; `links.next` and
/// `continuation_token` are there when another page exists. Source: wire contract, section 1.3.
struct customer_collection {
    static constexpr std::string_view object_type = "Collection";

    std::int64_t total_count{};                       ///< of this page
    std::vector<customer> items{};                    ///< in the order of company names
    std::optional<std::string> continuation_token{};  ///< for the page after this one
    std::optional<resource_links> links{};
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const customer_collection&, const customer_collection&) = default;
};
BOOST_DESCRIBE_STRUCT(
    customer_collection, (), (total_count, items, continuation_token, links, attributes)
)

}  // namespace partner_center
