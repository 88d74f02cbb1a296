// What the token endpoint says of the tokens that it issued. Calls the codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "server/identity/authority/token_request.hpp"
#include "server/identity/token.hpp"

namespace partner_center::oauth {

/// An access token, and what users' flows add.
struct issued_tokens {
    app_token access{};  ///< what the access token claims
    std::string access_token{};
    std::optional<std::string> scope{};
    std::optional<std::string> refresh_token{};
    std::optional<std::string> id_token{};
    std::optional<std::string> client_info{};  ///< MSAL's account: user and tenant
};

/// The JSON of the endpoint of that version. Source: wire contract, sections 5.2 and 10.14.
[[nodiscard]] std::string token_answer(version form, const issued_tokens& tokens);

}  // namespace partner_center::oauth
