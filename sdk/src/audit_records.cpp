// The steps of the call chain below /v1/auditrecords. Each verb sends an operation of the contract.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <utility>

#include "sdk/src/client_state.hpp"
#include "sdk/src/next_page.hpp"
#include <partner_center/audit_records.hpp>
#include <partner_center/operations.hpp>
#include <partner_center/send.hpp>

namespace partner_center {
namespace {

/// "2026-11-22"
[[nodiscard]] std::string text_of(std::chrono::sys_days day) {
    const std::chrono::year_month_day date{day};
    char text[32];
    const int size = std::snprintf(
        text,
        sizeof text,
        "%04d-%02u-%02u",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day())
    );
    return {text, static_cast<std::size_t>(size)};
}

[[nodiscard]] std::string filter(
    std::string_view field, std::string_view value, std::string_view comparison
) {
    std::string out = R"({"Field":)";
    append_json_string(out, field);
    out += R"(,"Value":)";
    append_json_string(out, value);
    out += R"(,"Operator":)";
    append_json_string(out, comparison);
    return out + '}';
}

[[nodiscard]] outcome<list_audit_records> operation_of(const audit_record_query& which) {
    const bool by_id = which.customer_id.has_value();
    const bool by_name = which.company_name.has_value();
    const bool by_type = which.resource_type.has_value();
    if (int{by_id} + int{by_name} + int{by_type} > 1) {
        return error{
            .category = error_category::bad_input,
            .description = "records are filtered by one of customer id, company name and type"};
    }
    list_audit_records operation{.size = which.size};
    if (which.start) operation.start_date = text_of(*which.start);
    if (which.end) operation.end_date = text_of(*which.end);
    if (by_id) operation.filter = filter("CustomerId", to_string(*which.customer_id), "equals");
    if (by_name) operation.filter = filter("CompanyName", *which.company_name, "substring");
    if (by_type) operation.filter = filter("ResourceType", *which.resource_type, "equals");
    return operation;
}

}  // namespace

audit_record_collection_operations::audit_record_collection_operations(
    std::shared_ptr<const detail::client_state> client
)
    : client_{std::move(client)} {}

outcome<audit_record_collection> audit_record_collection_operations::query(
    const audit_record_query& which
) const {
    const auto operation = operation_of(which);
    if (!operation) return operation.error();
    return detail::send_parts<audit_record_collection>(*client_, detail::parts_of(*operation));
}

std::future<outcome<audit_record_collection>> audit_record_collection_operations::query_async(
    const audit_record_query& which
) const {
    const auto operation = operation_of(which);
    if (operation) {
        return detail::send_parts_async<audit_record_collection>(
            *client_, detail::parts_of(*operation)
        );
    }
    std::promise<outcome<audit_record_collection>> refused;
    refused.set_value(operation.error());
    return refused.get_future();
}

outcome<audit_record_collection> audit_record_collection_operations::next(
    const audit_record_collection& page
) const {
    return detail::send_page<audit_record_collection>(
        *client_, detail::parts_of_next<list_audit_records>(page)
    );
}

std::future<outcome<audit_record_collection>> audit_record_collection_operations::next_async(
    const audit_record_collection& page
) const {
    return detail::send_page_async<audit_record_collection>(
        *client_, detail::parts_of_next<list_audit_records>(page)
    );
}

outcome<audit_record_collection> audit_record_collection_operations::previous(
    const audit_record_collection& page
) const {
    return detail::send_page<audit_record_collection>(
        *client_, detail::parts_of_previous<list_audit_records>(page)
    );
}

std::future<outcome<audit_record_collection>> audit_record_collection_operations::previous_async(
    const audit_record_collection& page
) const {
    return detail::send_page_async<audit_record_collection>(
        *client_, detail::parts_of_previous<list_audit_records>(page)
    );
}

audit_record_range audit_record_collection_operations::list_all(const audit_record_query& which
) const {
    return audit_record_range{[list = *this, which](const audit_record_collection* last) {
        return last == nullptr ? list.query(which) : list.next(*last);
    }};
}

audit_record_operations audit_record_collection_operations::by_id(std::string_view id) const {
    return {client_, id};
}

audit_record_operations::audit_record_operations(
    std::shared_ptr<const detail::client_state> client, std::string_view id
)
    : client_{std::move(client)}, id_{id} {}

outcome<audit_record> audit_record_operations::get() const {
    const get_audit_record operation{.id = id_};
    return detail::send_parts<audit_record>(*client_, detail::parts_of(operation));
}

std::future<outcome<audit_record>> audit_record_operations::get_async() const {
    const get_audit_record operation{.id = id_};
    return detail::send_parts_async<audit_record>(*client_, detail::parts_of(operation));
}

}  // namespace partner_center
