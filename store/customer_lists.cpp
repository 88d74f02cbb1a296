// Lists of customers, by position instead of by number: whatever is added or deleted meanwhile,
// nobody who stays is missed or comes twice. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include "store/customer_lists.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "store/name_order.hpp"

namespace partner_center {

constexpr std::string_view after_by_name_sql =
    "SELECT id, domain, company_name, name_order FROM customers"
    " WHERE partner_id = $1 AND relationship = 'reseller'"
    " AND (name_order, id) > ($2, $3) AND name_order < $4"
    " ORDER BY name_order, id LIMIT $5";

constexpr std::string_view before_by_name_sql =
    "SELECT id, domain, company_name, name_order FROM customers"
    " WHERE partner_id = $1 AND relationship = 'reseller'"
    " AND (name_order, id) < ($2, $3) AND name_order >= $4"
    " ORDER BY name_order DESC, id DESC LIMIT $5";

/// `|| ''` keeps the database from walking through all names: few customers have such a domain, or
/// such a reseller, and they are sorted.
constexpr std::string_view after_by_domain_sql =
    "SELECT id, domain, company_name, name_order FROM customers"
    " WHERE partner_id = $1 AND relationship = 'reseller' AND domain >= $2 AND domain < $3"
    " AND (name_order || '', id) > ($4, $5)"
    " ORDER BY name_order || '', id LIMIT $6";

constexpr std::string_view before_by_domain_sql =
    "SELECT id, domain, company_name, name_order FROM customers"
    " WHERE partner_id = $1 AND relationship = 'reseller' AND domain >= $2 AND domain < $3"
    " AND (name_order || '', id) < ($4, $5)"
    " ORDER BY name_order || '' DESC, id DESC LIMIT $6";

constexpr std::string_view after_by_associated_partner_sql =
    "SELECT id, domain, company_name, name_order FROM customers"
    " WHERE partner_id = $1 AND relationship = 'reseller' AND associated_partner_id IS NOT NULL"
    " AND lower(associated_partner_id) >= $2 AND lower(associated_partner_id) < $3"
    " AND (name_order || '', id) > ($4, $5)"
    " ORDER BY name_order || '', id LIMIT $6";

constexpr std::string_view before_by_associated_partner_sql =
    "SELECT id, domain, company_name, name_order FROM customers"
    " WHERE partner_id = $1 AND relationship = 'reseller' AND associated_partner_id IS NOT NULL"
    " AND lower(associated_partner_id) >= $2 AND lower(associated_partner_id) < $3"
    " AND (name_order || '', id) < ($4, $5)"
    " ORDER BY name_order || '' DESC, id DESC LIMIT $6";

namespace {

/// Behind all texts that begin with this one: what is compared with it was folded, which leaves no
/// U+10FFFF.
[[nodiscard]] std::string end_of_prefix(std::string_view prefix) {
    return std::string{prefix} + "\xF4\x8F\xBF\xBF";
}

/// The order has the beginning of the name only: whether it goes on as asked is seen in the name.
[[nodiscard]] bool is_longer_than_order(const customer_selection& selection) {
    return selection.field == customer_field::company_name &&
           order_part(selection.prefix).size() < selection.prefix.size();
}

[[nodiscard]] bool is_selected(
    const customer_selection& selection, const listed_customer& candidate
) {
    return !is_longer_than_order(selection) ||
           folded(candidate.company_name).starts_with(selection.prefix);
}

/// How many rows a statement gives at most, when `count` selected ones are wanted.
[[nodiscard]] std::int64_t row_limit(const customer_selection& selection, std::size_t count) {
    if (is_longer_than_order(selection)) return std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(count);
}

struct question {
    std::string_view sql{};
    std::vector<value> values{};
};

[[nodiscard]] question ask_after(
    const customer_selection& selection, const customer_position& after, std::int64_t limit
) {
    if (selection.field != customer_field::company_name) {
        const bool is_domain = selection.field == customer_field::domain;
        return {
            .sql = is_domain ? after_by_domain_sql : after_by_associated_partner_sql,
            .values = {
                selection.partner_id,
                selection.prefix,
                end_of_prefix(selection.prefix),
                after.name_order,
                after.id,
                limit}};
    }
    return {
        .sql = after_by_name_sql,
        .values = {
            selection.partner_id,
            after.name_order,
            after.id,
            end_of_prefix(order_part(selection.prefix)),
            limit}};
}

[[nodiscard]] question ask_before(
    const customer_selection& selection, const customer_position& before, std::int64_t limit
) {
    if (selection.field != customer_field::company_name) {
        const bool is_domain = selection.field == customer_field::domain;
        return {
            .sql = is_domain ? before_by_domain_sql : before_by_associated_partner_sql,
            .values = {
                selection.partner_id,
                selection.prefix,
                end_of_prefix(selection.prefix),
                before.name_order,
                before.id,
                limit}};
    }
    return {
        .sql = before_by_name_sql,
        .values = {
            selection.partner_id,
            before.name_order,
            before.id,
            std::string{order_part(selection.prefix)},
            limit}};
}

template <class T>
[[nodiscard]] const T& promised(const cell_view& cell) {
    const T* const found = std::get_if<T>(&cell);
    if (found == nullptr) throw wrong_type_error();
    return *found;
}

[[nodiscard]] listed_customer customer_of(std::span<const cell_view> row) {
    return {
        .id = promised<guid>(row[0]),
        .domain = promised<std::string_view>(row[1]),
        .company_name = promised<std::string_view>(row[2]),
        .name_order = promised<std::string_view>(row[3]),
    };
}

}  // namespace

customer_position customer_lists::beginning(const customer_selection& selection) {
    if (selection.field != customer_field::company_name) return {};
    return {.name_order = std::string{order_part(selection.prefix)}, .id = {}};
}

awaitable<bool> customer_lists::page(
    const customer_selection& selection,
    const customer_position& after,
    std::size_t count,
    const customer_taker& take
) {
    const question asked = ask_after(selection, after, row_limit(selection, count + 1));
    std::size_t found = 0;
    const row_taker take_row = [&](std::span<const cell_view> row) {
        const listed_customer candidate = customer_of(row);
        if (!is_selected(selection, candidate)) return true;
        if (++found <= count) take(candidate);
        return found <= count;
    };
    co_await database_.read_each(asked.sql, asked.values, take_row);
    co_return found > count;
}

awaitable<customer_position> customer_lists::page_before(
    const customer_selection& selection, const customer_position& before, std::size_t count
) {
    const question asked = ask_before(selection, before, row_limit(selection, count + 1));
    std::size_t found = 0;
    customer_position start = beginning(selection);
    const row_taker take_row = [&](std::span<const cell_view> row) {
        const listed_customer candidate = customer_of(row);
        if (!is_selected(selection, candidate)) return true;
        if (++found <= count) return true;
        start = {std::string{candidate.name_order}, candidate.id};
        return false;
    };
    co_await database_.read_each(asked.sql, asked.values, take_row);
    co_return start;
}

std::unique_ptr<customer_stream> customer_lists::all(customer_selection selection) {
    auto moment = database_.begin_snapshot();
    if (!moment) return {};
    return std::make_unique<customer_stream>(std::move(moment), std::move(selection));
}

customer_stream::customer_stream(std::unique_ptr<snapshot> moment, customer_selection selection)
    : moment_{std::move(moment)}, selection_{std::move(selection)} {
    rewind();
}

void customer_stream::rewind() {
    constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
    question asked = ask_after(selection_, customer_lists::beginning(selection_), all);
    moment_->begin(asked.sql, std::move(asked.values));
}

bool customer_stream::next(std::size_t count, const customer_taker& take) {
    const row_taker take_row = [&](std::span<const cell_view> row) {
        const listed_customer candidate = customer_of(row);
        if (is_selected(selection_, candidate)) take(candidate);
        return --count > 0;
    };
    return moment_->next(take_row);
}

}  // namespace partner_center
