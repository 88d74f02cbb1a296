// Puts the remembered answer and the audit's line together. Ends up calling store/changes.cpp.
// SPDX-License-Identifier: MIT
#include "server/api/ledger.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "server/api/audit_text.hpp"
#include "server/identity/digest.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

constexpr std::string_view seal_purpose = "remembered answer";

[[nodiscard]] std::int64_t seconds_of(std::chrono::system_clock::time_point time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// "customer id, or the partner's own" stands twice: once for the customer, once for the resource.
[[nodiscard]] std::string record_id(
    const guid& partner_id,
    const std::optional<guid>& customer_id,
    std::string_view operation_type,
    std::int64_t ticks
) {
    std::string operation{operation_type};
    std::erase(operation, '_');
    const std::string about = to_string(customer_id.value_or(partner_id));
    return fmt::format("{}_{}_{}_{}_{}", to_string(partner_id), about, about, operation, ticks);
}

/// Source: wire contract, section 3.3.
[[nodiscard]] bool is_remembered(const fault& problem, unsigned status) {
    return status < 500 && status != 401 && status != 408 && status != 429 &&
           problem.kind != fault_kind::request_id_reused;
}

}  // namespace

guid short_hash(std::string_view text) {
    const std::string digest = sha256(text);
    guid out;
    std::copy_n(digest.begin(), out.bytes.size(), out.bytes.begin());
    return out;
}

void ledger::concerns(std::optional<guid> customer_id, std::string name) {
    customer_id_ = customer_id;
    customer_name_ = std::move(name);
}

std::int64_t ledger::since() const {
    return seconds_of(call_.now - answers_kept);
}

awaitable<result<std::optional<remembered_answer>>> ledger::find_earlier() {
    if (!request_) co_return std::nullopt;
    auto found = co_await store_.find_answer(call_.caller.partner_id, request_->key, since());
    if (!found) co_return std::nullopt;
    if (found->body_hash != request_->body_hash) {
        if (request_->is_post) co_return fault{.kind = fault_kind::request_id_reused};
        co_return std::nullopt;
    }
    if (found->is_sealed) {
        auto opened = open_seal(key_, seal_purpose, found->body);
        // Nothing is done twice because what was said of it is lost.
        if (!opened) {
            co_return fault{
                .kind = fault_kind::request_id_reused,
                .description =
                    "this request was served before, and its answer cannot be repeated: "
                    "read what it made, or send another under another MS-RequestId"};
        }
        found->body = *std::move(opened);
    }
    co_return std::move(found);
}

awaitable<std::optional<refusal>> ledger::commit(
    change what, answer_text answer, change_notes notes
) {
    change all = remember(answer);
    all.add(std::move(what));
    all.add(audit(call_.names.operation_type, operation_status::succeeded, notes));
    if (!notes.also.empty()) all.add(audit(notes.also, operation_status::succeeded, notes));
    const auto refused = co_await store_.commit(std::move(all));
    was_repeated_ = refused == refusal::repeated;
    co_return refused;
}

awaitable<bool> ledger::note_failure(const fault& problem, answer_text answer) {
    const fault_row& row = row_of(problem.kind);
    change_notes notes;
    notes.details.push_back({.key = "ErrorCode", .value = std::to_string(row.code)});
    change all;
    if (is_remembered(problem, row.status)) all = remember(answer);
    all.add(audit(call_.names.operation_type, operation_status::failed, notes));
    co_return !co_await store_.commit(std::move(all));
}

change ledger::remember(const answer_text& answer) const {
    if (!request_) return {};
    const bool is_sealed = answer.has_credentials;
    return store::remember_answer(
        call_.caller.partner_id,
        request_->key,
        {.answer =
             {.body_hash = request_->body_hash,
              .status = answer.status,
              .body = is_sealed ? seal(key_, seal_purpose, answer.body) : std::string{answer.body},
              .is_sealed = is_sealed},
         .at = seconds_of(call_.now),
         .since = since(),
         .may_replace = !request_->is_post}
    );
}

change ledger::audit(
    std::string_view operation_type, operation_status status, const change_notes& notes
) const {
    const principal& caller = call_.caller;
    const std::string application = to_string(caller.application_id);
    audit_record record{
        .user_principal_name = caller.is_user() ? caller.user_principal_name : application,
        .application_id = application,
        .resource_old_value = notes.old_value,
        .resource_new_value = notes.new_value,
        .operation_type = std::string{operation_type},
        .original_correlation_id = std::string{call_.correlation_id},
        .operation_status = status,
        .customized_data = notes.details,
    };
    if (!call_.names.resource_type.empty()) record.resource_type = call_.names.resource_type;
    if (!customer_name_.empty()) record.customer_name = customer_name_;
    return audit_line({caller.partner_id, customer_id_, call_.now}, std::move(record));
}

change audit_line(const audit_place& place, audit_record record) {
    const std::int64_t ticks = ticks_of(place.at);
    const std::string partner = to_string(place.partner_id);
    record.id =
        record_id(place.partner_id, place.customer_id, record.operation_type.value_or(""), ticks);
    record.partner_id = partner;
    record.participants = {partner};
    if (place.customer_id) record.customer_id = to_string(*place.customer_id);
    record.operation_date = date_text(ticks);
    return store::record(
        place.partner_id,
        {.ticks = ticks,
         .customer_id = place.customer_id,
         .customer_name = record.customer_name.value_or(""),
         .resource_type = record.resource_type.value_or(""),
         .document = to_json(record)}
    );
}

}  // namespace partner_center
