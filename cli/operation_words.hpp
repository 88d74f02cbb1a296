// The names of operations and of their fields, as partnerctl has them. Read from the contract's
// list of operations.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace partner_center::cli {

struct operation_words {
    std::string name{};  ///< "get-billing-profile"
    std::string summary{};
    std::vector<std::string> fields{};  ///< but for the body
    bool has_body{};
};

/// All operations, in the order of the reference.
[[nodiscard]] std::vector<operation_words> all_operation_words();

/// "customer-id" for "customer_id".
[[nodiscard]] std::string kebab_case(std::string_view name);

}  // namespace partner_center::cli
