// The two forms of the token endpoint's answer. Calls the codec.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/token_answer.hpp"

#include <cstdint>

#include <fmt/format.h>

#include <partner_center/json.hpp>

namespace partner_center::oauth {

/// v1 says everything in strings.
struct token_answer_v1 {
    static constexpr auto wire_case = letter_case::snake;

    std::string token_type{"Bearer"};
    std::optional<std::string> scope{};
    std::string expires_in{};
    std::string ext_expires_in{};
    std::string expires_on{};
    std::string not_before{};
    std::string resource{};
    std::string access_token{};
    std::optional<std::string> refresh_token{};
    std::optional<std::string> id_token{};
    std::optional<std::string> client_info{};
};
BOOST_DESCRIBE_STRUCT(
    token_answer_v1,
    (),
    (token_type,
     scope,
     expires_in,
     ext_expires_in,
     expires_on,
     not_before,
     resource,
     access_token,
     refresh_token,
     id_token,
     client_info)
)

/// v2 says less, and numbers as numbers.
struct token_answer_v2 {
    static constexpr auto wire_case = letter_case::snake;

    std::string token_type{"Bearer"};
    std::optional<std::string> scope{};
    std::int64_t expires_in{};
    std::int64_t ext_expires_in{};
    std::string access_token{};
    std::optional<std::string> refresh_token{};
    std::optional<std::string> id_token{};
    std::optional<std::string> client_info{};
};
BOOST_DESCRIBE_STRUCT(
    token_answer_v2,
    (),
    (token_type,
     scope,
     expires_in,
     ext_expires_in,
     access_token,
     refresh_token,
     id_token,
     client_info)
)

std::string token_answer(version form, const issued_tokens& tokens) {
    const app_token& access = tokens.access;
    if (form == version::v2) {
        return to_json(token_answer_v2{
            .scope = tokens.scope,
            .expires_in = access.lifetime.count(),
            .ext_expires_in = access.lifetime.count(),
            .access_token = tokens.access_token,
            .refresh_token = tokens.refresh_token,
            .id_token = tokens.id_token,
            .client_info = tokens.client_info,
        });
    }
    const std::string lifetime = fmt::to_string(access.lifetime.count());
    return to_json(token_answer_v1{
        .scope = tokens.scope,
        .expires_in = lifetime,
        .ext_expires_in = lifetime,
        .expires_on = fmt::to_string(seconds_of(access.expires())),
        .not_before = fmt::to_string(seconds_of(access.not_before())),
        .resource = access.audience,
        .access_token = tokens.access_token,
        .refresh_token = tokens.refresh_token,
        .id_token = tokens.id_token,
        .client_info = tokens.client_info,
    });
}

}  // namespace partner_center::oauth
