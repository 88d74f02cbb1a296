// The steps of the call chain below /v1/customers. Each verb sends an operation of the contract.
// SPDX-License-Identifier: MIT
#include <utility>

#include "sdk/src/customer_parts.hpp"
#include "sdk/src/next_page.hpp"
#include <partner_center/customers.hpp>
#include <partner_center/operations.hpp>
#include <partner_center/send.hpp>

namespace partner_center {
namespace {

constexpr std::int64_t page_size_max = 500;  // wire contract, section 1.3

[[nodiscard]] list_customers operation_of(const customer_query& which) {
    list_customers operation{.size = which.size};
    if (which.company_name) {
        operation.filter = R"({"Field":"CompanyName","Value":)";
        append_json_string(*operation.filter, *which.company_name);
        *operation.filter += R"(,"Operator":"starts_with"})";
    }
    return operation;
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

outcome<customer> customer_collection_operations::create(const customer& created) const {
    return detail::send_for(at_, create_customer{.body = created});
}

std::future<outcome<customer>> customer_collection_operations::create_async(const customer& created
) const {
    return detail::send_async_for(at_, create_customer{.body = created});
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
    customer_query pages = which;
    if (!pages.size) pages.size = page_size_max;
    return customer_range{[list = *this, pages](const customer_collection* last) {
        return last == nullptr ? list.query(pages) : list.next(*last);
    }};
}

outcome<customer_collection> customer_collection_operations::next(const customer_collection& page
) const {
    return detail::send_page<customer_collection>(
        *at_.client, detail::parts_of_next<list_customers>(page)
    );
}

std::future<outcome<customer_collection>> customer_collection_operations::next_async(
    const customer_collection& page
) const {
    return detail::send_page_async<customer_collection>(
        *at_.client, detail::parts_of_next<list_customers>(page)
    );
}

outcome<customer_collection> customer_collection_operations::previous(
    const customer_collection& page
) const {
    return detail::send_page<customer_collection>(
        *at_.client, detail::parts_of_previous<list_customers>(page)
    );
}

std::future<outcome<customer_collection>> customer_collection_operations::previous_async(
    const customer_collection& page
) const {
    return detail::send_page_async<customer_collection>(
        *at_.client, detail::parts_of_previous<list_customers>(page)
    );
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

outcome<void> customer_operations::remove() const {
    return detail::send_for(at_, delete_customer{});
}

std::future<outcome<void>> customer_operations::remove_async() const {
    return detail::send_async_for(at_, delete_customer{});
}

outcome<customer> customer_operations::patch(const customer& changed) const {
    return detail::send_for(at_, update_customer{.body = {changed.relationship_to_partner}});
}

std::future<outcome<customer>> customer_operations::patch_async(const customer& changed) const {
    return detail::send_async_for(at_, update_customer{.body = {changed.relationship_to_partner}});
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
