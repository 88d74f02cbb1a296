// Who is calling, as handlers see it. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <partner_center/clouds.hpp>
#include <partner_center/guid.hpp>

namespace partner_center {

/// The verified caller of one request. Source: wire contract, sections 5.1 and 5.4.
struct principal {
    guid partner_id{};      ///< the tenant of the token
    guid application_id{};  ///< the client that asked for the token
    const cloud* where{&clouds::global};

    // The rest is said of the user, by App+User tokens only.
    std::optional<guid> user_id{};
    std::string user_principal_name{};
    std::vector<std::string> roles{};  ///< as the token spells them
    bool has_mfa{};                    ///< signed in with a second factor
    bool may_impersonate{};            ///< the scope user_impersonation was granted

    [[nodiscard]] bool is_user() const { return user_id.has_value(); }
};

}  // namespace partner_center
