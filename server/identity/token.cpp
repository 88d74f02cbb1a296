// Claims of access tokens, written and checked. Calls jws.cpp and the store's directory.
// SPDX-License-Identifier: MIT
#include "server/identity/token.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <openssl/evp.h>

#include "server/identity/audience.hpp"
#include "server/identity/base64url.hpp"
#include "server/identity/jws.hpp"
#include "server/identity/random.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// The `aud` of a presented token: a text, or an array of texts.
struct audience_list {
    std::vector<std::string> items{};
};

template <>
struct detail::shape_for<audience_list> {
    static put_result put(void* object, const scalar& in, json_reading reading) {
        auto& items = static_cast<audience_list*>(object)->items;
        return shape_of<std::string>.put(&items.emplace_back(), in, reading);
    }
    static slot open_array(void* object) {
        return slot_for(static_cast<audience_list*>(object)->items);
    }
    static constexpr shape value{
        .form = "a string or an array", .put = put, .open_array = open_array};
};

/// What an app-only token of ours says. Source: wire contract, section 5.4.
struct app_claims {
    static constexpr auto wire_case = letter_case::snake;

    std::string aud{};
    std::string iss{};
    std::int64_t iat{};
    std::int64_t nbf{};
    std::int64_t exp{};
    guid appid{};
    std::string appidacr{"1"};
    std::string idp{};
    std::string idtyp{"app"};
    guid oid{};
    guid sub{};
    guid tid{};
    std::string uti{};
    std::string ver{"1.0"};
};
BOOST_DESCRIBE_STRUCT(
    app_claims, (), (aud, iss, iat, nbf, exp, appid, appidacr, idp, idtyp, oid, sub, tid, uti, ver)
)

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
};
BOOST_DESCRIBE_STRUCT(
    presented_claims, (), (aud, iss, iat, nbf, exp, tid, appid, azp, oid, scp, upn)
)

namespace {

[[nodiscard]] fault refused(fault_kind kind) {
    return {.kind = kind};
}

/// The object id of an application in a tenant: always the same one, without a table that holds it.
/// A name-based GUID of version 8 (RFC 9562): half a SHA-256.
[[nodiscard]] guid service_principal_of(const guid& application_id, const guid& tenant_id) {
    const std::string text = to_string(application_id) + to_string(tenant_id);
    std::array<std::uint8_t, 32> digest{};
    std::size_t size = 0;
    EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(), digest.data(), &size);
    guid id;
    std::ranges::copy_n(digest.begin(), 16, id.bytes.begin());
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x80U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
    return id;
}

[[nodiscard]] std::string new_token_id() {
    std::array<std::uint8_t, 16> bytes{};
    fill_random(bytes);
    return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

[[nodiscard]] std::int64_t seconds_of(system_time time) {
    return time.time_since_epoch().count();
}

/// What our key signed, in the form of claims. The times and everything they name are unchecked.
[[nodiscard]] std::optional<presented_claims> read_claims(
    const signing_key& key, std::string_view token
) {
    if (token.size() > token_bytes_max) return {};
    const auto payload = open_jws(key, token);
    if (!payload) return {};
    auto claims = from_json<presented_claims>(*payload, json_reading::strict);
    if (!claims) return {};
    return *std::move(claims);
}

[[nodiscard]] std::optional<fault> check_times(const presented_claims& claims, system_time now) {
    const std::int64_t latest_start = seconds_of(now + clock_skew);
    const std::int64_t earliest_end = seconds_of(now - clock_skew);
    const bool started =
        claims.nbf.value_or(0) <= latest_start && claims.iat.value_or(0) <= latest_start;
    if (!claims.exp || *claims.exp < 0 || !started) return refused(fault_kind::bad_token);
    if (*claims.exp <= earliest_end) return refused(fault_kind::expired_token);
    return {};
}

[[nodiscard]] bool is_for_us(
    const audience_list& audiences, const cloud& where, const token_policy& policy
) {
    return std::ranges::any_of(audiences.items, [&](const std::string& audience) {
        const audience_kind kind = kind_of_audience(audience, where);
        return kind == audience_kind::api ||
               (kind == audience_kind::legacy && policy.accept_legacy_audience);
    });
}

/// Presence of scp or upn makes an App+User token, which has to say whose it is.
[[nodiscard]] result<principal> caller_of(
    presented_claims claims, const guid& application_id, const partner_record& partner
) {
    principal caller{
        .partner_id = partner.id, .application_id = application_id, .where = partner.where};
    if (!claims.scp && !claims.upn) return caller;
    if (!claims.oid) return refused(fault_kind::bad_token);
    caller.user_id = claims.oid;
    caller.user_principal_name = std::move(claims.upn).value_or("");
    return caller;
}

}  // namespace

std::string token_policy::issuer_of(const partner_record& partner) const {
    return issuer_of(*partner.where, to_string(partner.id));
}

std::string token_policy::issuer_of(const cloud& where, std::string_view tenant) const {
    std::string issuer = entra_issuer ? std::string{where.issuer_prefix} : public_url + '/';
    return issuer.append(tenant) += '/';
}

std::string make_app_token(
    const signing_key& key,
    const token_policy& policy,
    const partner_record& partner,
    const app_token& token
) {
    const std::string issuer = policy.issuer_of(partner);
    const guid service_principal = service_principal_of(token.application_id, partner.id);
    const app_claims claims{
        .aud = token.audience,
        .iss = issuer,
        .iat = seconds_of(token.not_before()),
        .nbf = seconds_of(token.not_before()),
        .exp = seconds_of(token.expires()),
        .appid = token.application_id,
        .idp = issuer,
        .oid = service_principal,
        .sub = service_principal,
        .tid = partner.id,
        .uti = new_token_id(),
    };
    return make_jws(key, to_json(claims));
}

token_verifier::token_verifier(
    const signing_key& key, const token_policy& policy, directory& directory
)
    : key_{key}, policy_{policy}, directory_{directory} {}

awaitable<result<principal>> token_verifier::verify(std::string_view token, system_time now) {
    const auto claims = read_claims(key_, token);
    if (!claims) co_return refused(fault_kind::bad_token);
    if (auto problem = check_times(*claims, now)) co_return *std::move(problem);

    const auto application_id = claims->appid ? claims->appid : claims->azp;
    if (!claims->tid || !application_id) co_return refused(fault_kind::bad_token);

    const auto partner = co_await directory_.find_partner(*claims->tid);
    if (!partner || claims->iss != policy_.issuer_of(*partner)) {
        co_return refused(fault_kind::bad_token);
    }
    if (!is_for_us(claims->aud, *partner->where, policy_)) {
        co_return refused(fault_kind::wrong_audience);
    }
    const auto application = co_await directory_.find_application(*application_id);
    if (!application || application->disabled || application->partner_id != partner->id) {
        co_return refused(fault_kind::bad_token);
    }
    if (partner->disabled) co_return refused(fault_kind::partner_disabled);
    co_return caller_of(*claims, *application_id, *partner);
}

}  // namespace partner_center
