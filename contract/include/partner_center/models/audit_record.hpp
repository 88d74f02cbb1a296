// What somebody changed, or tried to. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <partner_center/models/attributes.hpp>
#include <partner_center/models/links.hpp>

namespace partner_center {

/// How a change ended.
enum class operation_status { unknown, succeeded, failed, progress, decline };
BOOST_DESCRIBE_ENUM(operation_status, unknown, succeeded, failed, progress, decline)

/// Something more about a change. Its value is written even when there is none.
struct audit_detail {
    static constexpr bool writes_nulls = true;  ///< as the real service does

    std::string key{};                   ///< a word
    std::optional<std::string> value{};  ///< its value; may be null

    friend bool operator==(const audit_detail&, const audit_detail&) = default;
};
BOOST_DESCRIBE_STRUCT(audit_detail, (), (key, value))

/// One line of the audit. The values are JSON texts in PascalCase with explicit nulls, as the real
/// service has them; `operation_date` is UTC with seven digits of a second. Source: wire contract,
/// section 2.11.
struct audit_record {
    static constexpr std::string_view object_type = "AuditRecord";

    std::optional<std::string> id{};                   ///< opaque
    std::optional<std::string> partner_id{};           ///< the partner's tenant: a GUID
    std::vector<std::string> participants{};           ///< who took part besides; mostly empty
    std::optional<std::string> customer_id{};          ///< a GUID, of records about a customer
    std::optional<std::string> customer_name{};        ///< the company's
    std::optional<std::string> user_principal_name{};  ///< the application's id when no user called
    std::optional<std::string> application_id{};       ///< a GUID: what called
    std::optional<std::string> session_id{};           ///< of the sign-in
    std::optional<std::string> resource_type{};        ///< "customer", for example
    std::optional<std::string> resource_old_value{};   ///< JSON text of the resource before
    std::optional<std::string> resource_new_value{};   ///< JSON text of the resource after
    std::optional<std::string> operation_type{};       ///< "add_customer", for example
    std::optional<std::string> original_correlation_id{};  ///< MS-CorrelationId of the call
    std::optional<std::string>
        operation_date{};  ///< UTC, ISO 8601 with seven digits after the second
    std::optional<partner_center::operation_status> operation_status{};  ///< how it ended
    std::vector<audit_detail> customized_data{};                         ///< more about it
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const audit_record&, const audit_record&) = default;
};
BOOST_DESCRIBE_STRUCT(
    audit_record,
    (),
    (id,
     partner_id,
     participants,
     customer_id,
     customer_name,
     user_principal_name,
     application_id,
     session_id,
     resource_type,
     resource_old_value,
     resource_new_value,
     operation_type,
     original_correlation_id,
     operation_date,
     operation_status,
     customized_data,
     attributes)
)

/// A page of the audit. `total_count` counts this page alone; `links.next` and `continuation_token`
/// are there when another page exists. Source: wire contract, section 1.6.
struct audit_record_collection {
    static constexpr std::string_view object_type = "Collection";

    std::int64_t total_count{};                       ///< of this page
    std::vector<audit_record> items{};                ///< the newest first
    std::optional<std::string> continuation_token{};  ///< for the page after this one
    std::optional<resource_links> links{};
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const audit_record_collection&, const audit_record_collection&) =
        default;
};
BOOST_DESCRIBE_STRUCT(
    audit_record_collection, (), (total_count, items, continuation_token, links, attributes)
)

}  // namespace partner_center
