// The token endpoint's answers to what a user's sign-in gave an application: codes and refresh
// tokens. Calls the store's grants and token.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/identity/authority/token_request.hpp"
#include "store/grants.hpp"

namespace partner_center::oauth {

inline constexpr std::chrono::minutes code_lifetime{10};
/// Begins anew with each use. Source: wire contract, section 5.2.
inline constexpr std::chrono::hours refresh_token_lifetime{90 * 24};

/// Tokens to issue for a user.
struct user_token_order {
    proven_client client{};
    signed_in_user user{};
    std::string resource{};
    std::string scopes{};                     ///< granted, in the words of version 2.0
    std::string nonce{};                      ///< for the id token; empty: none
    std::optional<std::int64_t> auth_time{};  ///< for the id token
    std::string refresh_token{};              ///< empty: none
    bool with_id_token{};
    bool with_client_info{};  ///< MSAL's account: user and tenant
};

/// The JSON that the token endpoint of the client's version answers with.
[[nodiscard]] std::string user_token_answer(const exchange& x, const user_token_order& order);

/// 256 random bits, base64url: a code or a refresh token. Only its hash is kept.
[[nodiscard]] std::string make_random_token();

[[nodiscard]] signed_in_user as_signed_in(const user_record& user, bool has_mfa);

/// Answers grant_type authorization_code (RFC 6749, section 4.1.3; RFC 7636). A code that comes a
/// second time revokes what was issued of it.
[[nodiscard]] awaitable<reply> answer_code(
    const exchange& x, const form& parameters, proven_client client
);

/// A device request that its user has allowed.
struct allowed_device {
    std::string device_code{};  ///< its hash
    grant_record grant{};       ///< what redeeming it makes; its id is new
};
/// Redeems it for the first tokens: once, and when that fails not at all.
[[nodiscard]] awaitable<reply> answer_allowed_device(
    const exchange& x, const form& parameters, proven_client client, allowed_device device
);

/// Answers grant_type refresh_token (RFC 6749, section 6). Public clients use each once; a second
/// use revokes the family (RFC 9700, section 4.14).
[[nodiscard]] awaitable<reply> answer_refresh_token(
    const exchange& x, const form& parameters, proven_client client
);

}  // namespace partner_center::oauth
