// What the filter of a list asks for. Calls the codec and the store's folding.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "store/customer_lists.hpp"
#include <partner_center/result.hpp>

namespace partner_center {

/// Longer beginnings, folded, are refused: names have 200 characters, domains 253 and ids of
/// resellers 50, and a token
/// has to hold what is looked for. In bytes.
inline constexpr std::size_t name_prefix_bytes_max = 700;
inline constexpr std::size_t domain_prefix_bytes_max = 253;

/// Reads {"Field","Value","Operator"}: any letter case, any order, more members. Fails with
/// invalid_body when it is not such an object, and with invalid_value for a field or an operator
/// that customers do not have, or a value that is missing or too long. Source: wire contract,
/// section 1.3, Filter.
[[nodiscard]] result<customer_selection> read_customer_filter(
    const guid& partner_id, std::string_view filter
);

}  // namespace partner_center
