// Whether a domain is taken. Ends up calling store/directory.cpp.
// SPDX-License-Identifier: MIT
#include <utility>

#include "server/api/handlers.hpp"

namespace partner_center {

awaitable<result<void>> handle(call& call, check_domain operation) {
    const bool taken = co_await call.store.tenants().knows_domain(std::move(operation.domain));
    if (!taken) co_return fault{fault_kind::unknown_domain};
    co_return result<void>{};
}

}  // namespace partner_center
