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

    /// An outside issuer vouches for the caller: its people are not in the directory.
    bool is_from_outside{};

    [[nodiscard]] bool is_user() const { return user_id.has_value(); }
    /// The user, when the directory has to know of them.
    [[nodiscard]] std::optional<guid> directory_user() const {
        return is_from_outside ? std::nullopt : user_id;
    }
};

}  // namespace partner_center
