// The questions about customers. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include "store/profile_place.hpp"
#include "store/store.hpp"

namespace partner_center {

constexpr std::string_view add_customer_sql =
    "INSERT INTO customers"
    " (partner_id, id, commerce_id, company_name, domain, relationship, delegated_access)"
    " VALUES ($1, $2, $3, $4, $5, 'reseller', $6)";

constexpr std::string_view add_billing_profile_sql =
    "INSERT INTO profiles (place, partner_id, customer_id, kind, etag, document) VALUES ("
    "CASE WHEN EXISTS (SELECT 1 FROM profiles WHERE place = $1) THEN NULL ELSE $1 END,"
    " $2, $3, $4, $5, $6)";

awaitable<bool> store::add_customers(guid partner_id, std::vector<new_customer> customers) {
    std::vector<statement> transaction;
    transaction.reserve(2 * customers.size());
    for (new_customer& each : customers) {
        transaction.push_back(
            {.sql = add_customer_sql,
             .values =
                 {
                     partner_id,
                     each.id,
                     each.commerce_id,
                     std::move(each.company_name),
                     std::move(each.domain),
                     std::int64_t{each.delegated_access},
                 }}
        );
        transaction.push_back(
            {.sql = add_billing_profile_sql,
             .values =
                 {
                     place_of(each.id, billing_kind),
                     partner_id,
                     each.id,
                     billing_kind.word,
                     each.etag,
                     std::move(each.billing.text),
                 }}
        );
    }
    const written outcome = co_await database_->write(std::move(transaction));
    co_return !outcome.refused_by;
}

constexpr std::string_view set_delegated_access_sql =
    "UPDATE customers SET delegated_access = $1 WHERE partner_id = $2 AND id = $3 RETURNING id";

awaitable<bool> store::set_delegated_access(guid partner_id, guid customer_id, bool granted) {
    std::vector<statement> transaction;
    transaction.push_back(
        {.sql = set_delegated_access_sql,
         .values = {std::int64_t{granted}, partner_id, customer_id},
         .needs_row = true}
    );
    const written outcome = co_await database_->write(std::move(transaction));
    co_return !outcome.refused_by;
}

constexpr std::string_view find_summary_sql =
    "SELECT company_name, domain, delegated_access FROM customers"
    " WHERE partner_id = $1 AND id = $2 AND relationship = 'reseller'";

awaitable<result<customer_summary>> store::find_customer_summary(
    guid partner_id, guid customer_id
) {
    const std::array<value, 2> values{partner_id, customer_id};
    rows found = co_await database_->read(find_summary_sql, values);
    if (found.empty()) {
        const bool is_known = co_await directory_.knows_tenant(customer_id);
        co_return is_known ? no_relationship(partner_id, customer_id) : unknown_tenant();
    }
    co_return customer_summary{
        .company_name = found.take<std::string>(0, 0),
        .domain = found.take<std::string>(0, 1),
        .has_delegated_access = found.take<std::int64_t>(0, 2) != 0,
    };
}

}  // namespace partner_center
