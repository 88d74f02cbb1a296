// Changes and what is remembered of them. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <utility>

#include "store/name_order.hpp"
#include "store/store.hpp"

namespace partner_center {

constexpr std::string_view find_answer_sql =
    "SELECT body_hash, status, body, sealed FROM requests"
    " WHERE partner_id = $1 AND request_key = $2 AND answered_at > $3";

awaitable<std::optional<remembered_answer>> store::find_answer(
    guid partner_id, guid request_key, std::int64_t since
) {
    const std::array<value, 3> values{partner_id, request_key, since};
    rows found = co_await database_->read(find_answer_sql, values);
    if (found.empty()) co_return std::nullopt;
    co_return remembered_answer{
        .body_hash = found.take<guid>(0, 0),
        .status = static_cast<unsigned>(found.take<std::int64_t>(0, 1)),
        .body = found.take<std::string>(0, 2),
        .is_sealed = found.take<std::int64_t>(0, 3) != 0,
    };
}

constexpr std::string_view remember_answer_sql =
    "INSERT INTO requests"
    " (partner_id, request_key, body_hash, status, body, sealed, answered_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (partner_id, request_key) DO UPDATE SET"
    " body_hash = excluded.body_hash, status = excluded.status, body = excluded.body,"
    " sealed = excluded.sealed, answered_at = excluded.answered_at"
    " WHERE requests.answered_at <= $8 OR ($9 = 1 AND requests.body_hash <> excluded.body_hash)"
    " RETURNING 1";

change store::remember_answer(guid partner_id, guid request_key, const answer_to_remember& what) {
    change out;
    out.add(
        {.sql = remember_answer_sql,
         .values =
             {
                 partner_id,
                 request_key,
                 what.answer.body_hash,
                 std::int64_t{what.answer.status},
                 what.answer.body,
                 std::int64_t{what.answer.is_sealed},
                 what.at,
                 what.since,
                 std::int64_t{what.may_replace},
             },
         .needs_row = true},
        refusal::repeated
    );
    return out;
}

constexpr std::string_view record_sql =
    "INSERT INTO audit_records"
    " (partner_id, ticks, customer_id, customer_name, resource_type, document)"
    " VALUES ($1, $2, $3, $4, $5, $6)";

change store::record(guid partner_id, audit_entry entry) {
    const value customer = entry.customer_id ? value{*entry.customer_id} : value{};
    change out;
    out.add(
        {.sql = record_sql,
         .values =
             {
                 partner_id,
                 entry.ticks,
                 customer,
                 folded(entry.customer_name),
                 without_underscores(entry.resource_type),
                 std::move(entry.document),
             }}
    );
    return out;
}

awaitable<std::optional<refusal>> store::commit(change what) {
    std::vector<statement> transaction;
    transaction.reserve(what.steps_.size());
    for (change::step& each : what.steps_) transaction.push_back(std::move(each.what));
    const written outcome = co_await database_->write(std::move(transaction));
    if (!outcome.refused_by) co_return std::nullopt;
    const auto& meaning = what.steps_.at(*outcome.refused_by).meaning;
    if (!meaning) throw store_error{"the database refused what nothing should stand in the way of"};
    co_return *meaning;
}

namespace {

/// So few that neither the disk nor the writers behind notice.
constexpr std::int64_t forgotten_at_once = 500;

}  // namespace

constexpr std::string_view forget_answers_sql =
    "DELETE FROM requests WHERE (partner_id, request_key) IN"
    " (SELECT partner_id, request_key FROM requests WHERE answered_at <= $1"
    " ORDER BY answered_at LIMIT $2) RETURNING 1";

constexpr std::string_view forget_audit_sql =
    "DELETE FROM audit_records WHERE number IN"
    " (SELECT number FROM audit_records WHERE ticks < $1 ORDER BY ticks LIMIT $2) RETURNING 1";

awaitable<bool> store::forget_old(std::int64_t answers_since, std::int64_t audit_since) {
    std::vector<statement> transaction;
    transaction.push_back({.sql = forget_answers_sql, .values = {answers_since, forgotten_at_once}}
    );
    transaction.push_back({.sql = forget_audit_sql, .values = {audit_since, forgotten_at_once}});
    const written outcome = co_await database_->write(std::move(transaction));
    const auto is_full = [](const rows& each) {
        return each.size() == static_cast<std::size_t>(forgotten_at_once);
    };
    co_return std::ranges::any_of(outcome.answers, is_full);
}

}  // namespace partner_center
