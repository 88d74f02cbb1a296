// A customer's billing profile. Calls nothing of ours.
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

/// Whom a customer's invoices go to. `id` is the service's and never the customer's id; the version
/// is `attributes.etag`, a signed 64-bit number in decimal. Source: wire contract, section 2.4.
struct billing_profile {
    static constexpr std::string_view object_type = "CustomerBillingProfile";
    static constexpr std::array<std::string_view, 1> set_by_service{"links"};

    std::optional<std::string> id{};            ///< the profile's own: a GUID
    std::optional<std::string> first_name{};    ///< the contact person's
    std::optional<std::string> last_name{};     ///< the contact person's
    std::optional<std::string> email{};         ///< where invoices go
    std::optional<std::string> culture{};       ///< language and country: "en-US"
    std::optional<std::string> language{};      ///< "en"
    std::optional<std::string> company_name{};  ///< of the customer
    std::optional<address> default_address{};   ///< where the customer is
    std::optional<resource_links> links{};
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const billing_profile&, const billing_profile&) = default;
};
BOOST_DESCRIBE_STRUCT(
    billing_profile,
    (),
    (id,
     first_name,
     last_name,
     email,
     culture,
     language,
     company_name,
     default_address,
     links,
     attributes)
)

}  // namespace partner_center
