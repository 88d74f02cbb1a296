// The call chain below client.audit_records(): each step is a step of the URL. Steps are cheap to
// copy and may outlive the client that they came from.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <partner_center/error.hpp>
#include <partner_center/export.hpp>
#include <partner_center/guid.hpp>
#include <partner_center/item_range.hpp>
#include <partner_center/models/audit_record.hpp>

namespace partner_center {

namespace detail {
struct client_state;
}  // namespace detail

/// Which records to list. Of the last three only one may be there: calls fail with bad_input,
/// without sending, when there are more.
struct audit_record_query {
    std::optional<std::chrono::sys_days> start{};  ///< a day of UTC; absent: 30 days back
    std::optional<std::chrono::sys_days> end{};    ///< the last day, included; absent: today
    std::optional<std::int64_t> size{};            ///< of a page; absent: 500, which is the most
    std::optional<guid> customer_id{};             ///< whom they are about
    std::optional<std::string> company_name{};     ///< a part of it, in any letter case
    std::optional<std::string> resource_type{};    ///< the whole word, like "customer"
};

/// Records one after the other, asked for as they are reached.
using audit_record_range = item_range<audit_record_collection>;

/// /v1/auditrecords/{id}
class PARTNER_CENTER_EXPORT audit_record_operations {
public:
    audit_record_operations(
        std::shared_ptr<const detail::client_state> client, std::string_view id
    );

    /// Reads the record. Fails with not_found when the caller has none with this id.
    [[nodiscard]] outcome<audit_record> get() const;
    [[nodiscard]] std::future<outcome<audit_record>> get_async() const;

private:
    std::shared_ptr<const detail::client_state> client_;
    std::string id_;
};

/// /v1/auditrecords
class PARTNER_CENTER_EXPORT audit_record_collection_operations {
public:
    explicit audit_record_collection_operations(std::shared_ptr<const detail::client_state> client);

    /// A page of records, the newest first. Others follow as long as it has `links->next`. Fails
    /// with bad_input for days of more than 90 days ago.
    [[nodiscard]] outcome<audit_record_collection> query(const audit_record_query& which) const;
    [[nodiscard]] std::future<outcome<audit_record_collection>> query_async(
        const audit_record_query& which
    ) const;

    /// The page after this one, by its link. Fails with bad_input, without sending, when it has
    /// none or one that leads elsewhere.
    [[nodiscard]] outcome<audit_record_collection> next(const audit_record_collection& page) const;
    [[nodiscard]] std::future<outcome<audit_record_collection>> next_async(
        const audit_record_collection& page
    ) const;

    /// The page before this one, likewise; services need not offer it.
    [[nodiscard]] outcome<audit_record_collection> previous(const audit_record_collection& page
    ) const;
    [[nodiscard]] std::future<outcome<audit_record_collection>> previous_async(
        const audit_record_collection& page
    ) const;

    /// All that match, asked for while they are gone through:
    ///     for (const audit_record& each : client.audit_records().list_all({})) …
    [[nodiscard]] audit_record_range list_all(const audit_record_query& which) const;

    [[nodiscard]] audit_record_operations by_id(std::string_view id) const;

private:
    std::shared_ptr<const detail::client_state> client_;
};

}  // namespace partner_center
