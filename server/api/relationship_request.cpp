// Where somebody becomes a customer of the caller's. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include <string>

#include "server/api/handlers.hpp"

namespace partner_center {

awaitable<result<relationship_request>> handle(call& call, get_relationship_request) {
    std::string url{call.public_url};
    url += "/portal/relationship-request?partnerId=" + to_string(call.caller.partner_id);
    co_return relationship_request{.url = std::move(url)};
}

}  // namespace partner_center
