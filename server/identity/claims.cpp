// Reads claims with the codec's strictest reading. Calls jws.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/claims.hpp"

#include <algorithm>
#include <utility>

#include "server/identity/jws.hpp"
#include "server/identity/jws_parts.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// What is read from a presented token. `azp` is `appid` in tokens of version 2.0.
struct presented_claims {
    static constexpr auto wire_case = letter_case::snake;

    audience_list aud{};
    std::string iss{};
    std::optional<std::int64_t> iat{};
    std::optional<std::int64_t> nbf{};
    std::optional<std::int64_t> exp{};
    std::optional<guid> tid{};
    std::optional<guid> appid{};
    std::optional<guid> azp{};
    std::optional<guid> oid{};
    std::optional<std::string> scp{};
    std::optional<std::string> upn{};
    std::vector<std::string> roles{};
    std::vector<std::string> amr{};
};
BOOST_DESCRIBE_STRUCT(
    presented_claims, (), (aud, iss, iat, nbf, exp, tid, appid, azp, oid, scp, upn, roles, amr)
)

namespace {

[[nodiscard]] std::optional<presented_claims> open_claims(
    const key_ring& keys, std::string_view token, system_time now
) {
    if (token.size() > token_bytes_max) return {};
    const auto payload = open_jws(keys, token, now);
    if (!payload) return {};
    auto claims = from_json<presented_claims>(*payload, json_reading::strict);
    if (!claims) return {};
    return *std::move(claims);
}

/// Presence of scp or upn makes an App+User token, which has to say whose it is.
[[nodiscard]] std::optional<principal> caller_of(presented_claims& claims) {
    const auto application_id = claims.appid ? claims.appid : claims.azp;
    if (!claims.tid || !application_id) return {};
    principal caller{.partner_id = *claims.tid, .application_id = *application_id};
    if (!claims.scp && !claims.upn) return caller;
    if (!claims.oid) return {};
    caller.user_id = claims.oid;
    caller.user_principal_name = std::move(claims.upn).value_or("");
    caller.roles = std::move(claims.roles);
    caller.has_mfa = std::ranges::find(claims.amr, "mfa") != claims.amr.end();
    caller.may_impersonate = has_word(claims.scp.value_or(""), "user_impersonation");
    return caller;
}

}  // namespace

bool has_word(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const std::string_view first = list.substr(0, list.find(' '));
        if (first == word) return true;
        list.remove_prefix(std::min(first.size() + 1, list.size()));
    }
    return false;
}

bool validity::has_begun(system_time now) const {
    return begin <= seconds_of(now + clock_skew);
}

bool validity::has_ended(system_time now) const {
    return end <= seconds_of(now - clock_skew);
}

result<token_claims> read_claims(const key_ring& keys, std::string_view token, system_time now) {
    auto claims = open_claims(keys, token, now);
    if (!claims || !claims->exp || *claims->exp < 0) return fault{fault_kind::bad_token};
    const std::int64_t begin = std::max(claims->nbf.value_or(0), claims->iat.value_or(0));
    const validity times{.begin = begin, .end = *claims->exp};
    if (!times.has_begun(now)) return fault{fault_kind::bad_token};
    if (times.has_ended(now)) return fault{fault_kind::expired_token};

    auto caller = caller_of(*claims);
    if (!caller) return fault{fault_kind::bad_token};
    return token_claims{
        .caller = *std::move(caller),
        .issuer = std::move(claims->iss),
        .audiences = std::move(claims->aud.items),
        .times = times,
    };
}

}  // namespace partner_center
