// The questions that cross partners. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include "store/directory.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace partner_center {
namespace {

[[nodiscard]] bool flag(rows& found, std::size_t column) {
    return found.take<std::int64_t>(0, column) != 0;
}

[[nodiscard]] const cloud* cloud_of(rows& found, std::size_t column) {
    const cloud* const where = clouds::find(found.take<std::string>(0, column));
    if (where == nullptr) throw store_error{"the database names a cloud that does not exist"};
    return where;
}

/// Domains are ASCII: international ones are stored in their encoded form.
[[nodiscard]] std::string lower_case(std::string_view text) {
    std::string lower{text};
    for (char& each : lower) {
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    }
    return lower;
}

[[nodiscard]] std::string joined(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words) {
        if (!line.empty()) line += ' ';
        line += word;
    }
    return line;
}

[[nodiscard]] std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    while (!line.empty()) {
        words.emplace_back(line.substr(0, line.find(' ')));
        line.remove_prefix(std::min(words.back().size() + 1, line.size()));
    }
    return words;
}

/// Runs one statement as a transaction of its own; false when it was refused.
[[nodiscard]] awaitable<bool> write_one(database& database, statement statement) {
    std::vector<partner_center::statement> transaction;
    transaction.push_back(std::move(statement));
    const written outcome = co_await database.write(std::move(transaction));
    co_return !outcome.refused_by;
}

[[nodiscard]] std::optional<partner_record> as_partner(rows found) {
    if (found.empty()) return {};
    return partner_record{
        .id = found.take<guid>(0, 0),
        .name = found.take<std::string>(0, 1),
        .domain = found.take<std::string>(0, 2),
        .where = cloud_of(found, 3),
        .sandbox = flag(found, 4),
        .disabled = flag(found, 5),
    };
}

[[nodiscard]] std::optional<user_record> as_user(rows found) {
    if (found.empty()) return {};
    return user_record{
        .id = found.take<guid>(0, 0),
        .partner_id = found.take<guid>(0, 1),
        .user_principal_name = found.take<std::string>(0, 2),
        .password_hash = found.take<std::string>(0, 3),
        .totp_secret = found.take<std::string>(0, 4),
        .roles = words_of(found.take<std::string>(0, 5)),
        .disabled = flag(found, 6),
    };
}

}  // namespace

constexpr std::string_view knows_tenant_sql =
    "SELECT 1 FROM partners WHERE id = $1"
    " UNION ALL SELECT 1 FROM customers WHERE id = $1 LIMIT 1";

awaitable<bool> directory::knows_tenant(guid tenant_id) {
    const std::array<value, 1> values{tenant_id};
    const rows found = co_await database_.read(knows_tenant_sql, values);
    co_return !found.empty();
}

constexpr std::string_view find_partner_by_id_sql =
    "SELECT id, name, domain, cloud, sandbox, disabled FROM partners WHERE id = $1";

awaitable<std::optional<partner_record>> directory::find_partner(guid id) {
    const std::array<value, 1> values{id};
    rows found = co_await database_.read(find_partner_by_id_sql, values);
    co_return as_partner(std::move(found));
}

constexpr std::string_view find_partner_by_domain_sql =
    "SELECT id, name, domain, cloud, sandbox, disabled FROM partners WHERE domain = $1";

awaitable<std::optional<partner_record>> directory::find_partner(std::string_view domain) {
    const std::array<value, 1> values{lower_case(domain)};
    rows found = co_await database_.read(find_partner_by_domain_sql, values);
    co_return as_partner(std::move(found));
}

constexpr std::string_view find_application_sql =
    "SELECT id, partner_id, name, secret_hash, disabled, public_client, redirect_uris"
    " FROM applications WHERE id = $1";

awaitable<std::optional<application_record>> directory::find_application(guid client_id) {
    const std::array<value, 1> values{client_id};
    rows found = co_await database_.read(find_application_sql, values);
    if (found.empty()) co_return std::nullopt;
    co_return application_record{
        .id = found.take<guid>(0, 0),
        .partner_id = found.take<guid>(0, 1),
        .name = found.take<std::string>(0, 2),
        .secret_hash = found.take<std::string>(0, 3),
        .disabled = flag(found, 4),
        .is_public = flag(found, 5),
        .redirect_uris = words_of(found.take<std::string>(0, 6)),
    };
}

constexpr std::string_view find_standing_sql =
    "SELECT p.id, p.cloud, p.disabled, a.disabled, u.disabled"
    " FROM applications a JOIN partners p ON p.id = a.partner_id"
    " LEFT JOIN users u ON u.id = $1 AND u.partner_id = p.id"
    " WHERE a.id = $2";

awaitable<std::optional<standing>> directory::find_standing(
    guid client_id, std::optional<guid> user_id
) {
    const value user = user_id ? value{*user_id} : value{};
    const std::array<value, 2> values{user, client_id};
    rows found = co_await database_.read(find_standing_sql, values);
    if (found.empty()) co_return std::nullopt;
    const bool is_user_known = !std::holds_alternative<std::monostate>(found.cell(0, 4));
    co_return standing{
        .partner_id = found.take<guid>(0, 0),
        .where = cloud_of(found, 1),
        .partner_disabled = flag(found, 2),
        .application_disabled = flag(found, 3),
        .user_refused = user_id && (!is_user_known || flag(found, 4)),
    };
}

constexpr std::string_view find_user_by_id_sql =
    "SELECT id, partner_id, user_principal_name, password_hash, totp_secret, roles, disabled"
    " FROM users WHERE id = $1";

awaitable<std::optional<user_record>> directory::find_user(guid id) {
    const std::array<value, 1> values{id};
    rows found = co_await database_.read(find_user_by_id_sql, values);
    co_return as_user(std::move(found));
}

constexpr std::string_view find_user_by_name_sql =
    "SELECT id, partner_id, user_principal_name, password_hash, totp_secret, roles, disabled"
    " FROM users WHERE lower(user_principal_name) = $1";

awaitable<std::optional<user_record>> directory::find_user(std::string_view principal_name) {
    const std::array<value, 1> values{lower_case(principal_name)};
    rows found = co_await database_.read(find_user_by_name_sql, values);
    co_return as_user(std::move(found));
}

constexpr std::string_view has_partners_sql = "SELECT 1 FROM partners LIMIT 1";

awaitable<bool> directory::has_partners() {
    const rows found = co_await database_.read(has_partners_sql, {});
    co_return !found.empty();
}

constexpr std::string_view add_partner_sql =
    "INSERT INTO partners (id, name, domain, cloud, sandbox, disabled)"
    " VALUES ($1, $2, $3, $4, $5, $6)";

awaitable<bool> directory::add_partner(partner_record partner) {
    statement insert{
        .sql = add_partner_sql,
        .values = {
            partner.id,
            std::move(partner.name),
            std::move(partner.domain),
            std::string{partner.where->name},
            std::int64_t{partner.sandbox},
            std::int64_t{partner.disabled},
        }};
    co_return co_await write_one(database_, std::move(insert));
}

constexpr std::string_view add_application_sql =
    "INSERT INTO applications"
    " (id, partner_id, name, secret_hash, disabled, public_client, redirect_uris)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)";

awaitable<bool> directory::add_application(application_record application) {
    statement insert{
        .sql = add_application_sql,
        .values = {
            application.id,
            application.partner_id,
            std::move(application.name),
            std::move(application.secret_hash),
            std::int64_t{application.disabled},
            std::int64_t{application.is_public},
            joined(application.redirect_uris),
        }};
    co_return co_await write_one(database_, std::move(insert));
}

constexpr std::string_view add_user_sql =
    "INSERT INTO users"
    " (id, partner_id, user_principal_name, password_hash, totp_secret, roles, disabled)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)";

awaitable<bool> directory::add_user(user_record user) {
    statement insert{
        .sql = add_user_sql,
        .values = {
            user.id,
            user.partner_id,
            std::move(user.user_principal_name),
            std::move(user.password_hash),
            std::move(user.totp_secret),
            joined(user.roles),
            std::int64_t{user.disabled},
        }};
    co_return co_await write_one(database_, std::move(insert));
}

constexpr std::string_view disable_application_sql =
    "UPDATE applications SET disabled = 1 WHERE id = $1 RETURNING id";

awaitable<bool> directory::disable_application(guid client_id) {
    statement update{.sql = disable_application_sql, .values = {client_id}, .needs_row = true};
    co_return co_await write_one(database_, std::move(update));
}

}  // namespace partner_center
