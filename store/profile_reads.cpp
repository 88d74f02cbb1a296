// Rows of the access audit. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include "store/profile_reads.hpp"

#include <array>
#include <charconv>
#include <span>
#include <utility>
#include <variant>

namespace partner_center {

constexpr std::string_view add_reads_sql =
    "INSERT INTO profile_reads (partner_id, application_id, user_id, written_at, reads)"
    " VALUES ($1, $2, $3, $4, $5)";

constexpr std::string_view list_reads_sql =
    "SELECT partner_id, application_id, user_id, reads FROM profile_reads"
    " WHERE written_at >= $1 ORDER BY written_at, number";

constexpr std::string_view forget_reads_sql =
    "DELETE FROM profile_reads WHERE number IN"
    " (SELECT number FROM profile_reads WHERE written_at < $1 ORDER BY written_at LIMIT $2)"
    " RETURNING 1";

namespace {

constexpr std::size_t time_digits = 12;
constexpr std::size_t read_characters = 2 * guid_text_length + time_digits;
constexpr std::size_t row_characters = 64 * 1024;

/// Rows have many reads: so few that neither the disk nor the writers behind notice.
constexpr std::int64_t forgotten_at_once = 50;

void append_time(std::string& out, std::int64_t milliseconds) {
    std::array<char, time_digits> text{};
    for (std::size_t at = 0; at < time_digits; ++at) {
        text.at(time_digits - 1 - at) = "0123456789abcdef"[milliseconds >> 4 * at & 0xF];
    }
    out.append(text.data(), text.size());
}

template <class T>
[[nodiscard]] const T& promised(const cell_view& cell) {
    const T* const found = std::get_if<T>(&cell);
    if (found == nullptr) throw wrong_type_error();
    return *found;
}

[[nodiscard]] profile_reader reader_of(std::span<const cell_view> row) {
    profile_reader by{
        .partner_id = promised<guid>(row[0]), .application_id = promised<guid>(row[1])};
    if (!std::holds_alternative<std::monostate>(row[2])) by.user_id = promised<guid>(row[2]);
    return by;
}

/// One of the reads of a row.
[[nodiscard]] listed_profile_read read_of(const profile_reader& by, std::string_view text) {
    const auto customer_id = parse_guid(text.substr(0, guid_text_length));
    std::int64_t at{};
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(end - time_digits, end, at, 16);
    if (!customer_id || parsed.ptr != end) throw wrong_type_error();
    return {
        .by = by,
        .customer_id = *customer_id,
        .correlation_id = text.substr(guid_text_length, guid_text_length),
        .at = at};
}

}  // namespace

void profile_read_row::add(
    const guid& customer_id, std::string_view correlation_id, std::int64_t at
) {
    append(reads_, customer_id);
    reads_ += correlation_id;
    append_time(reads_, at);
}

bool profile_read_row::is_full() const {
    return reads_.size() + read_characters > row_characters;
}

awaitable<void> profile_read_rows::add(std::vector<profile_read_row> batch, std::int64_t now) {
    std::vector<statement> transaction;
    for (profile_read_row& each : batch) {
        const value user = each.by_.user_id ? value{*each.by_.user_id} : value{};
        transaction.push_back(
            {.sql = add_reads_sql,
             .values =
                 {each.by_.partner_id, each.by_.application_id, user, now, std::move(each.reads_)}}
        );
    }
    static_cast<void>(co_await database_.write(std::move(transaction)));
}

awaitable<void> profile_read_rows::list(
    std::int64_t since, std::optional<guid> customer_id, const profile_read_taker& take
) {
    const std::array<value, 1> values{since};
    const row_taker take_row = [&](std::span<const cell_view> row) {
        const profile_reader by = reader_of(row);
        auto rest = promised<std::string_view>(row[3]);
        for (; rest.size() >= read_characters; rest.remove_prefix(read_characters)) {
            const auto each = read_of(by, rest.substr(0, read_characters));
            if (each.at >= since && (!customer_id || each.customer_id == *customer_id)) take(each);
        }
        return true;
    };
    co_await database_.read_each(list_reads_sql, values, take_row);
}

awaitable<bool> profile_read_rows::forget(std::int64_t since) {
    std::vector<statement> transaction;
    transaction.push_back({.sql = forget_reads_sql, .values = {since, forgotten_at_once}});
    const written outcome = co_await database_.write(std::move(transaction));
    co_return outcome.answers.front().size() == static_cast<std::size_t>(forgotten_at_once);
}

}  // namespace partner_center
