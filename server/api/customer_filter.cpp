// Reads filters in the dialects of Microsoft's clients. Calls the codec and name_order.cpp.
// SPDX-License-Identifier: MIT
#include "server/api/customer_filter.hpp"

#include <string>
#include <utility>

#include "server/api/list_filter.hpp"
#include "store/name_order.hpp"

namespace partner_center {

namespace {

[[nodiscard]] bool is_of_resellers(const std::optional<std::string>& field) {
    return is_word(field, "indirect_reseller") ||
           is_word(field, "indirect_cloud_solution_provider");
}

}  // namespace

result<std::optional<customer_selection>> read_customer_filter(
    const guid& partner_id, std::string_view filter
) {
    const auto asked = read_filter_document(filter);
    if (!asked) return asked.error();
    const bool by_domain = is_word(asked->field, "domain");
    if (!by_domain && !is_word(asked->field, "company_name") && !is_of_resellers(asked->field)) {
        return invalid(
            "filter: Field must be CompanyName, Domain, IndirectReseller or "
            "IndirectCloudSolutionProvider."
        );
    }
    if (!is_word(asked->operator_, "starts_with")) {
        return invalid("filter: Operator must be starts_with.");
    }
    if (!asked->value) return invalid("filter: Value is missing.");
    if (is_of_resellers(asked->field)) return std::optional<customer_selection>{};

    customer_selection selection{.partner_id = partner_id, .prefix = folded(*asked->value)};
    if (selection.prefix.size() > (by_domain ? domain_prefix_bytes_max : name_prefix_bytes_max)) {
        return invalid("filter: Value is too long.");
    }
    // To begin with nothing is what every name does as well, and those are in order already.
    if (by_domain && !selection.prefix.empty()) selection.field = customer_field::domain;
    return std::optional{std::move(selection)};
}

}  // namespace partner_center
