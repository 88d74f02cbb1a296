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
    "SELECT commerce_id, domain, delegated_access, associated_partner_id,"
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
    std::optional<std::string> associated;
    if (!std::holds_alternative<std::monostate>(found.cell(0, 3))) {
        associated = found.take<std::string>(0, 3);
    }
    co_return customer_record{
        .commerce_id = found.take<guid>(0, 0),
        .domain = found.take<std::string>(0, 1),
        .delegated_access = found.take<std::int64_t>(0, 2) != 0,
        .associated_partner_id = std::move(associated),
        .company = {found.take<std::string>(0, 4)},
        .billing = {found.take<std::string>(0, 5)},
    };
}

awaitable<fault> store::reason_of_miss(guid partner_id, guid customer_id) {
    const bool is_known = co_await directory_.knows_tenant(customer_id);
    co_return is_known ? no_relationship(partner_id, customer_id) : unknown_tenant();
}

constexpr std::string_view add_customer_sql =
    "INSERT INTO customers"
    " (partner_id, id, commerce_id, company_name, name_order, domain, relationship,"
    " delegated_access, associated_partner_id)"
    " VALUES ($1, $2, $3, $4, $5, $6, 'reseller', $7, $8)";

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

[[nodiscard]] value or_null(std::optional<std::string> text) {
    return text ? value{*std::move(text)} : value{};
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

/// The rows of a customer and of its profiles.
[[nodiscard]] std::array<statement, 3> rows_of(const guid& partner_id, new_customer customer) {
    document<company_profile> company = first_company_profile(customer);
    std::string name_order{order_part(folded(customer.company_name))};
    statement row{
        .sql = add_customer_sql,
        .values = {
            partner_id,
            customer.id,
            customer.commerce_id,
            std::move(customer.company_name),
            std::move(name_order),
            std::move(customer.domain),
            std::int64_t{customer.delegated_access},
            or_null(std::move(customer.associated_partner_id)),
        }};
    return {
        std::move(row),
        add_profile(
            partner_id, customer.id, billing_kind, customer.etag, std::move(customer.billing.text)
        ),
        add_profile(partner_id, customer.id, company_kind, {}, std::move(company.text))};
}

}  // namespace

// Schema script 0003 says the same in SQL.
document<company_profile> first_company_profile(const new_customer& of) {
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

awaitable<bool> store::add_customers(guid partner_id, std::vector<new_customer> customers) {
    std::vector<statement> transaction;
    transaction.reserve(3 * customers.size());
    for (new_customer& each : customers) {
        for (statement& row : rows_of(partner_id, std::move(each))) {
            transaction.push_back(std::move(row));
        }
    }
    const written outcome = co_await database_->write(std::move(transaction));
    co_return !outcome.refused_by;
}

/// Counts no further than it has to.
constexpr std::string_view has_room_sql =
    "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM partners WHERE id = $1 AND sandbox = 1)"
    " OR (SELECT count(*) FROM (SELECT 1 FROM customers WHERE partner_id = $1 LIMIT $2)) < $2";

constexpr std::string_view domain_is_free_sql =
    "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM partners WHERE domain = $1)"
    " AND NOT EXISTS (SELECT 1 FROM customers WHERE domain = $1)";

change store::add_customer(guid partner_id, new_customer customer) {
    change out;
    out.add(
        {.sql = has_room_sql, .values = {partner_id, sandbox_customers_max}, .needs_row = true},
        refusal::too_many
    );
    out.add(
        {.sql = domain_is_free_sql, .values = {customer.domain}, .needs_row = true},
        refusal::domain_taken
    );
    for (statement& row : rows_of(partner_id, std::move(customer))) out.add(std::move(row));
    return out;
}

constexpr std::string_view delete_customer_sql =
    "DELETE FROM customers WHERE partner_id = $1 AND id = $2 AND relationship = 'reseller'"
    " RETURNING 1";

change store::delete_customer(guid partner_id, guid customer_id) {
    change out;
    out.add(
        {.sql = delete_customer_sql, .values = {partner_id, customer_id}, .needs_row = true},
        refusal::no_such_thing
    );
    return out;
}

constexpr std::string_view end_relationship_sql =
    "UPDATE customers SET relationship = 'none'"
    " WHERE partner_id = $1 AND id = $2 AND relationship = 'reseller' RETURNING 1";

constexpr std::string_view delete_profiles_sql =
    "DELETE FROM profiles WHERE partner_id = $1 AND customer_id = $2";

change store::end_relationship(guid partner_id, guid customer_id) {
    change out;
    out.add(
        {.sql = end_relationship_sql, .values = {partner_id, customer_id}, .needs_row = true},
        refusal::no_such_thing
    );
    out.add({.sql = delete_profiles_sql, .values = {partner_id, customer_id}});
    return out;
}

constexpr std::string_view set_delegated_access_sql =
    "UPDATE customers SET delegated_access = $1"
    " WHERE partner_id = $2 AND id = $3 AND relationship = 'reseller' RETURNING 1";

change store::set_delegated_access(guid partner_id, guid customer_id, bool granted) {
    change out;
    out.add(
        {.sql = set_delegated_access_sql,
         .values = {std::int64_t{granted}, partner_id, customer_id},
         .needs_row = true},
        refusal::no_such_thing
    );
    return out;
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
