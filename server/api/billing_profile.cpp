// Customers' billing profiles. Ends up calling store/profiles.cpp.
// SPDX-License-Identifier: MIT
#include <utility>

#include "server/api/handlers.hpp"
#include "server/api/rules.hpp"

namespace partner_center {

awaitable<result<document<billing_profile>>> handle(call& call, get_billing_profile operation) {
    auto found = co_await call.store.find_profile<billing_profile>(
        call.caller.partner_id, operation.customer_id, std::move(call.memory)
    );
    if (!found) co_return visible(call, operation.customer_id, found.error());
    co_return presented(call, *std::move(found));
}

}  // namespace partner_center
