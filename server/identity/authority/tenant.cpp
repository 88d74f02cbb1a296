// Finds tenants by id, domain or word. Calls the store's directory.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/tenant.hpp"

#include <utility>

#include <partner_center/http.hpp>

namespace partner_center::oauth {

awaitable<std::optional<tenant>> find_tenant(directory& directory, std::string_view text) {
    for (const std::string_view shared : {"common", "organizations"}) {
        if (equals_ignoring_case(text, shared)) co_return tenant{.name = std::string{shared}};
    }
    const auto id = parse_guid(text);
    std::optional<partner_record> partner;
    if (id) {
        partner = co_await directory.find_partner(*id);
    } else {
        partner = co_await directory.find_partner(text);
    }
    if (!partner || partner->disabled) co_return std::nullopt;
    std::string name = to_string(partner->id);
    co_return tenant{.name = std::move(name), .partner = std::move(partner)};
}

}  // namespace partner_center::oauth
