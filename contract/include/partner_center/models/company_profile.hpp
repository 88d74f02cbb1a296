// A customer's company profile. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>

#include <partner_center/models/address.hpp>
#include <partner_center/models/attributes.hpp>
#include <partner_center/models/links.hpp>

namespace partner_center {

/// Who a customer is: its tenant, domain and name. `company_name` is that of the billing profile
/// when the customer was created. `address` (whose state is under `region`) and `email` are there
/// only where the partner manages the tenant on its customer's behalf; lists and the answer to a
/// creation never have them. Source: wire contract, section 2.3.
struct company_profile {
    static constexpr std::string_view object_type = "CustomerCompanyProfile";
    static constexpr std::array<std::string_view, 5> set_by_service{
        "tenant_id", "company_name", "address", "email", "links"};

    std::optional<std::string> tenant_id{};     ///< the customer's id: a GUID
    std::optional<std::string> domain{};        ///< its first one: "contoso.onmicrosoft.com"
    std::optional<std::string> company_name{};  ///< as in its billing profile when that was made
    std::optional<partner_center::address> address{};  ///< only with delegated access
    std::optional<std::string> email{};                ///< only with delegated access
    std::optional<std::string>
        organization_registration_number{};  ///< where the country demands one
    std::optional<resource_links> links{};
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const company_profile&, const company_profile&) = default;
};
BOOST_DESCRIBE_STRUCT(
    company_profile,
    (),
    (tenant_id,
     domain,
     company_name,
     address,
     email,
     organization_registration_number,
     links,
     attributes)
)

}  // namespace partner_center
