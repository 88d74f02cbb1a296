// Lists the access audit as JSON lines. Calls store/profile_reads.cpp.
// SPDX-License-Identifier: MIT
#include "server/audit_command.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>

#include <boost/describe/class.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "server/api/audit_query.hpp"
#include "server/config.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// A line. Source: docs/operations.md.
struct printed_read {
    std::string time{};
    guid partner_id{};
    guid application_id{};
    std::optional<guid> user_id{};
    guid customer_id{};
    std::string correlation_id{};
};
BOOST_DESCRIBE_STRUCT(
    printed_read, (), (time, partner_id, application_id, user_id, customer_id, correlation_id)
)

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t date_characters = 10;

[[nodiscard]] std::string time_text(std::int64_t at) {
    const std::chrono::sys_time<milliseconds> time{milliseconds{at}};
    const auto second = std::chrono::floor<seconds>(time);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", second, (time - second).count());
}

/// "T20:30:00Z" as what has passed of the day.
[[nodiscard]] std::optional<seconds> read_time(std::string_view text) {
    constexpr std::string_view form = "T00:00:00Z";
    if (text.size() != form.size()) return {};
    int parts[3]{};
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_digit = text[at] >= '0' && text[at] <= '9';
        if (form[at] != '0' && text[at] != form[at]) return {};
        if (form[at] == '0' && !is_digit) return {};
        if (is_digit) parts[at / 3] = parts[at / 3] * 10 + (text[at] - '0');
    }
    if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return {};
    return std::chrono::hours{parts[0]} + std::chrono::minutes{parts[1]} + seconds{parts[2]};
}

/// In milliseconds since 1970.
[[nodiscard]] std::int64_t read_since(std::string_view text) {
    if (text.empty()) return 0;
    const auto day = read_audit_date(text.substr(0, date_characters));
    const auto time =
        text.size() <= date_characters ? seconds{} : read_time(text.substr(date_characters));
    if (!day || !time) {
        throw usage_error{"--since must be like 2026-11-22 or 2026-11-22T20:30:00Z"};
    }
    return milliseconds{day->time_since_epoch() + *time}.count();
}

[[nodiscard]] std::optional<guid> read_customer(std::string_view text) {
    if (text.empty()) return {};
    const auto id = parse_guid(text);
    if (!id) throw usage_error{"--customer must be a GUID"};
    return id;
}

}  // namespace

void print_profile_reads(
    const audit_request& request, const std::function<void(std::string_view)>& print_line
) {
    const std::int64_t since = read_since(request.since);
    const std::optional<guid> customer_id = read_customer(request.customer);
    if (!std::filesystem::exists(request.database)) {
        throw store_error{"there is no database " + request.database.string()};
    }
    sqlite_file file{{.file = request.database}};
    store data{file.connect()};
    const profile_read_taker take = [&](const listed_profile_read& each) {
        print_line(to_json(printed_read{
            .time = time_text(each.at),
            .partner_id = each.by.partner_id,
            .application_id = each.by.application_id,
            .user_id = each.by.user_id,
            .customer_id = each.customer_id,
            .correlation_id = std::string{each.correlation_id}}));
    };
    block_on(data.reads().list(since, customer_id, take));
}

}  // namespace partner_center
