// Customers' billing profiles. Ends up calling store/profiles.cpp.
// SPDX-License-Identifier: MIT
#include <charconv>
#include <utility>

#include "server/api/audit_text.hpp"
#include "server/api/handlers.hpp"
#include "server/api/rules.hpp"
#include "server/api/version_condition.hpp"
#include "server/rules/validation.hpp"

namespace partner_center {

awaitable<result<document<billing_profile>>> handle(call& call, get_billing_profile operation) {
    auto found = co_await call.store.find_profile<billing_profile>(
        call.caller.partner_id, operation.customer_id, std::move(call.memory)
    );
    if (!found) co_return visible(call, operation.customer_id, found.error());
    note_read(call, operation.customer_id);
    co_return presented(call, *std::move(found));
}

namespace {

constexpr std::string_view renamed = "update_customer_partner_contract_company_name";

[[nodiscard]] std::int64_t number_of(std::string_view etag) {
    std::int64_t out{};
    std::from_chars(etag.data(), etag.data() + etag.size(), out);
    return out;
}

/// Another than the one before.
[[nodiscard]] std::int64_t next_etag(call& call, std::int64_t before) {
    while (true) {
        const auto next = static_cast<std::int64_t>(call.random());
        if (next != before) return next;
    }
}

/// What the body leaves out is gone; what only the service says is kept.
[[nodiscard]] billing_profile replaced(
    billing_profile by, const billing_profile& before, std::int64_t etag
) {
    by.id = before.id;
    by.links = before.links;
    by.attributes = before.attributes;
    by.attributes.etag = std::to_string(etag);
    return by;
}

}  // namespace

/// What was read is what is replaced, or nothing is: the statement compares the version. When
/// somebody was faster the condition is looked at again, for it may hold of their version too.
awaitable<result<document<billing_profile>>> handle(call& call, update_billing_profile operation) {
    const guid partner_id = call.caller.partner_id;
    for (std::string refused_etag;;) {
        const auto stored = co_await call.store.find_profile<billing_profile>(
            partner_id, operation.customer_id, {}
        );
        if (!stored) co_return visible(call, operation.customer_id, stored.error());
        const auto before =
            from_json<billing_profile>(stored->text, json_reading::response).value();
        const auto body = checked_for_update(operation.body, before.id, call.options.address_check);
        if (!body) co_return body.error();
        const auto condition =
            condition_of(operation.if_match, body->attributes.etag, call.options.require_etag);
        if (!condition) co_return condition.error();
        const std::string etag_before = before.attributes.etag.value_or("");
        // A row that is not of the version that its document names would be tried for ever.
        if (etag_before == refused_etag) throw wrong_type_error();
        if (!condition->holds(etag_before)) co_return fault{.kind = condition->otherwise};

        const std::int64_t version = number_of(etag_before);
        const std::int64_t etag = next_etag(call, version);
        const billing_profile after = replaced(*body, before, etag);
        document<billing_profile> profile{to_json(after)};
        document<billing_profile> answer = presented(call, profile);
        change_notes notes{.old_value = audit_text(before), .new_value = audit_text(after)};
        if (after.company_name != before.company_name) notes.also = renamed;
        change what = store::replace_profile<billing_profile>(
            partner_id, operation.customer_id, version, {etag, std::move(profile)}
        );
        const answer_text text{.status = 200, .body = answer.text};
        const auto refused = co_await call.book->commit(std::move(what), text, std::move(notes));
        if (!refused) co_return answer;
        if (*refused != refusal::stale) co_return refused_request();
        refused_etag = etag_before;
    }
}

}  // namespace partner_center
