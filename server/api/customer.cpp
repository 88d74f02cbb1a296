// One customer, and its company profile. Ends up calling store/customers.cpp.
// SPDX-License-Identifier: MIT
#include <utility>

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

}  // namespace

awaitable<result<company_profile>> handle(call& call, get_company_profile operation) {
    const auto found =
        co_await call.store.find_customer(call.caller.partner_id, operation.customer_id);
    if (!found) co_return visible(call, operation.customer_id, found.error());
    co_return visible_company(call, *found);
}

awaitable<result<customer>> handle(call& call, get_customer operation) {
    const std::string id = to_string(operation.customer_id);
    auto found = co_await call.store.find_customer(call.caller.partner_id, operation.customer_id);
    if (!found) co_return visible(call, operation.customer_id, found.error());
    note_read(call, operation.customer_id);
    customer out{
        .id = id,
        .commerce_id = to_string(found->commerce_id),
        .company_profile = visible_company(call, *found),
        .billing_profile = read(found->billing),
        .relationship_to_partner = customer_relationship::reseller,
        .allow_delegated_access = found->delegated_access,
        .links = resource_links{.self = link{.uri = "/v1/customers/" + id}},
    };
    if (found->delegated_access) out.custom_domains.emplace(1, std::move(found->domain));
    present(call, out.billing_profile->links);
    present(call, out.links);
    co_return out;
}

}  // namespace partner_center
