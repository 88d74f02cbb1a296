// Whether what callers send may be stored, and in which spelling. Calls countries.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <partner_center/fault.hpp>
#include <partner_center/models/address.hpp>
#include <partner_center/models/billing_profile.hpp>
#include <partner_center/models/customer.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

/// A rule that a body breaks. No text of the body is repeated in it.
struct problem {
    std::string path{};  ///< from the top of the body: "defaultAddress.postalCode"
    fault_kind kind{};
    std::string expected{};  ///< completes "<path> must be …"
};

/// What is made of an address whose members are all there, but whose state or postal code the
/// country does not have: an invalid_value, or (on) address_rejected. Source: wire contract,
/// section 4.2 and switch address-check.
enum class address_check { off, on };

/// The profile as it is to be stored: country and state in upper case, culture as the country's
/// list spells it, language in lower case, nothing trimmed. Otherwise the fault of the first
/// problem in the contract's order of checks, with all of them in `data`: invalid_value,
/// address_rejected or phone_number_missing. `id` has to be left out or be the profile's own; links
/// and attributes are not looked at. Lengths count Unicode code points. Source: wire contract,
/// section 7.
[[nodiscard]] result<billing_profile> checked_for_update(
    billing_profile profile, const std::optional<std::string>& own_id, address_check checking
);

/// The same for a profile of any id, with address_check::off.
[[nodiscard]] result<billing_profile> checked_for_update(billing_profile profile);

/// The same for a customer that is to be created, whose domain has to be one of the suffixes
/// (".onmicrosoft.com") behind 1 to 27 letters or digits, and whose indirect reseller's id, if any,
/// has 1 to 50 characters. Besides: registration_unwanted, registration_missing,
/// registration_malformed.
[[nodiscard]] result<customer> checked_for_create(
    customer created, std::span<const std::string> domain_suffixes, address_check checking
);

/// The same with address_check::off.
[[nodiscard]] result<customer> checked_for_create(
    customer created, std::span<const std::string> domain_suffixes
);

/// What is wrong with an address by itself, where people's names and phone numbers may be missing;
/// and the address in the spelling that it would be stored in, which counts when nothing is.
struct address_verdict {
    address normalised{};
    std::vector<problem> problems{};
};
[[nodiscard]] address_verdict verdict_on(address given);

/// For people and for .NET's: "Invalid address fields: 'City', 'PostalCode'". Source: wire
/// contract, section 2.9.
[[nodiscard]] std::string message_of(std::span<const problem> problems);

/// The fault for a bad address of the service before 2021: its description is a JSON document.
/// Source: wire contract, section 10.10 and trap 43.
[[nodiscard]] fault address_rejected(std::span<const problem> problems);

}  // namespace partner_center
