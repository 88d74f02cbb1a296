// Reads filters in the dialects of Microsoft's clients. Calls the codec and name_order.cpp.
// SPDX-License-Identifier: MIT
#include "server/api/customer_filter.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "server/api/list_filter.hpp"
#include "store/name_order.hpp"

namespace partner_center {

namespace {

/// The customers' field behind the name that a filter has for it.
[[nodiscard]] std::optional<customer_field> field_of(const std::optional<std::string>& name) {
    if (is_word(name, "company_name")) return customer_field::company_name;
    if (is_word(name, "domain")) return customer_field::domain;
    const bool is_reseller =
        is_word(name, "indirect_reseller") || is_word(name, "indirect_cloud_solution_provider");
    if (is_reseller) return customer_field::associated_partner;
    return {};
}

[[nodiscard]] std::string prefix_of(customer_field field, std::string value) {
    if (field != customer_field::associated_partner) return folded(value);
    std::ranges::transform(value, value.begin(), detail::to_lower);
    return value;
}

}  // namespace

result<customer_selection> read_customer_filter(const guid& partner_id, std::string_view filter) {
    auto asked = read_filter_document(filter);
    if (!asked) return asked.error();
    const auto field = field_of(asked->field);
    if (!field) {
        return invalid(
            "filter: Field must be CompanyName, Domain, IndirectReseller or "
            "IndirectCloudSolutionProvider."
        );
    }
    if (!is_word(asked->operator_, "starts_with")) {
        return invalid("filter: Operator must be starts_with.");
    }
    if (!asked->value) return invalid("filter: Value is missing.");

    const bool by_name = *field == customer_field::company_name;
    customer_selection selection{
        .partner_id = partner_id, .prefix = prefix_of(*field, *std::move(asked->value))};
    if (selection.prefix.size() > (by_name ? name_prefix_bytes_max : domain_prefix_bytes_max)) {
        return invalid("filter: Value is too long.");
    }
    // To begin with nothing is what every domain does as well as every name, and those are in order
    // already.
    const bool is_everybody = *field == customer_field::domain && selection.prefix.empty();
    if (!is_everybody) selection.field = *field;
    return selection;
}

}  // namespace partner_center
