// Lists of customers, by position instead of by number: whatever is added or deleted meanwhile,
// nobody who stays is missed or comes twice. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include "store/customer_lists.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
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

/// The same with what else they may be looked for by, which the index of names does not have.
constexpr std::string_view after_with_reseller_sql =
    "SELECT id, domain, company_name, name_order, lower(associated_partner_id) FROM customers"
    " WHERE partner_id = $1 AND relationship = 'reseller'"
    " AND (name_order, id) > ($2, $3) AND name_order < $4"
    " ORDER BY name_order, id LIMIT $5";

constexpr std::string_view before_with_reseller_sql =
    "SELECT id, domain, company_name, name_order, lower(associated_partner_id) FROM customers"
    " WHERE partner_id = $1 AND relationship = 'reseller'"
    " AND (name_order, id) < ($2, $3) AND name_order >= $4"
    " ORDER BY name_order DESC, id DESC LIMIT $5";

/// Whether more customers have such a domain, or such a reseller, than are sorted at once.
constexpr std::string_view count_by_domain_sql =
    "SELECT 1 FROM customers WHERE partner_id = $1 AND domain >= $2 AND domain < $3 LIMIT $4";

constexpr std::string_view count_by_reseller_sql =
    "SELECT 1 FROM customers WHERE partner_id = $1 AND associated_partner_id IS NOT NULL"
    " AND lower(associated_partner_id) >= $2 AND lower(associated_partner_id) < $3 LIMIT $4";

/// For few customers, who are sorted: `|| ''` keeps the database from walking through all names.
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

constexpr std::string_view after_by_reseller_sql =
    "SELECT id, domain, company_name, name_order, lower(associated_partner_id) FROM customers"
    " WHERE partner_id = $1 AND relationship = 'reseller' AND associated_partner_id IS NOT NULL"
    " AND lower(associated_partner_id) >= $2 AND lower(associated_partner_id) < $3"
    " AND (name_order || '', id) > ($4, $5)"
    " ORDER BY name_order || '', id LIMIT $6";

constexpr std::string_view before_by_reseller_sql =
    "SELECT id, domain, company_name, name_order, lower(associated_partner_id) FROM customers"
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

/// Few enough to be sorted while others wait. Where more are selected, all customers are walked
/// through in the order of their names: the more there are, the sooner a page is full.
constexpr std::int64_t sorted_at_once = 128;

/// How many customers are looked at while others wait, when some of them may not be selected.
constexpr std::size_t looked_at_at_once = 128;

/// The order has the beginning of the name only: whether it goes on as asked is seen in the name.
[[nodiscard]] bool is_longer_than_order(const customer_selection& selection) {
    return order_part(selection.prefix).size() < selection.prefix.size();
}

[[nodiscard]] bool is_selected(
    const customer_selection& selection, const listed_customer& candidate
) {
    switch (selection.field) {
        case customer_field::domain:
            return candidate.domain.starts_with(selection.prefix);
        case customer_field::associated_partner:
            return candidate.associated_partner &&
                   candidate.associated_partner->starts_with(selection.prefix);
        case customer_field::company_name:
            break;
    }
    return !is_longer_than_order(selection) ||
           folded(candidate.company_name).starts_with(selection.prefix);
}

/// Whether the order of names has others between the selected customers.
[[nodiscard]] bool is_sieved(const customer_selection& selection) {
    switch (selection.field) {
        case customer_field::domain:
            return !selection.prefix.empty();
        case customer_field::associated_partner:
            return true;
        case customer_field::company_name:
            break;
    }
    return is_longer_than_order(selection);
}

/// What the orders of the selected names begin with.
[[nodiscard]] std::string_view beginning_of_names(const customer_selection& selection) {
    if (selection.field != customer_field::company_name) return {};
    return order_part(selection.prefix);
}

[[nodiscard]] bool is_by_reseller(const customer_selection& selection) {
    return selection.field == customer_field::associated_partner;
}

struct question {
    std::string_view sql{};
    std::vector<value> values{};
};

[[nodiscard]] question ask_by_name(
    bool is_forward,
    const customer_selection& selection,
    const customer_position& at,
    std::int64_t limit
) {
    const std::string_view beginning = beginning_of_names(selection);
    const bool with_reseller = is_by_reseller(selection);
    const auto after = with_reseller ? after_with_reseller_sql : after_by_name_sql;
    const auto before = with_reseller ? before_with_reseller_sql : before_by_name_sql;
    return {
        .sql = is_forward ? after : before,
        .values = {
            selection.partner_id,
            at.name_order,
            at.id,
            is_forward ? end_of_prefix(beginning) : std::string{beginning},
            limit}};
}

/// REQUIRES: the selection is not by name.
[[nodiscard]] question ask_sorted(
    bool is_forward,
    const customer_selection& selection,
    const customer_position& at,
    std::int64_t limit
) {
    const bool by_reseller = is_by_reseller(selection);
    const auto after = by_reseller ? after_by_reseller_sql : after_by_domain_sql;
    const auto before = by_reseller ? before_by_reseller_sql : before_by_domain_sql;
    return {
        .sql = is_forward ? after : before,
        .values = {
            selection.partner_id,
            selection.prefix,
            end_of_prefix(selection.prefix),
            at.name_order,
            at.id,
            limit}};
}

template <class T>
[[nodiscard]] const T& promised(const cell_view& cell) {
    const T* const found = std::get_if<T>(&cell);
    if (found == nullptr) throw wrong_type_error();
    return *found;
}

/// Of rows that have it.
[[nodiscard]] std::optional<std::string_view> reseller_of(std::span<const cell_view> row) {
    const auto* const text = row.size() > 4 ? std::get_if<std::string_view>(&row[4]) : nullptr;
    if (text == nullptr) return {};
    return *text;
}

[[nodiscard]] listed_customer customer_of(std::span<const cell_view> row) {
    return {
        .id = promised<guid>(row[0]),
        .domain = promised<std::string_view>(row[1]),
        .company_name = promised<std::string_view>(row[2]),
        .name_order = promised<std::string_view>(row[3]),
        .associated_partner = reseller_of(row),
    };
}

}  // namespace

customer_position customer_lists::beginning(const customer_selection& selection) {
    return {.name_order = std::string{beginning_of_names(selection)}, .id = {}};
}

awaitable<bool> customer_lists::are_few(const customer_selection& selection) {
    const bool is_by_name = selection.field == customer_field::company_name;
    if (is_by_name || !is_sieved(selection)) co_return false;
    const std::array<value, 4> values{
        selection.partner_id,
        selection.prefix,
        end_of_prefix(selection.prefix),
        sorted_at_once + 1};
    std::int64_t count = 0;
    const row_taker count_one = [&](std::span<const cell_view>) { return ++count > 0; };
    const auto sql = is_by_reseller(selection) ? count_by_reseller_sql : count_by_domain_sql;
    co_await database_.read_each(sql, values, count_one);
    co_return count <= sorted_at_once;
}

awaitable<void> customer_lists::walk(walk_plan plan, const customer_looker& look) {
    const customer_selection& selection = plan.selection;
    const bool is_sorted = co_await are_few(selection);
    const bool is_in_pieces = !is_sorted && is_sieved(selection);
    const std::size_t limit = is_in_pieces ? looked_at_at_once : plan.count;
    const auto ask = is_sorted ? ask_sorted : ask_by_name;
    customer_position at = std::move(plan.at);
    for (bool more = true; more;) {
        const question asked =
            ask(plan.is_forward, selection, at, static_cast<std::int64_t>(limit));
        std::size_t rows_seen = 0;
        const row_taker take_row = [&](std::span<const cell_view> row) {
            const listed_customer candidate = customer_of(row);
            if (++rows_seen == limit) at = {std::string{candidate.name_order}, candidate.id};
            more = !is_selected(selection, candidate) || look(candidate);
            return more;
        };
        co_await database_.read_each(asked.sql, asked.values, take_row);
        more = more && is_in_pieces && rows_seen == limit;
        if (more && !co_await turns_.take_turn()) throw too_many_walks();
    }
}

awaitable<bool> customer_lists::page(
    const customer_selection& selection,
    const customer_position& after,
    std::size_t count,
    const customer_taker& take
) {
    std::size_t found = 0;
    const customer_looker look = [&](const listed_customer& each) {
        if (++found <= count) take(each);
        return found <= count;
    };
    walk_plan plan{selection, after, count + 1, true};
    co_await walk(std::move(plan), look);
    co_return found > count;
}

awaitable<customer_position> customer_lists::page_before(
    const customer_selection& selection, const customer_position& before, std::size_t count
) {
    std::size_t found = 0;
    customer_position start = beginning(selection);
    const customer_looker look = [&](const listed_customer& each) {
        if (++found <= count) return true;
        start = {std::string{each.name_order}, each.id};
        return false;
    };
    walk_plan plan{selection, before, count + 1, false};
    co_await walk(std::move(plan), look);
    co_return start;
}

std::unique_ptr<customer_stream> customer_lists::all(customer_selection selection) {
    auto moment = database_.begin_snapshot(selection.partner_id);
    if (!moment) return {};
    return std::make_unique<customer_stream>(std::move(moment), std::move(selection));
}

customer_stream::customer_stream(std::unique_ptr<snapshot> moment, customer_selection selection)
    : moment_{std::move(moment)}, selection_{std::move(selection)} {
    rewind();
}

void customer_stream::rewind() {
    constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
    question asked = ask_by_name(true, selection_, customer_lists::beginning(selection_), all);
    moment_->begin(asked.sql, std::move(asked.values));
}

bool customer_stream::next(std::size_t count, const customer_taker& take) {
    std::size_t left = looked_at_at_once;
    const row_taker take_row = [&](std::span<const cell_view> row) {
        const listed_customer candidate = customer_of(row);
        if (is_selected(selection_, candidate)) {
            take(candidate);
            --count;
        }
        return --left > 0 && count > 0;
    };
    return moment_->next(take_row);
}

}  // namespace partner_center
