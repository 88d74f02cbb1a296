// The profiles that a partner has of its own. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <partner_center/models/address.hpp>
#include <partner_center/models/attributes.hpp>
#include <partner_center/models/links.hpp>

namespace partner_center {

/// A person at the partner.
struct contact {
    std::optional<std::string> first_name{};    ///< given name
    std::optional<std::string> last_name{};     ///< family name
    std::optional<std::string> email{};         ///< to write to
    std::optional<std::string> phone_number{};  ///< digits, maybe with a leading +

    friend bool operator==(const contact&, const contact&) = default;
};
BOOST_DESCRIBE_STRUCT(contact, (), (first_name, last_name, email, phone_number))

/// Whom the partner's own invoices go to. Has an etag. Source: wire contract, section 2.10, as for
/// all of these.
struct partner_billing_profile {
    static constexpr std::string_view object_type = "BillingProfile";
    static constexpr std::array<std::string_view, 2> set_by_service{"profile_type", "links"};

    std::optional<std::string> company_name{};           ///< of the partner
    std::optional<partner_center::address> address{};    ///< where invoices go
    std::optional<contact> primary_contact{};            ///< who answers for them
    std::optional<std::string> purchase_order_number{};  ///< printed on them
    std::optional<std::string> tax_id{};                 ///< in the form of the country
    std::optional<std::string> billing_currency{};       ///< ISO 4217: "USD"
    std::string profile_type{object_type};               ///< always the same
    std::optional<resource_links> links{};
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const partner_billing_profile&, const partner_billing_profile&) =
        default;
};
BOOST_DESCRIBE_STRUCT(
    partner_billing_profile,
    (),
    (company_name,
     address,
     primary_contact,
     purchase_order_number,
     tax_id,
     billing_currency,
     profile_type,
     links,
     attributes)
)

/// How far the check of a partner's business has come.
enum class vetting_status { none, pending, authorized, rejected };
BOOST_DESCRIBE_ENUM(vetting_status, none, pending, authorized, rejected)

/// What is being checked. Source: Microsoft's .NET client, Partners/VettingSubStatus.cs.
enum class vetting_sub_status {
    none,
    entry,
    email_ownership,
    email_domain,
    employment_verification,
    decision,
    other,
    business_verification,
};
BOOST_DESCRIBE_ENUM(
    vetting_sub_status,
    none,
    entry,
    email_ownership,
    email_domain,
    employment_verification,
    decision,
    other,
    business_verification
)

/// Which state of the legal business profile is asked for. Source: wire contract, section 1.4.
enum class vetting_version { none, current, last_finalized };
BOOST_DESCRIBE_ENUM(vetting_version, none, current, last_finalized)

/// The partner's business as it is registered; what the check of it came to is the service's.
struct legal_business_profile {
    static constexpr std::string_view object_type = "LegalBusinessProfile";
    static constexpr std::array<std::string_view, 4> set_by_service{
        "vetting_status", "vetting_sub_status", "profile_type", "links"};

    std::optional<std::string> company_name{};         ///< as registered
    std::optional<partner_center::address> address{};  ///< as registered
    std::optional<contact> primary_contact{};          ///< who answers questions
    std::optional<partner_center::address>
        company_approver_address{};  ///< of who approves on the company's behalf
    std::optional<std::string>
        company_approver_email{};  ///< of who approves on the company's behalf
    std::optional<partner_center::vetting_status> vetting_status{};  ///< how far the check has come
    std::optional<partner_center::vetting_sub_status>
        vetting_sub_status{};               ///< what is being checked
    std::string profile_type{object_type};  ///< always the same
    std::optional<resource_links> links{};
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const legal_business_profile&, const legal_business_profile&) = default;
};
BOOST_DESCRIBE_STRUCT(
    legal_business_profile,
    (),
    (company_name,
     address,
     primary_contact,
     company_approver_address,
     company_approver_email,
     vetting_status,
     vetting_sub_status,
     profile_type,
     links,
     attributes)
)

/// Where customers find the partner's support.
struct support_profile {
    static constexpr std::string_view object_type = "PartnerSupportProfile";
    static constexpr std::array<std::string_view, 2> set_by_service{"profile_type", "links"};

    std::optional<std::string> email{};           ///< to write to
    std::optional<std::string> telephone{};       ///< to call
    std::optional<std::string> website{};         ///< a whole address
    std::string profile_type{"support_profile"};  ///< unlike the others'
    std::optional<resource_links> links{};
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const support_profile&, const support_profile&) = default;
};
BOOST_DESCRIBE_STRUCT(
    support_profile, (), (email, telephone, website, profile_type, links, attributes)
)

/// Who has a number in the Microsoft Partner Network (MPN).
struct mpn_profile {
    static constexpr std::string_view object_type = "MpnProfile";

    std::optional<std::string> partner_name{};  ///< of its company
    std::optional<std::string> mpn_id{};        ///< digits
    std::string profile_type{object_type};      ///< always the same
    std::optional<resource_links> links{};
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const mpn_profile&, const mpn_profile&) = default;
};
BOOST_DESCRIBE_STRUCT(mpn_profile, (), (partner_name, mpn_id, profile_type, links, attributes))

/// The partner's tenant and how to reach it. `id`, `tenant_id` and `domain` are the service's. Has
/// an etag.
struct organization_profile {
    static constexpr std::string_view object_type = "OrganizationProfile";
    static constexpr std::array<std::string_view, 2> set_by_service{"profile_type", "links"};

    std::optional<std::string> id{};            ///< the profile's own
    std::optional<std::string> company_name{};  ///< of the partner
    std::optional<address> default_address{};   ///< where the partner is
    std::optional<std::string> tenant_id{};     ///< a GUID
    std::optional<std::string> domain{};        ///< its first one
    std::optional<std::string> email{};         ///< of the partner
    std::optional<std::string> language{};      ///< "en"
    std::optional<std::string> culture{};       ///< language and country: "en-US"
    std::string profile_type{object_type};      ///< always the same
    std::optional<resource_links> links{};
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const organization_profile&, const organization_profile&) = default;
};
BOOST_DESCRIBE_STRUCT(
    organization_profile,
    (),
    (id,
     company_name,
     default_address,
     tenant_id,
     domain,
     email,
     language,
     culture,
     profile_type,
     links,
     attributes)
)

}  // namespace partner_center
