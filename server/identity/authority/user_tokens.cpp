// Access tokens of people, and the answers they come in. Calls jws.cpp and the store's directory.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/user_tokens.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "server/identity/base64url.hpp"
#include "server/identity/jws.hpp"
#include "server/identity/random.hpp"
#include <partner_center/json.hpp>

namespace partner_center::oauth {

/// What a token of a person says. Source: wire contract, section 5.4.
struct user_claims {
    static constexpr auto wire_case = letter_case::snake;

    std::string aud{};
    std::string iss{};
    std::int64_t iat{};
    std::int64_t nbf{};
    std::int64_t exp{};
    std::string acr{"1"};
    std::vector<std::string> amr{};
    guid appid{};
    std::string appidacr{};
    guid oid{};
    std::vector<std::string> roles{};
    std::string scp{"user_impersonation"};
    guid sub{};
    guid tid{};
    std::string unique_name{};
    std::string upn{};
    std::string uti{};
    std::string ver{"1.0"};
};
BOOST_DESCRIBE_STRUCT(
    user_claims,
    (),
    (aud,
     iss,
     iat,
     nbf,
     exp,
     acr,
     amr,
     appid,
     appidacr,
     oid,
     roles,
     scp,
     sub,
     tid,
     unique_name,
     upn,
     uti,
     ver)
)

struct user_answer_v1 {
    static constexpr auto wire_case = letter_case::snake;

    std::string token_type{"Bearer"};
    std::string scope{"user_impersonation"};
    std::string expires_in{};
    std::string ext_expires_in{};
    std::string expires_on{};
    std::string not_before{};
    std::string resource{};
    std::string access_token{};
};
BOOST_DESCRIBE_STRUCT(
    user_answer_v1,
    (),
    (token_type, scope, expires_in, ext_expires_in, expires_on, not_before, resource, access_token)
)

struct user_answer_v2 {
    static constexpr auto wire_case = letter_case::snake;

    std::string token_type{"Bearer"};
    std::string scope{};
    std::int64_t expires_in{};
    std::int64_t ext_expires_in{};
    std::string access_token{};
};
BOOST_DESCRIBE_STRUCT(
    user_answer_v2, (), (token_type, scope, expires_in, ext_expires_in, access_token)
)

namespace {

constexpr std::chrono::seconds lifetime{3599};

[[nodiscard]] std::int64_t number_of(system_time time) {
    return time.time_since_epoch().count();
}

[[nodiscard]] std::string make_user_token(
    const exchange& x, const user_grant& grant, const user_record& user
) {
    const guid token_id = random_guid();
    const auto* const id_bytes = reinterpret_cast<const char*>(token_id.bytes.data());
    user_claims claims{
        .aud = grant.resource,
        .iss = x.policy.issuer_of(grant.partner),
        .iat = number_of(x.now - clock_skew),
        .nbf = number_of(x.now - clock_skew),
        .exp = number_of(x.now + lifetime),
        .amr = {"pwd"},
        .appid = grant.client.application.id,
        .appidacr = grant.client.proof,
        .oid = user.id,
        .roles = user.roles,
        .sub = user.id,
        .tid = grant.partner.id,
        .unique_name = user.user_principal_name,
        .upn = user.user_principal_name,
        .uti = to_base64url({id_bytes, token_id.bytes.size()}),
    };
    if (grant.has_mfa) claims.amr.emplace_back("mfa");
    return make_jws(x.key, to_json(claims));
}

}  // namespace

awaitable<reply> issue_user_tokens(const exchange& x, const user_grant& grant) {
    const auto user = co_await x.directory.find_user(grant.user_id);
    if (!user || user->disabled || user->partner_id != grant.partner.id) co_return user_refused();
    const std::string token = make_user_token(x, grant, *user);
    if (grant.form == version::v2) {
        const user_answer_v2 answer{
            .scope = grant.resource + "/user_impersonation",
            .expires_in = lifetime.count(),
            .ext_expires_in = lifetime.count(),
            .access_token = token,
        };
        co_return to_json(answer);
    }
    const std::string seconds = fmt::to_string(lifetime.count());
    const user_answer_v1 answer{
        .expires_in = seconds,
        .ext_expires_in = seconds,
        .expires_on = fmt::to_string(number_of(x.now + lifetime)),
        .not_before = fmt::to_string(number_of(x.now - clock_skew)),
        .resource = grant.resource,
        .access_token = token,
    };
    co_return to_json(answer);
}

}  // namespace partner_center::oauth
