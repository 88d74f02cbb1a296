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

constexpr std::string_view after_sql =
    "SELECT ticks, number, document FROM audit_records"
    " WHERE partner_id = $1 AND ticks >= $2 AND (ticks, number) < ($3, $4)"
    " AND ($5 = '' OR instr(customer_name, $5) > 0) AND ($6 = '' OR resource_type = $6)"
    " ORDER BY ticks DESC, number DESC LIMIT $7";

constexpr std::string_view after_of_customer_sql =
    "SELECT ticks, number, document FROM audit_records"
    " WHERE partner_id = $1 AND customer_id = $2 AND ticks >= $3 AND (ticks, number) < ($4, $5)"
    " ORDER BY ticks DESC, number DESC LIMIT $6";

/// Without the documents.
constexpr std::string_view before_sql =
    "SELECT ticks, number FROM audit_records"
    " WHERE partner_id = $1 AND ticks < $2 AND (ticks, number) > ($3, $4)"
    " AND ($5 = '' OR instr(customer_name, $5) > 0) AND ($6 = '' OR resource_type = $6)"
    " ORDER BY ticks, number LIMIT $7";

constexpr std::string_view before_of_customer_sql =
    "SELECT ticks, number FROM audit_records"
    " WHERE partner_id = $1 AND customer_id = $2 AND ticks < $3 AND (ticks, number) > ($4, $5)"
    " ORDER BY ticks, number LIMIT $6";

constexpr std::string_view at_moment_sql =
    "SELECT ticks, number, document FROM audit_records WHERE partner_id = $1 AND ticks = $2"
    " ORDER BY number";

namespace {

[[nodiscard]] std::vector<value> values_of(
    const audit_selection& selection,
    std::int64_t bound,
    const audit_position& at,
    std::size_t rows_max
) {
    const auto limit = static_cast<std::int64_t>(rows_max);
    if (selection.customer_id) {
        return {selection.partner_id, *selection.customer_id, bound, at.ticks, at.number, limit};
    }
    return {
        selection.partner_id,
        bound,
        at.ticks,
        at.number,
        selection.company_name,
        selection.resource_type,
        limit};
}

template <class T>
[[nodiscard]] const T& promised(const cell_view& cell) {
    const T* const found = std::get_if<T>(&cell);
    if (found == nullptr) throw wrong_type_error();
    return *found;
}

[[nodiscard]] listed_record record_of(std::span<const cell_view> row) {
    return {
        .at = {promised<std::int64_t>(row[0]), promised<std::int64_t>(row[1])},
        .document = promised<std::string_view>(row[2]),
    };
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

awaitable<bool> audit_records::page(
    const audit_selection& selection,
    const audit_position& after,
    std::size_t count,
    const record_taker& take
) {
    const std::vector<value> values = values_of(selection, selection.from, after, count + 1);
    std::size_t taken = 0;
    bool more = false;
    const row_taker take_row = [&](std::span<const cell_view> row) {
        more = taken++ == count;
        if (!more) take(record_of(row));
        return !more;
    };
    co_await database_.read_each(
        selection.customer_id ? after_of_customer_sql : after_sql, values, take_row
    );
    co_return more;
}

awaitable<audit_position> audit_records::page_before(
    const audit_selection& selection, const audit_position& before, std::size_t count
) {
    // One more: the position of the record that the page comes after.
    const std::vector<value> values = values_of(selection, selection.until, before, count + 1);
    rows found = co_await database_.read(
        selection.customer_id ? before_of_customer_sql : before_sql, values
    );
    if (found.size() <= count) co_return beginning(selection);
    co_return audit_position{
        .ticks = found.take<std::int64_t>(count, 0), .number = found.take<std::int64_t>(count, 1)};
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
