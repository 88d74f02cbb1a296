// Proofs that are good once, attempts that are counted, and device requests. Ends up calling a
// driver.
// SPDX-License-Identifier: MIT
#include "store/proofs.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace partner_center {
namespace {

/// How long a client that asks late still learns that its request has expired.
constexpr std::chrono::minutes expired_requests_kept{15};
/// Whoever knows the name of a public client may ask for codes: what he can store is bounded.
constexpr std::int64_t requests_of_client_max = 5'000;
constexpr std::int64_t requests_at_address_max = 50;

[[nodiscard]] std::int64_t number_of(stored_time time) {
    return time.time_since_epoch().count();
}

[[nodiscard]] bool flag(rows& found, std::size_t column) {
    return found.take<std::int64_t>(0, column) != 0;
}

/// Letters and digits only, in upper case.
[[nodiscard]] std::string plain_code(std::string_view typed) {
    std::string code;
    for (const char c : typed) {
        if (c >= 'a' && c <= 'z') {
            code += static_cast<char>(c - 'a' + 'A');
        } else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
            code += c;
        }
    }
    return code;
}

/// The first seven columns.
[[nodiscard]] device_request as_request(rows& found) {
    return {
        .device_code = found.take<std::string>(0, 0),
        .user_code = found.take<std::string>(0, 1),
        .application_id = found.take<guid>(0, 2),
        .resource = found.take<std::string>(0, 3),
        .scope = found.take<std::string>(0, 4),
        .expires = stored_time{std::chrono::seconds{found.take<std::int64_t>(0, 5)}},
        .poll_interval = std::chrono::seconds{found.take<std::int64_t>(0, 6)},
    };
}

}  // namespace

constexpr std::string_view take_totp_step_sql =
    "INSERT INTO totp_steps AS t (user_id, step) VALUES ($1, $2)"
    " ON CONFLICT (user_id) DO UPDATE SET step = excluded.step WHERE t.step < excluded.step"
    " RETURNING step";

awaitable<bool> proofs::take_totp_step(guid user_id, std::int64_t step) {
    std::vector<statement> transaction;
    transaction.push_back({take_totp_step_sql, {user_id, step}, true});
    const written outcome = co_await database_.write(std::move(transaction));
    co_return !outcome.refused_by;
}

constexpr std::string_view prune_attempts_sql =
    "DELETE FROM sign_in_attempts WHERE forgotten_at <= $1";

// No row: the subject is locked. The length of a lock follows from the number of failures alone, so
// that one that is taken back leaves nothing.
constexpr std::string_view count_attempt_sql =
    "INSERT INTO sign_in_attempts AS a (subject, failures, locked_until, forgotten_at)"
    " VALUES ($1, 1, 0, $2)"
    " ON CONFLICT (subject) DO UPDATE SET"
    " failures = a.failures + 1,"
    " locked_until = CASE WHEN a.failures + 1 < $3 THEN 0"
    " WHEN a.failures + 1 - $3 < 5 THEN $4 + (30 << (a.failures + 1 - $3)) ELSE $4 + 900 END,"
    " forgotten_at = excluded.forgotten_at"
    " WHERE a.locked_until <= $4"
    " RETURNING failures";

constexpr std::string_view locked_until_sql =
    "SELECT locked_until FROM sign_in_attempts WHERE subject = $1";

awaitable<std::chrono::seconds> proofs::count_attempt(
    std::vector<attempt_subject> subjects, stored_time now
) {
    std::vector<statement> transaction;
    transaction.push_back({prune_attempts_sql, {number_of(now)}, false});
    for (const attempt_subject& each : subjects) {
        statement count{
            .sql = count_attempt_sql,
            .values =
                {each.key, number_of(now + each.remembered), each.failures_max, number_of(now)},
            .needs_row = true};
        transaction.push_back(std::move(count));
    }
    const written outcome = co_await database_.write(std::move(transaction));
    if (!outcome.refused_by) co_return std::chrono::seconds{};

    const std::array<value, 1> values{subjects.at(*outcome.refused_by - 1).key};
    rows found = co_await database_.read(locked_until_sql, values);
    // Somebody may have succeeded meanwhile: then it is over, but this attempt was not counted.
    const std::int64_t end = found.empty() ? 0 : found.take<std::int64_t>(0, 0);
    co_return std::chrono::seconds{std::max<std::int64_t>(end - number_of(now), 1)};
}

constexpr std::string_view forget_attempts_sql = "DELETE FROM sign_in_attempts WHERE subject = $1";

awaitable<void> proofs::forget_attempts(std::string key) {
    std::vector<statement> transaction;
    transaction.push_back({forget_attempts_sql, {std::move(key)}, false});
    static_cast<void>(co_await database_.write(std::move(transaction)));
}

// The time of the last attempt, which brought the lock if there is one, is forgotten_at - $2.
constexpr std::string_view take_back_attempt_sql =
    "UPDATE sign_in_attempts SET failures = failures - 1,"
    " locked_until = CASE WHEN failures - 1 < $1 OR forgotten_at - $2 <= $3 THEN 0"
    " WHEN failures - 1 - $1 < 5 THEN forgotten_at - $2 + (30 << (failures - 1 - $1))"
    " ELSE forgotten_at - $2 + 900 END"
    " WHERE subject = $4 AND failures > 0";

awaitable<void> proofs::take_back_attempt(attempt_subject subject, stored_time counted_at) {
    statement update{
        .sql = take_back_attempt_sql,
        .values = {
            subject.failures_max,
            std::int64_t{subject.remembered.count()},
            number_of(counted_at),
            std::move(subject.key),
        }};
    std::vector<statement> transaction;
    transaction.push_back(std::move(update));
    static_cast<void>(co_await database_.write(std::move(transaction)));
}

constexpr std::string_view prune_sessions_sql =
    "DELETE FROM ended_sessions WHERE forgotten_at <= $1";

constexpr std::string_view end_session_sql =
    "INSERT INTO ended_sessions (id, forgotten_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";

awaitable<void> proofs::end_session(guid id, stored_time until, stored_time now) {
    std::vector<statement> transaction;
    transaction.push_back({prune_sessions_sql, {number_of(now)}, false});
    transaction.push_back({end_session_sql, {id, number_of(until)}, false});
    static_cast<void>(co_await database_.write(std::move(transaction)));
}

constexpr std::string_view has_session_ended_sql = "SELECT 1 FROM ended_sessions WHERE id = $1";

awaitable<bool> proofs::has_session_ended(guid id) {
    const std::array<value, 1> values{id};
    const rows found = co_await database_.read(has_session_ended_sql, values);
    co_return !found.empty();
}

constexpr std::string_view prune_device_requests_sql =
    "DELETE FROM device_requests WHERE expires_at <= $1";

constexpr std::string_view has_room_sql =
    "SELECT 1 WHERE (SELECT count(*) FROM device_requests WHERE application_id = $1"
    " AND asked_from = $2 AND expires_at > $3) < $4"
    " AND (SELECT count(*) FROM device_requests WHERE application_id = $1 AND expires_at > $3) < "
    "$5";

constexpr std::string_view add_device_request_sql =
    "INSERT INTO device_requests"
    " (device_code, user_code, application_id, asked_from, resource, scope, expires_at,"
    " poll_interval, next_poll, too_fast, decision, user_id, has_mfa)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 'pending', NULL, 0)";

awaitable<device_addition> proofs::add_device_request(device_request request, stored_time now) {
    std::vector<statement> transaction;
    transaction.push_back(
        {prune_device_requests_sql, {number_of(now - expired_requests_kept)}, false}
    );
    transaction.push_back(
        {has_room_sql,
         {request.application_id,
          request.asked_from,
          number_of(now),
          requests_at_address_max,
          requests_of_client_max},
         true}
    );
    const std::size_t room = transaction.size() - 1;
    statement insert{
        .sql = add_device_request_sql,
        .values = {
            std::move(request.device_code),
            plain_code(request.user_code),
            request.application_id,
            std::move(request.asked_from),
            std::move(request.resource),
            std::move(request.scope),
            number_of(request.expires),
            std::int64_t{request.poll_interval.count()},
            // The first poll may come at once.
            number_of(now),
        }};
    transaction.push_back(std::move(insert));
    const written outcome = co_await database_.write(std::move(transaction));
    if (!outcome.refused_by) co_return device_addition::added;
    co_return *outcome.refused_by == room ? device_addition::too_many : device_addition::taken;
}

constexpr std::string_view find_device_request_sql =
    "SELECT device_code, user_code, application_id, resource, scope, expires_at, poll_interval"
    " FROM device_requests WHERE user_code = $1 AND decision = 'pending' AND expires_at > $2";

awaitable<std::optional<device_request>> proofs::find_device_request(
    std::string_view user_code, stored_time now
) {
    const std::array<value, 2> values{plain_code(user_code), number_of(now)};
    rows found = co_await database_.read(find_device_request_sql, values);
    if (found.empty()) co_return std::nullopt;
    co_return as_request(found);
}

constexpr std::string_view decide_device_request_sql =
    "UPDATE device_requests SET decision = $1, user_id = $2, has_mfa = $3"
    " WHERE user_code = $4 AND decision = 'pending' AND expires_at > $5"
    " AND EXISTS (SELECT 1 FROM users u JOIN applications a ON a.partner_id = u.partner_id"
    " WHERE u.id = $2 AND a.id = device_requests.application_id)"
    " RETURNING user_code";

awaitable<bool> proofs::decide_device_request(
    std::string_view user_code, device_decision decision, stored_time now
) {
    statement update{
        .sql = decide_device_request_sql,
        .values =
            {std::string{decision.allowed ? "allowed" : "denied"},
             decision.user_id,
             std::int64_t{decision.has_mfa},
             plain_code(user_code),
             number_of(now)},
        .needs_row = true};
    std::vector<statement> transaction;
    transaction.push_back(std::move(update));
    const written outcome = co_await database_.write(std::move(transaction));
    co_return !outcome.refused_by;
}

// In an UPDATE the right sides see the row as it was, what is returned is the row as it became.
constexpr std::string_view poll_sql =
    "UPDATE device_requests SET"
    " too_fast = CASE WHEN $1 < next_poll THEN 1 ELSE 0 END,"
    " poll_interval = CASE WHEN $1 < next_poll THEN poll_interval + 5 ELSE poll_interval END,"
    " next_poll = $1 + CASE WHEN $1 < next_poll THEN poll_interval + 5 ELSE poll_interval END"
    " WHERE device_code = $2 AND application_id = $3"
    " RETURNING device_code, user_code, application_id, resource, scope, expires_at, poll_interval,"
    " too_fast, decision, user_id, has_mfa";

awaitable<device_poll> proofs::poll_device_request(
    std::string device_code, guid application_id, stored_time now
) {
    using enum device_state;
    std::vector<statement> transaction;
    transaction.push_back({poll_sql, {number_of(now), device_code, application_id}, false});
    written outcome = co_await database_.write(std::move(transaction));

    rows& found = outcome.answers.at(0);
    if (found.empty()) co_return device_poll{.state = unknown};
    device_request request = as_request(found);
    if (request.expires <= now) co_return device_poll{.state = expired};
    const auto decision = found.take<std::string>(0, 8);
    if (decision == "denied") co_return device_poll{.state = denied};
    if (decision == "pending") co_return device_poll{.state = flag(found, 7) ? too_fast : pending};
    co_return device_poll{
        .state = allowed,
        .request = std::move(request),
        .decision = {
            .user_id = found.take<guid>(0, 9), .has_mfa = flag(found, 10), .allowed = true}};
}

}  // namespace partner_center
