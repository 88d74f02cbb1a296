// What the service demands of profiles and addresses in a country. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>

#include <partner_center/models/attributes.hpp>

namespace partner_center {

/// The rules of one country. A pattern that is absent refuses nothing; the four members about
/// organizations are there only where customers need a registration number. Source: wire contract,
/// section 2.8.
struct country_validation_rules {
    static constexpr std::string_view object_type = "CountryValidationRules";

    std::string iso2_code{};                                ///< of the country: "US"
    std::string default_culture{};                          ///< "en-US"
    bool is_state_required{};                               ///< of addresses
    std::vector<std::string> supported_states_list{};       ///< short forms; empty: any
    std::vector<std::string> supported_languages_list{};    ///< "en"
    std::vector<std::string> supported_cultures_list{};     ///< "en-US"
    bool is_postal_code_required{};                         ///< of addresses
    std::optional<std::string> postal_code_regex{};         ///< what a postal code has to match
    bool is_city_required{};                                ///< of addresses
    bool is_vat_id_supported{};                             ///< of value-added tax
    std::optional<std::string> tax_id_format{};             ///< for people
    std::optional<std::string> tax_id_sample{};             ///< for people
    std::optional<std::string> vat_id_regex{};              ///< what a VAT id has to match
    std::optional<std::string> phone_number_regex{};        ///< what a phone number has to match
    bool is_tax_id_supported{};                             ///< whether there are tax ids
    bool is_tax_id_optional{};                              ///< whether they may be left out
    std::vector<std::string> country_calling_codes_list{};  ///< digits: "1"
    std::optional<std::string>
        customer_organization_registration_number_regex{};  ///< what it has to match
    std::optional<std::string> customer_organization_registration_number_sample{};  ///< for people
    std::optional<bool> customer_organization_registration_number_required{};  ///< of new customers
    std::optional<bool> customer_organization_phone_number_required{};         ///< of new customers
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const country_validation_rules&, const country_validation_rules&) =
        default;
};
BOOST_DESCRIBE_STRUCT(
    country_validation_rules,
    (),
    (iso2_code,
     default_culture,
     is_state_required,
     supported_states_list,
     supported_languages_list,
     supported_cultures_list,
     is_postal_code_required,
     postal_code_regex,
     is_city_required,
     is_vat_id_supported,
     tax_id_format,
     tax_id_sample,
     vat_id_regex,
     phone_number_regex,
     is_tax_id_supported,
     is_tax_id_optional,
     country_calling_codes_list,
     customer_organization_registration_number_regex,
     customer_organization_registration_number_sample,
     customer_organization_registration_number_required,
     customer_organization_phone_number_required,
     attributes)
)

}  // namespace partner_center
