// What is known of each country: data/countries.json, which is built in and read when it is first
// asked for, or an operator's file in its place. Calls the codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "server/rules/pattern.hpp"
#include <partner_center/models/country_validation_rules.hpp>

namespace partner_center {

/// A country's rules as they are answered, and what they are checked with. A pattern that is absent
/// refuses nothing. Source: wire contract, sections 2.8 and 7, appendices A and B.
struct country {
    country_validation_rules rules{};
    bool states_bind{};  ///< a state that is not in the list is refused
    std::optional<pattern> postal_code{};
    std::optional<pattern> phone_number{};
    std::optional<pattern> registration_number{};  ///< present: customers need a number and a phone
};

/// What a country's code has to be, for people.
inline constexpr std::string_view country_form =
    "one of the supported ISO 3166-1 codes; use GB, not UK";

/// Takes the countries of a file of the form of data/countries.json in place of those. Throws
/// std::runtime_error, which names the file and what is wrong, when it cannot be read or a country
/// is not whole. Not thread-safe: for the start, before anybody asks.
void use_countries(const std::filesystem::path& file);

/// All of them, ordered by code. Read at the first call; may be called from any thread.
[[nodiscard]] std::span<const country> countries();

/// The country with this ISO 3166-1 alpha-2 code, in any letter case; null when there is none.
[[nodiscard]] const country* find_country(std::string_view code);

}  // namespace partner_center
