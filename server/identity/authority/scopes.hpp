// What requests of users' tokens ask for, in OAuth's words. Calls audience.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "server/identity/authority/refusal.hpp"
#include "server/identity/token.hpp"

namespace partner_center::oauth {

/// Whether it is the API or the directory resource, of any cloud, or an accepted audience.
[[nodiscard]] bool is_known_resource(std::string_view resource, const token_policy& policy);

/// Whether two resources are one but for letter case and a trailing slash.
[[nodiscard]] bool is_same_resource(std::string_view left, std::string_view right);

/// The one resource of which `scopes` name "{resource}/.default" or
/// "{resource}/user_impersonation"; empty when they have words of OpenID Connect only. Refuses all
/// other words (invalid_scope), and a resource that is not known.
[[nodiscard]] result<std::string, refusal> resource_of(
    std::string_view scopes, const token_policy& policy
);

/// The words of `scopes` that mean something here, each once: those of OpenID Connect and the
/// permissions of a resource. Of scopes that were checked: nothing else of them need be kept.
[[nodiscard]] std::string known_scopes(std::string_view scopes);

/// What version 2.0 says was granted: `asked`, but of OpenID Connect only what is in `granted`, and
/// always the permission that the access token has.
[[nodiscard]] std::string granted_scopes(
    std::string_view asked,
    std::string_view granted,
    std::string_view resource,
    const token_policy& policy
);

}  // namespace partner_center::oauth
