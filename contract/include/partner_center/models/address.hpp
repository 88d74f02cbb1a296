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
    std::optional<std::string> region{};
    std::optional<std::string> city{};
    std::optional<std::string> state{};
    std::optional<std::string> district{};
    std::optional<std::string> address_line1{};
    std::optional<std::string> address_line2{};
    std::optional<std::string> address_line3{};
    std::optional<std::string> postal_code{};
    std::optional<std::string> first_name{};
    std::optional<std::string> last_name{};
    std::optional<std::string> email_address{};
    std::optional<std::string> phone_number{};
    std::optional<std::string> middle_name{};

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
