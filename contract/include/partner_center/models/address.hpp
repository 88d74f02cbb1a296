// A postal address. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include <boost/describe/class.hpp>

namespace partner_center {

/// An address; which members a country requires is the service's business. An empty text is a value
/// of its own and is kept. Source: wire contract, section 2.5.
struct address {
    std::optional<std::string> country{};  ///< ISO 3166-1 alpha-2, upper case
    std::optional<std::string> region{};   ///< where a country has regions
    std::optional<std::string> city{};     ///< a town, too
    std::optional<std::string> state{};  ///< of the United States and others: its short form, "WA"
    std::optional<std::string> district{};       ///< where a country has districts
    std::optional<std::string> address_line1{};  ///< street and number
    std::optional<std::string> address_line2{};  ///< more of it
    std::optional<std::string> address_line3{};  ///< more of it
    std::optional<std::string> postal_code{};    ///< in the form of the country
    std::optional<std::string> first_name{};     ///< the contact person's
    std::optional<std::string> last_name{};      ///< the contact person's
    std::optional<std::string> email_address{};  ///< the contact person's
    std::optional<std::string> phone_number{};   ///< digits, maybe with a leading +; may be empty
    std::optional<std::string> middle_name{};    ///< the contact person's

    friend bool operator==(const address&, const address&) = default;
};
BOOST_DESCRIBE_STRUCT(
    address,
    (),
    (country,
     region,
     city,
     state,
     district,
     address_line1,
     address_line2,
     address_line3,
     postal_code,
     first_name,
     last_name,
     email_address,
     phone_number,
     middle_name)
)

}  // namespace partner_center
