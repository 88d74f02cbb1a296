// Grants, codes and refresh tokens in SQL; what may happen once is decided there. Ends up calling a
// driver.
// SPDX-License-Identifier: MIT
#include "store/grants.hpp"

#include <array>
#include <utility>
#include <vector>

namespace partner_center {
namespace {

[[nodiscard]] bool flag(rows& found, std::size_t column) {
    return found.take<std::int64_t>(0, column) != 0;
}

/// From the first eight columns.
[[nodiscard]] grant_record as_grant(rows& found) {
    return {
        .id = found.take<guid>(0, 0),
        .application_id = found.take<guid>(0, 1),
        .user_id = found.take<guid>(0, 2),
        .resource = found.take<std::string>(0, 3),
        .any_resource = flag(found, 4),
        .scopes = found.take<std::string>(0, 5),
        .has_mfa = flag(found, 6),
        .revoked = flag(found, 7),
    };
}

constexpr std::string_view forget_grants_sql = "DELETE FROM grants WHERE expires_at <= $1";
constexpr std::string_view forget_tokens_sql = "DELETE FROM refresh_tokens WHERE expires_at <= $1";

void forget_expired(std::vector<statement>& transaction, std::int64_t now) {
    transaction.push_back({.sql = forget_grants_sql, .values = {now}});
    transaction.push_back({.sql = forget_tokens_sql, .values = {now}});
}

constexpr std::string_view prolong_grant_sql =
    "UPDATE grants SET expires_at = max(expires_at, $1) WHERE id = $2";

void prolong(std::vector<statement>& transaction, const guid& grant_id, std::int64_t end) {
    transaction.push_back({.sql = prolong_grant_sql, .values = {end, grant_id}});
}

constexpr std::string_view add_refresh_token_sql =
    "INSERT INTO refresh_tokens (hash, grant_id, expires_at) VALUES ($1, $2, $3)";

void add_refresh_token(
    std::vector<statement>& transaction, const guid& grant_id, new_refresh_token token
) {
    prolong(transaction, grant_id, token.expires_at);
    transaction.push_back(
        {.sql = add_refresh_token_sql,
         .values = {std::move(token.hash), grant_id, token.expires_at}}
    );
}

constexpr std::string_view add_grant_sql =
    "INSERT INTO grants (id, application_id, user_id, resource, any_resource, scopes, mfa,"
    " expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

void add_sign_in(std::vector<statement>& transaction, grant_record grant, std::int64_t end) {
    transaction.push_back(
        {.sql = add_grant_sql,
         .values =
             {
                 grant.id,
                 grant.application_id,
                 grant.user_id,
                 std::move(grant.resource),
                 std::int64_t{grant.any_resource},
                 std::move(grant.scopes),
                 std::int64_t{grant.has_mfa},
                 end,
             }}
    );
}

}  // namespace

constexpr std::string_view add_code_sql =
    "INSERT INTO authorization_codes (hash, grant_id, redirect_uri, code_challenge, nonce,"
    " auth_time, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";

awaitable<void> grants::add_code(code_record code, std::int64_t now) {
    const guid grant_id = code.grant.id;
    std::vector<statement> transaction;
    forget_expired(transaction, now);
    add_sign_in(transaction, std::move(code.grant), code.expires_at);
    transaction.push_back(
        {.sql = add_code_sql,
         .values =
             {
                 std::move(code.hash),
                 grant_id,
                 std::move(code.redirect_uri),
                 std::move(code.code_challenge),
                 std::move(code.nonce),
                 code.auth_time ? value{*code.auth_time} : value{},
                 code.expires_at,
             }}
    );
    const written outcome = co_await database_.write(std::move(transaction));
    if (outcome.refused_by) throw store_error{"the store has a new authorization code already"};
}

constexpr std::string_view find_code_sql =
    "SELECT g.id, g.application_id, g.user_id, g.resource, g.any_resource, g.scopes, g.mfa,"
    " g.revoked, c.hash, c.redirect_uri, c.code_challenge, c.nonce, c.redeemed, c.expires_at,"
    " c.auth_time"
    " FROM authorization_codes c JOIN grants g ON g.id = c.grant_id WHERE c.hash = $1";

awaitable<std::optional<code_record>> grants::find_code(std::string hash) {
    const std::array<value, 1> values{std::move(hash)};
    rows found = co_await database_.read(find_code_sql, values);
    if (found.empty()) co_return std::nullopt;
    grant_record grant = as_grant(found);
    std::optional<std::int64_t> auth_time;
    if (!std::holds_alternative<std::monostate>(found.cell(0, 14))) {
        auth_time = found.take<std::int64_t>(0, 14);
    }
    co_return code_record{
        .hash = found.take<std::string>(0, 8),
        .grant = std::move(grant),
        .redirect_uri = found.take<std::string>(0, 9),
        .code_challenge = found.take<std::string>(0, 10),
        .nonce = found.take<std::string>(0, 11),
        .auth_time = auth_time,
        .redeemed = flag(found, 12),
        .expires_at = found.take<std::int64_t>(0, 13),
    };
}

constexpr std::string_view redeem_code_sql =
    "UPDATE authorization_codes SET redeemed = 1"
    " WHERE hash = $1 AND redeemed = 0 AND expires_at > $2"
    " AND EXISTS (SELECT 1 FROM grants WHERE id = grant_id AND revoked = 0) RETURNING hash";

awaitable<bool> grants::redeem_code(
    const code_record& code,
    std::optional<new_refresh_token> first,
    std::int64_t kept_until,
    std::int64_t now
) {
    std::vector<statement> transaction;
    transaction.push_back({.sql = redeem_code_sql, .values = {code.hash, now}, .needs_row = true});
    prolong(transaction, code.grant.id, kept_until);
    if (first) add_refresh_token(transaction, code.grant.id, *std::move(first));
    forget_expired(transaction, now);
    const written outcome = co_await database_.write(std::move(transaction));
    co_return !outcome.refused_by;
}

constexpr std::string_view redeem_device_request_sql =
    "DELETE FROM device_requests WHERE device_code = $1 AND application_id = $2 AND user_id = $3"
    " AND decision = 'allowed' AND expires_at > $4 RETURNING device_code";

awaitable<bool> grants::redeem_device_request(
    std::string device_code,
    grant_record grant,
    std::optional<new_refresh_token> first,
    std::int64_t now
) {
    const guid grant_id = grant.id;
    std::vector<statement> transaction;
    transaction.push_back(
        {.sql = redeem_device_request_sql,
         .values = {std::move(device_code), grant.application_id, grant.user_id, now},
         .needs_row = true}
    );
    forget_expired(transaction, now);
    if (first) {
        add_sign_in(transaction, std::move(grant), first->expires_at);
        add_refresh_token(transaction, grant_id, *std::move(first));
    }
    const written outcome = co_await database_.write(std::move(transaction));
    co_return !outcome.refused_by;
}

constexpr std::string_view find_refresh_token_sql =
    "SELECT g.id, g.application_id, g.user_id, g.resource, g.any_resource, g.scopes, g.mfa,"
    " g.revoked, t.hash, t.used, t.expires_at"
    " FROM refresh_tokens t JOIN grants g ON g.id = t.grant_id WHERE t.hash = $1";

awaitable<std::optional<refresh_token_record>> grants::find_refresh_token(std::string hash) {
    const std::array<value, 1> values{std::move(hash)};
    rows found = co_await database_.read(find_refresh_token_sql, values);
    if (found.empty()) co_return std::nullopt;
    grant_record grant = as_grant(found);
    co_return refresh_token_record{
        .hash = found.take<std::string>(0, 8),
        .grant = std::move(grant),
        .used = flag(found, 9),
        .expires_at = found.take<std::int64_t>(0, 10),
    };
}

constexpr std::string_view use_refresh_token_sql =
    "UPDATE refresh_tokens SET used = 1"
    " WHERE hash = $1 AND (used = 0 OR $2 = 0) AND expires_at > $3"
    " AND EXISTS (SELECT 1 FROM grants WHERE id = grant_id AND revoked = 0) RETURNING hash";

/// A confidential client's tokens are good until they expire, and each use adds one.
constexpr std::string_view keep_latest_sql =
    "DELETE FROM refresh_tokens WHERE grant_id = $1 AND rowid NOT IN"
    " (SELECT rowid FROM refresh_tokens WHERE grant_id = $1 ORDER BY rowid DESC LIMIT 100)";

awaitable<bool> grants::renew(
    const refresh_token_record& old, bool single_use, new_refresh_token successor, std::int64_t now
) {
    std::vector<statement> transaction;
    transaction.push_back(
        {.sql = use_refresh_token_sql,
         .values = {old.hash, std::int64_t{single_use}, now},
         .needs_row = true}
    );
    add_refresh_token(transaction, old.grant.id, std::move(successor));
    // Used tokens of a public client stay: whoever presents one is noticed.
    if (!single_use) transaction.push_back({.sql = keep_latest_sql, .values = {old.grant.id}});
    forget_expired(transaction, now);
    const written outcome = co_await database_.write(std::move(transaction));
    co_return !outcome.refused_by;
}

constexpr std::string_view revoke_sql = "UPDATE grants SET revoked = 1 WHERE id = $1";

awaitable<void> grants::revoke(guid grant_id) {
    std::vector<statement> transaction;
    transaction.push_back({.sql = revoke_sql, .values = {grant_id}});
    static_cast<void>(co_await database_.write(std::move(transaction)));
}

}  // namespace partner_center
