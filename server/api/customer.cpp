// One customer and its company profile: read, deleted, given up. Ends up calling
// store/customers.cpp.
// SPDX-License-Identifier: MIT
#include <utility>

#include "server/api/audit_text.hpp"
#include "server/api/handlers.hpp"
#include "server/api/rules.hpp"

namespace partner_center {
namespace {

/// What the partner may see of it: address and email are the tenant's own business unless the
/// partner manages the tenant on its behalf. Source: wire contract, section 2.3.
[[nodiscard]] company_profile visible_company(const call& call, const customer_record& of) {
    company_profile profile = read(of.company);
    if (!of.delegated_access) {
        profile.address.reset();
        profile.email.reset();
    }
    present(call, profile.links);
    return profile;
}

[[nodiscard]] customer visible_customer(
    const call& call, const guid& customer_id, customer_record found
) {
    const std::string id = to_string(customer_id);
    customer out{
        .id = id,
        .commerce_id = to_string(found.commerce_id),
        .company_profile = visible_company(call, found),
        .billing_profile = read(found.billing),
        .relationship_to_partner = customer_relationship::reseller,
        .allow_delegated_access = found.delegated_access,
        .associated_partner_id = std::move(found.associated_partner_id),
        .links = resource_links{.self = link{.uri = "/v1/customers/" + id}},
    };
    if (found.delegated_access) out.custom_domains.emplace(1, std::move(found.domain));
    present(call, out.billing_profile->links);
    present(call, out.links);
    return out;
}

}  // namespace

awaitable<result<company_profile>> handle(call& call, get_company_profile operation) {
    const auto found =
        co_await call.store.find_customer(call.caller.partner_id, operation.customer_id);
    if (!found) co_return visible(call, operation.customer_id, found.error());
    co_return visible_company(call, *found);
}

awaitable<result<customer>> handle(call& call, get_customer operation) {
    auto found = co_await call.store.find_customer(call.caller.partner_id, operation.customer_id);
    if (!found) co_return visible(call, operation.customer_id, found.error());
    note_read(call, operation.customer_id);
    co_return visible_customer(call, operation.customer_id, *std::move(found));
}

namespace {

/// Takes the customer away by a change that is refused when it is not there, which was asked for
/// before: then somebody else has taken it away meanwhile.
awaitable<std::optional<fault>> take_away(
    call& call, guid customer_id, change what, answer_text answer, change_notes notes
) {
    const guid partner_id = call.caller.partner_id;
    auto found = co_await call.store.find_customer(partner_id, customer_id);
    if (!found) co_return visible(call, customer_id, found.error());
    notes.old_value = audit_text(visible_customer(call, customer_id, *std::move(found)));
    const auto refused = co_await call.book->commit(std::move(what), answer, std::move(notes));
    if (!refused) co_return std::nullopt;
    if (*refused == refusal::repeated) co_return refused_request();
    const auto gone = co_await call.store.find_customer_summary(partner_id, customer_id);
    co_return visible(call, customer_id, gone.error());
}

}  // namespace

awaitable<result<void>> handle(call& call, delete_customer operation) {
    const guid id = operation.customer_id;
    const bool in_sandbox = co_await is_sandbox(call);
    if (!in_sandbox) co_return fault{fault_kind::not_in_sandbox};
    change what = store::delete_customer(call.caller.partner_id, id);
    const answer_text answer{.status = 204};
    change_notes notes;
    const auto problem = co_await take_away(call, id, std::move(what), answer, std::move(notes));
    if (problem) co_return *problem;
    co_return result<void>{};
}

awaitable<result<document<customer>>> handle(call& call, update_customer operation) {
    const guid id = operation.customer_id;
    const guid partner_id = call.caller.partner_id;
    if (operation.body.relationship_to_partner != customer_relationship::none) {
        co_return invalid("relationshipToPartner must be none");
    }
    const bool in_sandbox = co_await is_sandbox(call);
    change what = in_sandbox ? store::delete_customer(partner_id, id)
                             : store::end_relationship(partner_id, id);
    const customer after{
        .id = to_string(id), .relationship_to_partner = customer_relationship::none};
    document<customer> text{to_json(after)};
    const answer_text answer{.status = 200, .body = text.text};
    change_notes notes{.new_value = audit_text(after)};
    const auto problem = co_await take_away(call, id, std::move(what), answer, std::move(notes));
    if (problem) co_return *problem;
    co_return text;
}

}  // namespace partner_center
