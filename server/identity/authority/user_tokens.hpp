// The tokens of a person who has signed in. Calls token.cpp and the store's directory.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "server/identity/authority/token_request.hpp"

namespace partner_center::oauth {

/// Who has signed in to what, and what the answer is to be for.
struct user_grant {
    guid user_id{};
    bool has_mfa{};
    known_client client{};
    partner_record partner{};
    std::string resource{};
    std::string scope{};  ///< as the client asked; empty at v1
    version form{};
};

/// The answer of the token endpoint. Refuses people who may not sign in (any more).
[[nodiscard]] awaitable<reply> issue_user_tokens(const exchange& x, const user_grant& grant);

}  // namespace partner_center::oauth
