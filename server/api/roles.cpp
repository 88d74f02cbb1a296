// Checks callers against operations. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/api/roles.hpp"

#include <algorithm>

#include <partner_center/http.hpp>

namespace partner_center {
namespace {

[[nodiscard]] bool may(const principal& caller, permission what) {
    return std::ranges::any_of(caller.roles, [&](const std::string& name) {
        return std::ranges::any_of(roles, [&](const role& known) {
            return known.may(what) && equals_ignoring_case(known.name, name);
        });
    });
}

}  // namespace

std::optional<fault_kind> refusal_of(
    const principal& caller, const switches& options, callers allowed, permission needed
) {
    if (!caller.is_user()) {
        if (allowed == callers::user_only) return fault_kind::user_token_required;
        return {};
    }
    if (options.require_mfa && !caller.has_mfa) return fault_kind::mfa_required;
    if (!caller.may_impersonate) return fault_kind::insufficient_scope;
    if (!may(caller, needed)) return fault_kind::insufficient_role;
    return {};
}

}  // namespace partner_center
