// The validation codes of a partner. Ends up calling store/validation_codes.cpp.
// SPDX-License-Identifier: MIT
#include <utility>

#include "server/api/handlers.hpp"

namespace partner_center {

awaitable<result<std::vector<validation_code>>> handle(call& call, list_validation_codes) {
    std::vector<validation_code> codes;
    if (call.caller.where != &clouds::us_government) co_return codes;
    const guid partner_id = call.caller.partner_id;
    auto known = co_await call.store.list_validation_codes(partner_id);
    for (government_code& each : known) {
        codes.push_back(
            {.partner_id = to_string(partner_id),
             .organization_name = std::move(each.organization_name),
             .validation_id = std::move(each.id),
             .max_creates = each.creates_max,
             .remaining_creates = each.creates_left,
             .e_tag = std::to_string(each.etag)}
        );
    }
    co_return codes;
}

}  // namespace partner_center
