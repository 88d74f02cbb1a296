// What the service thinks of an address. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include <partner_center/models/address.hpp>

namespace partner_center {

/// The verdict on an address. `status` is one of VerifiedShippable, Verified, InteractionRequired,
/// StreetPartial, PremisesPartial, Multiple, None and NotValidated, in that spelling, or a word
/// that is new; `validation_message` is there when fields are bad and names them. Source: wire
/// contract, section 2.9.
struct address_validation_response {
    address original_address{};                  ///< as it was sent
    std::vector<address> suggested_addresses{};  ///< how it should be; may be empty
    std::string status{};  ///< "VerifiedShippable" or another word of the verdict
    std::optional<std::string> validation_message{};  ///< what is wrong with it

    friend bool operator==(const address_validation_response&, const address_validation_response&) =
        default;
};
BOOST_DESCRIBE_STRUCT(
    address_validation_response,
    (),
    (original_address, suggested_addresses, status, validation_message)
)

}  // namespace partner_center
