// The questions that cross partners. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include "store/directory.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "store/partner_profiles.hpp"

namespace partner_center {
namespace {

[[nodiscard]] bool flag(rows& found, std::size_t row, std::size_t column) {
    return found.take<std::int64_t>(row, column) != 0;
}

[[nodiscard]] const cloud* cloud_of(rows& found, std::size_t row, std::size_t column) {
    const cloud* const where = clouds::find(found.take<std::string>(row, column));
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

/// Runs these as one transaction; false when it was refused.
[[nodiscard]] awaitable<bool> write_all(database& database, std::vector<statement> transaction) {
    const written outcome = co_await database.write(std::move(transaction));
    co_return !outcome.refused_by;
}

[[nodiscard]] awaitable<bool> write_one(database& database, statement only) {
    std::vector<statement> transaction;
    transaction.push_back(std::move(only));
    return write_all(database, std::move(transaction));
}

/// Changes one row by its id; false when there is none.
[[nodiscard]] awaitable<bool> change_row(
    database& database, std::string_view sql, value to, guid id
) {
    return write_one(database, {.sql = sql, .values = {std::move(to), id}, .needs_row = true});
}

/// What ends sign-ins to an application.
constexpr std::array<std::string_view, 2> end_sign_ins_to_sql{
    "UPDATE grants SET revoked = 1 WHERE application_id = $1",
    "UPDATE device_requests SET decision = 'denied'"
    " WHERE application_id = $1 AND decision = 'allowed'",
};
/// What ends those of a user.
constexpr std::array<std::string_view, 3> end_sign_ins_of_sql{
    "UPDATE grants SET revoked = 1 WHERE user_id = $1",
    "UPDATE device_requests SET decision = 'denied' WHERE user_id = $1 AND decision = 'allowed'",
    "UPDATE users SET session_epoch = session_epoch + 1 WHERE id = $1",
};
/// What ends those of all users of a partner, to all its applications: there are no others.
constexpr std::array<std::string_view, 3> end_sign_ins_at_sql{
    "UPDATE grants SET revoked = 1"
    " WHERE application_id IN (SELECT id FROM applications WHERE partner_id = $1)",
    "UPDATE device_requests SET decision = 'denied' WHERE decision = 'allowed'"
    " AND application_id IN (SELECT id FROM applications WHERE partner_id = $1)",
    "UPDATE users SET session_epoch = session_epoch + 1 WHERE partner_id = $1",
};
using ending_sql = std::span<const std::string_view>;

/// Changes one row by its id, and with it ends sign-ins; false when there is none.
[[nodiscard]] awaitable<bool> change_row_and_end_sign_ins(
    database& database, std::string_view sql, value to, guid id, ending_sql ends
) {
    std::vector<statement> transaction;
    transaction.push_back({.sql = sql, .values = {std::move(to), id}, .needs_row = true});
    for (const std::string_view each : ends) {
        transaction.push_back({.sql = each, .values = {id}});
    }
    return write_all(database, std::move(transaction));
}

[[nodiscard]] partner_record partner_at(rows& found, std::size_t row) {
    return {
        .id = found.take<guid>(row, 0),
        .name = found.take<std::string>(row, 1),
        .domain = found.take<std::string>(row, 2),
        .where = cloud_of(found, row, 3),
        .sandbox = flag(found, row, 4),
        .disabled = flag(found, row, 5),
    };
}

[[nodiscard]] application_record application_at(rows& found, std::size_t row) {
    return {
        .id = found.take<guid>(row, 0),
        .partner_id = found.take<guid>(row, 1),
        .name = found.take<std::string>(row, 2),
        .secret_hash = found.take<std::string>(row, 3),
        .disabled = flag(found, row, 4),
        .is_public = flag(found, row, 5),
        .redirect_uris = words_of(found.take<std::string>(row, 6)),
    };
}

[[nodiscard]] user_record user_at(rows& found, std::size_t row) {
    return {
        .id = found.take<guid>(row, 0),
        .partner_id = found.take<guid>(row, 1),
        .user_principal_name = found.take<std::string>(row, 2),
        .password_hash = found.take<std::string>(row, 3),
        .totp_secret = found.take<std::string>(row, 4),
        .roles = words_of(found.take<std::string>(row, 5)),
        .disabled = flag(found, row, 6),
        .session_epoch = found.take<std::int64_t>(row, 7),
    };
}

[[nodiscard]] network_member member_at(rows& found, std::size_t row) {
    return {found.take<std::int64_t>(row, 0), found.take<std::string>(row, 1)};
}

[[nodiscard]] certificate_record certificate_at(rows& found, std::size_t row) {
    return {found.take<std::string>(row, 0), found.take<std::string>(row, 1)};
}

[[nodiscard]] std::string text_at(rows& found, std::size_t row) {
    return found.take<std::string>(row, 0);
}

template <auto At>
using record_of = decltype(At(std::declval<rows&>(), 0));

/// The first row of those that this value picks, if there is one.
template <auto At>
[[nodiscard]] awaitable<std::optional<record_of<At>>> find_first(
    database& database, std::string_view sql, value by
) {
    const std::array<value, 1> values{std::move(by)};
    rows found = co_await database.read(sql, values);
    if (found.empty()) co_return std::nullopt;
    co_return At(found, 0);
}

template <auto At>
[[nodiscard]] awaitable<std::vector<record_of<At>>> find_all(
    database& database, std::string_view sql, std::vector<value> values
) {
    rows found = co_await database.read(sql, values);
    std::vector<record_of<At>> records;
    for (std::size_t row = 0; row < found.size(); ++row) records.push_back(At(found, row));
    co_return records;
}

[[nodiscard]] value or_null(const std::optional<guid>& id) {
    return id ? value{*id} : value{};
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

constexpr std::string_view knows_domain_sql =
    "SELECT 1 FROM partners WHERE domain = $1"
    " UNION ALL SELECT 1 FROM customers WHERE domain = $1 LIMIT 1";

awaitable<bool> directory::knows_domain(std::string domain) {
    const std::array<value, 1> values{lower_case(domain)};
    const rows found = co_await database_.read(knows_domain_sql, values);
    co_return !found.empty();
}

constexpr std::string_view find_partner_by_id_sql =
    "SELECT id, name, domain, cloud, sandbox, disabled FROM partners WHERE id = $1";

awaitable<std::optional<partner_record>> directory::find_partner(guid id) {
    return find_first<partner_at>(database_, find_partner_by_id_sql, id);
}

constexpr std::string_view find_partner_by_domain_sql =
    "SELECT id, name, domain, cloud, sandbox, disabled FROM partners WHERE domain = $1";

awaitable<std::optional<partner_record>> directory::find_partner(std::string_view domain) {
    return find_first<partner_at>(database_, find_partner_by_domain_sql, lower_case(domain));
}

constexpr std::string_view find_application_sql =
    "SELECT id, partner_id, name, secret_hash, disabled, public_client, redirect_uris"
    " FROM applications WHERE id = $1";

awaitable<std::optional<application_record>> directory::find_application(guid client_id) {
    return find_first<application_at>(database_, find_application_sql, client_id);
}

constexpr std::string_view find_certificates_sql =
    "SELECT thumbprint, certificate FROM application_certificates WHERE application_id = $1"
    " ORDER BY thumbprint";

awaitable<std::vector<certificate_record>> directory::find_certificates(guid client_id) {
    return find_all<certificate_at>(database_, find_certificates_sql, {client_id});
}

constexpr std::string_view find_standing_sql =
    "SELECT p.id, p.cloud, p.disabled, a.disabled, u.disabled"
    " FROM applications a JOIN partners p ON p.id = a.partner_id"
    " LEFT JOIN users u ON u.id = $1 AND u.partner_id = p.id"
    " WHERE a.id = $2";

awaitable<std::optional<standing>> directory::find_standing(
    guid client_id, std::optional<guid> user_id
) {
    const std::array<value, 2> values{or_null(user_id), client_id};
    rows found = co_await database_.read(find_standing_sql, values);
    if (found.empty()) co_return std::nullopt;
    const bool is_user_known = !std::holds_alternative<std::monostate>(found.cell(0, 4));
    co_return standing{
        .partner_id = found.take<guid>(0, 0),
        .where = cloud_of(found, 0, 1),
        .partner_disabled = flag(found, 0, 2),
        .application_disabled = flag(found, 0, 3),
        .user_refused = user_id && (!is_user_known || flag(found, 0, 4)),
    };
}

constexpr std::string_view find_user_by_id_sql =
    "SELECT id, partner_id, user_principal_name, password_hash, totp_secret, roles, disabled,"
    " session_epoch FROM users WHERE id = $1";

awaitable<std::optional<user_record>> directory::find_user(guid id) {
    return find_first<user_at>(database_, find_user_by_id_sql, id);
}

constexpr std::string_view find_user_by_name_sql =
    "SELECT id, partner_id, user_principal_name, password_hash, totp_secret, roles, disabled,"
    " session_epoch FROM users WHERE lower(user_principal_name) = $1";

awaitable<std::optional<user_record>> directory::find_user(std::string_view principal_name) {
    return find_first<user_at>(database_, find_user_by_name_sql, lower_case(principal_name));
}

constexpr std::string_view has_partners_sql = "SELECT 1 FROM partners LIMIT 1";

awaitable<bool> directory::has_partners() {
    const rows found = co_await database_.read(has_partners_sql, {});
    co_return !found.empty();
}

constexpr std::string_view find_member_by_mpn_id_sql =
    "SELECT mpn_id, name FROM partners WHERE mpn_id = $1";

awaitable<std::optional<network_member>> directory::find_member(std::int64_t mpn_id) {
    return find_first<member_at>(database_, find_member_by_mpn_id_sql, mpn_id);
}

constexpr std::string_view find_member_by_id_sql =
    "SELECT mpn_id, name FROM partners WHERE id = $1";

awaitable<std::optional<network_member>> directory::find_member(guid partner_id) {
    return find_first<member_at>(database_, find_member_by_id_sql, partner_id);
}

constexpr std::string_view add_partner_sql =
    "INSERT INTO partners (id, name, domain, cloud, sandbox, disabled, mpn_id)"
    " SELECT $1, $2, $3, $4, $5, $6, coalesce(max(mpn_id), 4999999) + 1 FROM partners";

constexpr std::string_view is_no_customers_sql =
    "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM customers WHERE id = $1)"
    " AND NOT EXISTS (SELECT 1 FROM customers WHERE domain = $2)";

awaitable<bool> directory::add_partner(partner_record partner) {
    std::vector<statement> transaction = adding_first_profiles(partner);
    statement is_free{
        .sql = is_no_customers_sql, .values = {partner.id, partner.domain}, .needs_row = true};
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
    transaction.insert(transaction.begin(), std::move(insert));
    transaction.insert(transaction.begin(), std::move(is_free));
    const written outcome = co_await database_.write(std::move(transaction));
    co_return !outcome.refused_by;
}

constexpr std::string_view add_application_sql =
    "INSERT INTO applications"
    " (id, partner_id, name, secret_hash, disabled, public_client, redirect_uris)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)";

constexpr std::string_view add_certificate_sql =
    "INSERT INTO application_certificates (application_id, thumbprint, certificate)"
    " VALUES ($1, $2, $3)";

namespace {

void append(
    std::vector<statement>& transaction,
    const guid& client_id,
    std::vector<certificate_record> certificates
) {
    for (certificate_record& each : certificates) {
        transaction.push_back(
            {.sql = add_certificate_sql,
             .values = {client_id, std::move(each.thumbprint), std::move(each.pem)}}
        );
    }
}

}  // namespace

awaitable<bool> directory::add_application(application_record application) {
    return add_application(std::move(application), std::vector<certificate_record>{});
}

awaitable<bool> directory::add_application(
    application_record application, std::vector<certificate_record> certificates
) {
    std::vector<statement> transaction;
    transaction.push_back(
        {.sql = add_application_sql,
         .values =
             {
                 application.id,
                 application.partner_id,
                 std::move(application.name),
                 std::move(application.secret_hash),
                 std::int64_t{application.disabled},
                 std::int64_t{application.is_public},
                 joined(application.redirect_uris),
             }}
    );
    append(transaction, application.id, std::move(certificates));
    return write_all(database_, std::move(transaction));
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
    return write_one(database_, std::move(insert));
}

constexpr std::string_view list_partners_sql =
    "SELECT id, name, domain, cloud, sandbox, disabled FROM partners ORDER BY name, id";

awaitable<std::vector<partner_record>> directory::list_partners() {
    return find_all<partner_at>(database_, list_partners_sql, {});
}

constexpr std::string_view list_applications_sql =
    "SELECT id, partner_id, name, secret_hash, disabled, public_client, redirect_uris"
    " FROM applications WHERE $1 IS NULL OR partner_id = $1 ORDER BY name, id";

awaitable<std::vector<application_record>> directory::list_applications(
    std::optional<guid> partner_id
) {
    return find_all<application_at>(database_, list_applications_sql, {or_null(partner_id)});
}

constexpr std::string_view list_users_sql =
    "SELECT id, partner_id, user_principal_name, password_hash, totp_secret, roles, disabled,"
    " session_epoch FROM users WHERE $1 IS NULL OR partner_id = $1 ORDER BY user_principal_name";

awaitable<std::vector<user_record>> directory::list_users(std::optional<guid> partner_id) {
    return find_all<user_at>(database_, list_users_sql, {or_null(partner_id)});
}

constexpr std::string_view list_thumbprints_sql =
    "SELECT thumbprint FROM application_certificates WHERE application_id = $1 ORDER BY thumbprint";

awaitable<std::vector<std::string>> directory::list_thumbprints(guid client_id) {
    return find_all<text_at>(database_, list_thumbprints_sql, {client_id});
}

/// How an entry is disabled, and what ends with it.
struct disabling {
    std::string_view sql{};
    ending_sql ends{};
};
constexpr std::array<disabling, 3> disablings{{
    {"UPDATE partners SET disabled = $1 WHERE id = $2 RETURNING id", end_sign_ins_at_sql},
    {"UPDATE applications SET disabled = $1 WHERE id = $2 RETURNING id", end_sign_ins_to_sql},
    {"UPDATE users SET disabled = $1 WHERE id = $2 RETURNING id", end_sign_ins_of_sql},
}};

awaitable<bool> directory::set_disabled(directory_entry entry, guid id, bool disabled) {
    const auto& [sql, ends] = disablings.at(static_cast<std::size_t>(entry));
    if (!disabled) return change_row(database_, sql, std::int64_t{disabled}, id);
    return change_row_and_end_sign_ins(database_, sql, std::int64_t{disabled}, id, ends);
}

awaitable<bool> directory::disable_application(guid client_id) {
    return set_disabled(directory_entry::application, client_id, true);
}

constexpr std::string_view set_secret_hash_sql =
    "UPDATE applications SET secret_hash = $1 WHERE id = $2 RETURNING id";

awaitable<bool> directory::set_secret_hash(guid client_id, std::string hash) {
    return change_row_and_end_sign_ins(
        database_, set_secret_hash_sql, std::move(hash), client_id, end_sign_ins_to_sql
    );
}

constexpr std::string_view set_redirect_uris_sql =
    "UPDATE applications SET redirect_uris = $1 WHERE id = $2 RETURNING id";

awaitable<bool> directory::set_redirect_uris(guid client_id, std::vector<std::string> uris) {
    return change_row(database_, set_redirect_uris_sql, joined(uris), client_id);
}

constexpr std::string_view is_application_sql = "SELECT 1 FROM applications WHERE id = $1";

awaitable<bool> directory::add_certificates(
    guid client_id, std::vector<certificate_record> certificates
) {
    std::vector<statement> transaction;
    transaction.push_back({.sql = is_application_sql, .values = {client_id}, .needs_row = true});
    append(transaction, client_id, std::move(certificates));
    return write_all(database_, std::move(transaction));
}

constexpr std::string_view remove_certificate_sql =
    "DELETE FROM application_certificates WHERE thumbprint = $1 AND application_id = $2"
    " RETURNING thumbprint";

awaitable<bool> directory::remove_certificate(guid client_id, std::string thumbprint) {
    return change_row(database_, remove_certificate_sql, std::move(thumbprint), client_id);
}

constexpr std::string_view set_roles_sql = "UPDATE users SET roles = $1 WHERE id = $2 RETURNING id";

awaitable<bool> directory::set_roles(guid user_id, std::vector<std::string> roles) {
    return change_row_and_end_sign_ins(
        database_, set_roles_sql, joined(roles), user_id, end_sign_ins_of_sql
    );
}

constexpr std::string_view set_password_hash_sql =
    "UPDATE users SET password_hash = $1 WHERE id = $2 RETURNING id";

awaitable<bool> directory::set_password_hash(guid user_id, std::string hash) {
    return change_row_and_end_sign_ins(
        database_, set_password_hash_sql, std::move(hash), user_id, end_sign_ins_of_sql
    );
}

constexpr std::string_view set_totp_secret_sql =
    "UPDATE users SET totp_secret = $1 WHERE id = $2 RETURNING id";

awaitable<bool> directory::set_totp_secret(guid user_id, std::string secret) {
    return change_row_and_end_sign_ins(
        database_, set_totp_secret_sql, std::move(secret), user_id, end_sign_ins_of_sql
    );
}

}  // namespace partner_center
