// The questions about customers. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include "store/name_order.hpp"
#include "store/profile_place.hpp"
#include "store/store.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// Profiles are looked for by their keys only when they are not at their places.
constexpr std::string_view find_customer_sql =
    "SELECT commerce_id, domain, delegated_access,"
    " coalesce("
    "(SELECT document FROM profiles"
    " WHERE place = $1 AND partner_id = $2 AND customer_id = $3 AND kind = 'company'),"
    " (SELECT document FROM profiles"
    " WHERE partner_id = $2 AND customer_id = $3 AND kind = 'company')),"
    " coalesce("
    "(SELECT document FROM profiles"
    " WHERE place = $4 AND partner_id = $2 AND customer_id = $3 AND kind = 'billing'),"
    " (SELECT document FROM profiles"
    " WHERE partner_id = $2 AND customer_id = $3 AND kind = 'billing'))"
    " FROM customers WHERE partner_id = $2 AND id = $3 AND relationship = 'reseller'";

awaitable<result<customer_record>> store::find_customer(guid partner_id, guid customer_id) {
    const std::array<value, 4> values{
        place_of(customer_id, company_kind),
        partner_id,
        customer_id,
        place_of(customer_id, billing_kind)};
    rows found = co_await database_->read(find_customer_sql, values);
    if (found.empty()) co_return co_await reason_of_miss(partner_id, customer_id);
    co_return customer_record{
        .commerce_id = found.take<guid>(0, 0),
        .domain = found.take<std::string>(0, 1),
        .delegated_access = found.take<std::int64_t>(0, 2) != 0,
        .company = {found.take<std::string>(0, 3)},
        .billing = {found.take<std::string>(0, 4)},
    };
}

awaitable<fault> store::reason_of_miss(guid partner_id, guid customer_id) {
    const bool is_known = co_await directory_.knows_tenant(customer_id);
    co_return is_known ? no_relationship(partner_id, customer_id) : unknown_tenant();
}

constexpr std::string_view add_customer_sql =
    "INSERT INTO customers"
    " (partner_id, id, commerce_id, company_name, name_order, domain, relationship,"
    " delegated_access)"
    " VALUES ($1, $2, $3, $4, $5, $6, 'reseller', $7)";

constexpr std::string_view add_profile_sql =
    "INSERT INTO profiles (place, partner_id, customer_id, kind, etag, document) VALUES ("
    "CASE WHEN EXISTS (SELECT 1 FROM profiles WHERE place = $1) THEN NULL ELSE $1 END,"
    " $2, $3, $4, $5, $6)";

namespace {

/// The part of a billing address that a company profile has; its state stands under `region`.
[[nodiscard]] address company_address(address billing) {
    return {
        .country = std::move(billing.country),
        .region = std::move(billing.state ? billing.state : billing.region),
        .city = std::move(billing.city),
        .address_line1 = std::move(billing.address_line1),
        .postal_code = std::move(billing.postal_code),
        .phone_number = std::move(billing.phone_number),
    };
}

/// What a new customer's company profile is. Schema script 0003 says the same in SQL. Source: wire
/// contract, section 2.3.
[[nodiscard]] document<company_profile> first_company_profile(const new_customer& of) {
    auto billing = from_json<billing_profile>(of.billing.text, json_reading::response).value();
    const std::string id = to_string(of.id);
    link self{.uri = "/v1/customers/" + id + "/profiles/company"};
    company_profile company{
        .tenant_id = id,
        .domain = of.domain,
        .company_name = of.company_name,
        .email = std::move(billing.email),
        .organization_registration_number = of.organization_registration_number,
        .links = resource_links{.self = std::move(self)},
    };
    if (billing.default_address) {
        company.address = company_address(*std::move(billing.default_address));
    }
    return {to_json(company)};
}

[[nodiscard]] statement add_profile(
    const guid& partner_id, const guid& customer_id, profile_kind kind, value etag, std::string text
) {
    return {
        .sql = add_profile_sql,
        .values = {
            place_of(customer_id, kind),
            partner_id,
            customer_id,
            kind.word,
            std::move(etag),
            std::move(text),
        }};
}

}  // namespace

awaitable<bool> store::add_customers(guid partner_id, std::vector<new_customer> customers) {
    std::vector<statement> transaction;
    transaction.reserve(3 * customers.size());
    for (new_customer& each : customers) {
        document<company_profile> company = first_company_profile(each);
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
            add_profile(partner_id, each.id, billing_kind, each.etag, std::move(each.billing.text))
        );
        transaction.push_back(
            add_profile(partner_id, each.id, company_kind, {}, std::move(company.text))
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
