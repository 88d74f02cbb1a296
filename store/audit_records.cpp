// Lists of audit records, by position: whatever is added or forgotten meanwhile, nothing that stays
// is missed or comes twice. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include "store/audit_records.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace partner_center {

/// Each has the document of what is selected, and nothing of the rest, whose rows are not even
/// looked up: the index has what decides.
constexpr std::string_view after_sql =
    "SELECT ticks, number, CASE WHEN ($1 = '' OR instr(customer_name, $1) > 0)"
    " AND ($2 = '' OR resource_type = $2) THEN document END FROM audit_records"
    " WHERE partner_id = $3 AND ticks >= $4 AND (ticks, number) < ($5, $6)"
    " ORDER BY ticks DESC, number DESC LIMIT $7";

constexpr std::string_view after_of_customer_sql =
    "SELECT ticks, number, document FROM audit_records"
    " WHERE partner_id = $1 AND customer_id = $2 AND ticks >= $3 AND (ticks, number) < ($4, $5)"
    " ORDER BY ticks DESC, number DESC LIMIT $6";

constexpr std::string_view before_sql =
    "SELECT ticks, number, CASE WHEN ($1 = '' OR instr(customer_name, $1) > 0)"
    " AND ($2 = '' OR resource_type = $2) THEN document END FROM audit_records"
    " WHERE partner_id = $3 AND ticks < $4 AND (ticks, number) > ($5, $6)"
    " ORDER BY ticks, number LIMIT $7";

constexpr std::string_view before_of_customer_sql =
    "SELECT ticks, number, document FROM audit_records"
    " WHERE partner_id = $1 AND customer_id = $2 AND ticks < $3 AND (ticks, number) > ($4, $5)"
    " ORDER BY ticks, number LIMIT $6";

constexpr std::string_view at_moment_sql =
    "SELECT ticks, number, document FROM audit_records WHERE partner_id = $1 AND ticks = $2"
    " ORDER BY number";

namespace {

/// How many records are looked at while others wait.
constexpr std::int64_t looked_at_at_once = 64;

struct question {
    std::string_view sql{};
    std::vector<value> values{};
};

[[nodiscard]] question ask(
    bool is_forward, const audit_selection& selection, const audit_position& at
) {
    const std::int64_t bound = is_forward ? selection.from : selection.until;
    if (selection.customer_id) {
        return {
            .sql = is_forward ? after_of_customer_sql : before_of_customer_sql,
            .values = {
                selection.partner_id,
                *selection.customer_id,
                bound,
                at.ticks,
                at.number,
                looked_at_at_once}};
    }
    return {
        .sql = is_forward ? after_sql : before_sql,
        .values = {
            selection.company_name,
            selection.resource_type,
            selection.partner_id,
            bound,
            at.ticks,
            at.number,
            looked_at_at_once}};
}

template <class T>
[[nodiscard]] const T& promised(const cell_view& cell) {
    const T* const found = std::get_if<T>(&cell);
    if (found == nullptr) throw wrong_type_error();
    return *found;
}

[[nodiscard]] audit_position position_of(std::span<const cell_view> row) {
    return {promised<std::int64_t>(row[0]), promised<std::int64_t>(row[1])};
}

[[nodiscard]] listed_record record_of(std::span<const cell_view> row) {
    return {.at = position_of(row), .document = promised<std::string_view>(row[2])};
}

}  // namespace

std::string without_underscores(std::string_view text) {
    std::string out;
    std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c != '_'; });
    return out;
}

audit_position audit_records::beginning(const audit_selection& selection) {
    return {.ticks = selection.until, .number = 0};
}

awaitable<void> audit_records::walk(
    bool is_forward, const audit_selection& selection, audit_position at, const record_looker& look
) {
    for (bool more = true; more;) {
        const question asked = ask(is_forward, selection, at);
        std::int64_t rows_seen = 0;
        const row_taker take_row = [&](std::span<const cell_view> row) {
            ++rows_seen;
            at = position_of(row);
            more = std::holds_alternative<std::monostate>(row[2]) || look(record_of(row));
            return more;
        };
        co_await database_.read_each(asked.sql, asked.values, take_row);
        more = more && rows_seen == looked_at_at_once;
        if (more && !co_await turns_.take_turn()) throw too_many_walks();
    }
}

awaitable<bool> audit_records::page(
    const audit_selection& selection,
    const audit_position& after,
    std::size_t count,
    const record_taker& take
) {
    std::size_t taken = 0;
    std::size_t bytes = 0;
    bool more = false;
    const record_looker look = [&](const listed_record& each) {
        more = taken == count || bytes >= audit_page_bytes_max;
        if (more) return false;
        ++taken;
        bytes += each.document.size();
        take(each);
        return true;
    };
    co_await walk(true, selection, after, look);
    co_return more;
}

awaitable<audit_position> audit_records::page_before(
    const audit_selection& selection, const audit_position& before, std::size_t count
) {
    std::size_t found = 0;
    std::size_t bytes = 0;  // without the last record of that page, which is met first
    audit_position start = beginning(selection);
    const record_looker look = [&](const listed_record& each) {
        if (found > 0) bytes += each.document.size();
        if (found == count || bytes >= audit_page_bytes_max) {
            start = each.at;
            return false;
        }
        ++found;
        return true;
    };
    co_await walk(false, selection, before, look);
    co_return start;
}

awaitable<void> audit_records::at_moment(
    guid partner_id, std::int64_t ticks, const record_taker& take
) {
    const std::array<value, 2> values{partner_id, ticks};
    const row_taker take_row = [&](std::span<const cell_view> row) {
        take(record_of(row));
        return true;
    };
    co_await database_.read_each(at_moment_sql, values, take_row);
}

}  // namespace partner_center
