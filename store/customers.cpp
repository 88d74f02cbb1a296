// The questions about customers. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include <utility>

#include "store/name_order.hpp"
#include "store/profile_place.hpp"
#include "store/store.hpp"

namespace partner_center {

constexpr std::string_view add_customer_sql =
    "INSERT INTO customers"
    " (partner_id, id, commerce_id, company_name, name_order, domain, relationship,"
    " delegated_access)"
    " VALUES ($1, $2, $3, $4, $5, $6, 'reseller', $7)";

constexpr std::string_view add_billing_profile_sql =
    "INSERT INTO profiles (place, partner_id, customer_id, kind, etag, document) VALUES ("
    "CASE WHEN EXISTS (SELECT 1 FROM profiles WHERE place = $1) THEN NULL ELSE $1 END,"
    " $2, $3, $4, $5, $6)";

awaitable<bool> store::add_customers(guid partner_id, std::vector<new_customer> customers) {
    std::vector<statement> transaction;
    transaction.reserve(2 * customers.size());
    for (new_customer& each : customers) {
        std::string name_order{order_part(folded(each.company_name))};
        transaction.push_back(
            {.sql = add_customer_sql,
             .values =
                 {
                     partner_id,
                     each.id,
                     each.commerce_id,
                     std::move(each.company_name),
                     std::move(name_order),
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

}  // namespace partner_center
