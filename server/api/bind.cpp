// The parts of binding that do not depend on the operation. Calls percent.hpp.
// SPDX-License-Identifier: MIT
#include "server/api/bind.hpp"

#include "server/percent.hpp"

namespace partner_center {

result<std::optional<std::string>> query_parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const auto key = percent_decoded(pair.substr(0, pair.find('=')), blank_form::plus_too);
        if (!key || !equals_ignoring_case(*key, name)) continue;
        pair.remove_prefix(std::min(pair.size(), pair.find('=')));
        if (!pair.empty()) pair.remove_prefix(1);
        auto text = percent_decoded(pair, blank_form::plus_too);
        if (text) return text;
        return fault{
            .kind = fault_kind::invalid_body,
            .description = std::string{name} + " is not percent-encoded correctly.",
        };
    }
    return std::optional<std::string>{};
}

namespace detail {

std::optional<std::string> joined_lines(const http::request_view& request, std::string_view name) {
    std::optional<std::string> out;
    for (const http::field_view& each : request.fields) {
        if (!equals_ignoring_case(each.name, name)) continue;
        if (out) out->append(", ");
        if (!out) out.emplace();
        out->append(each.value);
    }
    return out;
}

std::optional<fault> bind_id(guid& out, std::string_view field, std::string_view text) {
    const bool is_customer = field == "customer_id";
    const auto id = parse_guid(text);
    if (!id) {
        return fault{
            .kind = is_customer ? fault_kind::malformed_customer_id : fault_kind::malformed_id};
    }
    if (is_customer && id->is_zero()) return fault{.kind = fault_kind::zero_customer_id};
    out = *id;
    return {};
}

}  // namespace detail
}  // namespace partner_center
