// The steps of the call chain below /v1/customers. Each verb sends an operation of the contract.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "sdk/src/customer_parts.hpp"
#include <partner_center/customers.hpp>
#include <partner_center/operations.hpp>
#include <partner_center/send.hpp>

namespace partner_center {
namespace {

[[nodiscard]] list_customers operation_of(const customer_query& which) {
    list_customers operation{.size = which.size};
    if (which.company_name) {
        operation.filter = R"({"Field":"CompanyName","Value":)";
        append_json_string(*operation.filter, *which.company_name);
        *operation.filter += R"(,"Operator":"starts_with"})";
    }
    return operation;
}

[[nodiscard]] bool is_printable(char c) {
    return c > ' ' && c <= '~' && c != '#';
}

[[nodiscard]] error refused(std::string why) {
    return {.category = error_category::bad_input, .description = std::move(why)};
}

/// The request that a link to another page asks for. Only the place and the headers that lists have
/// are followed: the request carries the caller's token.
[[nodiscard]] outcome<detail::request_parts> parts_of_link(const link& to) {
    std::string_view target = to.uri;
    constexpr std::string_view version = "/v1/";
    if (target.starts_with(version)) target.remove_prefix(version.size() - 1);
    constexpr std::string_view place = "/customers?";
    if (!target.starts_with(place) || !std::ranges::all_of(target, is_printable)) {
        return refused("the link to that page does not lead to customers");
    }
    detail::request_parts parts = detail::parts_of(list_customers{});
    parts.encoded_query = target.substr(place.size());
    for (const link_header& each : to.headers) {
        const std::string_view token = header_of_field("continuation_token");
        if (equals_ignoring_case(each.key, token)) parts.fields.push_back({each.key, each.value});
    }
    return parts;
}

[[nodiscard]] outcome<detail::request_parts> parts_of_next(const customer_collection& page) {
    if (page.links && page.links->next) return parts_of_link(*page.links->next);
    return refused("this is the last page");
}

[[nodiscard]] outcome<detail::request_parts> parts_of_previous(const customer_collection& page) {
    if (page.links && page.links->previous) return parts_of_link(*page.links->previous);
    return refused("this page has no link to one before it");
}

[[nodiscard]] outcome<customer_collection> send_page(
    const detail::customer_step& at, outcome<detail::request_parts> parts
) {
    if (!parts) return parts.error();
    return detail::send_parts<customer_collection>(*at.client, *std::move(parts));
}

[[nodiscard]] std::future<outcome<customer_collection>> send_page_async(
    const detail::customer_step& at, outcome<detail::request_parts> parts
) {
    if (!parts) {
        std::promise<outcome<customer_collection>> none;
        none.set_value(parts.error());
        return none.get_future();
    }
    return detail::send_parts_async<customer_collection>(*at.client, *std::move(parts));
}

}  // namespace

customer_collection_operations::customer_collection_operations(detail::customer_step at)
    : at_{std::move(at)} {}

customer_operations customer_collection_operations::by_id(std::string_view id) const {
    return customer_operations{{.client = at_.client, .customer_id = std::string{id}}};
}

customer_operations customer_collection_operations::by_id(const guid& id) const {
    return by_id(to_string(id));
}

outcome<customer_collection> customer_collection_operations::list() const {
    return query({});
}

std::future<outcome<customer_collection>> customer_collection_operations::list_async() const {
    return query_async({});
}

outcome<customer_collection> customer_collection_operations::query(const customer_query& which
) const {
    return detail::send_parts<customer_collection>(
        *at_.client, detail::parts_of(operation_of(which))
    );
}

std::future<outcome<customer_collection>> customer_collection_operations::query_async(
    const customer_query& which
) const {
    return detail::send_parts_async<customer_collection>(
        *at_.client, detail::parts_of(operation_of(which))
    );
}

customer_range customer_collection_operations::list_all(const customer_query& which) const {
    return customer_range{*this, which};
}

outcome<customer_collection> customer_collection_operations::next(const customer_collection& page
) const {
    return send_page(at_, parts_of_next(page));
}

std::future<outcome<customer_collection>> customer_collection_operations::next_async(
    const customer_collection& page
) const {
    return send_page_async(at_, parts_of_next(page));
}

outcome<customer_collection> customer_collection_operations::previous(
    const customer_collection& page
) const {
    return send_page(at_, parts_of_previous(page));
}

std::future<outcome<customer_collection>> customer_collection_operations::previous_async(
    const customer_collection& page
) const {
    return send_page_async(at_, parts_of_previous(page));
}

relationship_request_operations customer_collection_operations::relationship_request() const {
    return relationship_request_operations{at_};
}

validation_code_collection_operations customer_collection_operations::validation_codes() const {
    return validation_code_collection_operations{at_};
}

relationship_request_operations::relationship_request_operations(detail::customer_step at)
    : at_{std::move(at)} {}

outcome<relationship_request> relationship_request_operations::get() const {
    return detail::send_for(at_, get_relationship_request{});
}

std::future<outcome<relationship_request>> relationship_request_operations::get_async() const {
    return detail::send_async_for(at_, get_relationship_request{});
}

validation_code_collection_operations::validation_code_collection_operations(
    detail::customer_step at
)
    : at_{std::move(at)} {}

outcome<std::vector<validation_code>> validation_code_collection_operations::get() const {
    return detail::send_for(at_, list_validation_codes{});
}

std::future<outcome<std::vector<validation_code>>> validation_code_collection_operations::get_async(
) const {
    return detail::send_async_for(at_, list_validation_codes{});
}

customer_operations::customer_operations(detail::customer_step at) : at_{std::move(at)} {}

outcome<customer> customer_operations::get() const {
    return detail::send_for(at_, get_customer{});
}

std::future<outcome<customer>> customer_operations::get_async() const {
    return detail::send_async_for(at_, get_customer{});
}

customer_profile_collection_operations customer_operations::profiles() const {
    return customer_profile_collection_operations{at_};
}

customer_profile_collection_operations::customer_profile_collection_operations(
    detail::customer_step at
)
    : at_{std::move(at)} {}

customer_billing_profile_operations customer_profile_collection_operations::billing() const {
    return customer_billing_profile_operations{at_};
}

customer_company_profile_operations customer_profile_collection_operations::company() const {
    return customer_company_profile_operations{at_};
}

customer_company_profile_operations::customer_company_profile_operations(detail::customer_step at)
    : at_{std::move(at)} {}

outcome<company_profile> customer_company_profile_operations::get() const {
    return detail::send_for(at_, get_company_profile{});
}

std::future<outcome<company_profile>> customer_company_profile_operations::get_async() const {
    return detail::send_async_for(at_, get_company_profile{});
}

}  // namespace partner_center
