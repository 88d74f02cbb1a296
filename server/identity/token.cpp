// Access tokens made and verified. Calls authority_keys.cpp, claims.cpp, jws.cpp and the store's
// directory.
// SPDX-License-Identifier: MIT
#include "server/identity/token.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <openssl/evp.h>

#include "server/identity/audience.hpp"
#include "server/identity/base64url.hpp"
#include "server/identity/digest.hpp"
#include "server/identity/jws.hpp"
#include "server/identity/random.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

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

/// What an App+User token of ours says. Source: wire contract, section 5.4.
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
    std::string idp{};
    std::string name{};
    guid oid{};
    std::vector<std::string> roles{};
    std::string scp{};
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
     idp,
     name,
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

/// What an id token of ours says. Source: OpenID Connect Core 1.0, sections 2 and 3.3.2.11.
struct identity_claims {
    static constexpr auto wire_case = letter_case::snake;

    guid aud{};
    std::string iss{};
    std::int64_t iat{};
    std::int64_t nbf{};
    std::int64_t exp{};
    std::vector<std::string> amr{};
    std::optional<std::int64_t> auth_time{};
    std::optional<std::string> c_hash{};
    std::string name{};
    std::optional<std::string> nonce{};
    guid oid{};
    std::optional<std::string> preferred_username{};
    guid sub{};
    guid tid{};
    std::optional<std::string> unique_name{};
    std::optional<std::string> upn{};
    std::string uti{};
    std::string ver{};
};
BOOST_DESCRIBE_STRUCT(
    identity_claims,
    (),
    (aud,
     iss,
     iat,
     nbf,
     exp,
     amr,
     auth_time,
     c_hash,
     name,
     nonce,
     oid,
     preferred_username,
     sub,
     tid,
     unique_name,
     upn,
     uti,
     ver)
)

namespace {

/// How the user proved who that is (RFC 8176).
[[nodiscard]] std::vector<std::string> methods_of(const signed_in_user& user) {
    if (user.has_mfa) return {"pwd", "mfa"};
    return {"pwd"};
}

/// So long the signature of an outside token is believed: its issuer may withdraw the key.
constexpr std::chrono::hours outside_memory_max{1};

[[nodiscard]] std::string new_token_id() {
    std::array<std::uint8_t, 16> bytes{};
    fill_random(bytes);
    return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

[[nodiscard]] bool is_for_us(
    const std::vector<std::string>& audiences, const cloud& where, const token_policy& policy
) {
    return std::ranges::any_of(audiences, [&](const std::string& audience) {
        const bool is_legacy = kind_of_audience(audience, where) == audience_kind::legacy;
        return is_accepted(audience, where, policy.accepted_audiences) ||
               (is_legacy && policy.accept_legacy_audience);
    });
}

/// Why a token is refused that its issuer signed and whose time it is; `who` is what the directory
/// knows of its application and user. Issuer and audience of outside tokens were checked before.
[[nodiscard]] std::optional<fault_kind> problem_of(
    const token_claims& claims, const std::optional<standing>& who, const token_policy& policy
) {
    const principal& caller = claims.caller;
    if (!who || who->partner_id != caller.partner_id) return fault_kind::bad_token;
    if (!caller.is_from_outside) {
        if (claims.issuer != policy.issuer_of(*who->where, to_string(who->partner_id))) {
            return fault_kind::bad_token;
        }
        if (!is_for_us(claims.audiences, *who->where, policy)) return fault_kind::wrong_audience;
    }
    if (who->application_disabled) return fault_kind::bad_token;
    if (who->partner_disabled) return fault_kind::partner_disabled;
    if (who->user_refused) return fault_kind::bad_token;
    return {};
}

/// Keeps the token with it.
[[nodiscard]] std::shared_ptr<const principal> caller_of(std::shared_ptr<const verified_token> token
) {
    const principal* const caller = &token->caller;
    return {std::move(token), caller};
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
        .appidacr = token.proof,
        .idp = issuer,
        .oid = service_principal,
        .sub = service_principal,
        .tid = partner.id,
        .uti = new_token_id(),
    };
    return make_jws(key, to_json(claims));
}

guid service_principal_of(const guid& application_id, const guid& tenant_id) {
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

std::string make_user_token(
    const signing_key& key,
    const token_policy& policy,
    const partner_record& partner,
    const user_token& token
) {
    const std::string issuer = policy.issuer_of(partner);
    const app_token& times = token.token;
    const signed_in_user& user = token.user;
    const user_claims claims{
        .aud = times.audience,
        .iss = issuer,
        .iat = seconds_of(times.not_before()),
        .nbf = seconds_of(times.not_before()),
        .exp = seconds_of(times.expires()),
        .amr = methods_of(user),
        .appid = times.application_id,
        .appidacr = token.appidacr,
        .idp = issuer,
        .name = user.principal_name,
        .oid = user.id,
        .roles = user.roles,
        .scp = token.scopes,
        .sub = user.id,
        .tid = partner.id,
        .unique_name = user.principal_name,
        .upn = user.principal_name,
        .uti = new_token_id(),
    };
    return make_jws(key, to_json(claims));
}

std::string make_id_token(
    const signing_key& key,
    const token_policy& policy,
    const partner_record& partner,
    const id_token& token
) {
    const app_token times{.issued_at = token.issued_at};
    const signed_in_user& user = token.user;
    identity_claims claims{
        .aud = token.application_id,
        .iss = policy.issuer_of(partner),
        .iat = seconds_of(times.not_before()),
        .nbf = seconds_of(times.not_before()),
        .exp = seconds_of(times.expires()),
        .amr = methods_of(user),
        .auth_time = token.auth_time,
        .name = user.principal_name,
        .oid = user.id,
        .sub = user.id,
        .tid = partner.id,
        .uti = new_token_id(),
        .ver = token.version,
    };
    if (!token.nonce.empty()) claims.nonce = token.nonce;
    if (!token.code.empty()) {
        const std::string digest = sha256(token.code);
        claims.c_hash = to_base64url(std::string_view{digest}.substr(0, digest.size() / 2));
    }
    if (token.version == "1.0") {
        claims.unique_name = user.principal_name;
        claims.upn = user.principal_name;
    } else {
        claims.preferred_username = user.principal_name;
    }
    return make_jws(key, to_json(claims));
}

token_verifier::token_verifier(reactor_keys& keys, const token_policy& policy, directory& directory)
    : keys_{keys}, keys_lost_{keys.lost()}, policy_{policy}, directory_{directory} {}

std::shared_ptr<const principal> token_verifier::known(std::string_view token, precise_time now) {
    forget_lost_keys();
    auto found = cache_.find(token, std::chrono::floor<std::chrono::seconds>(now));
    if (!found || !standings_.is_good(found->caller, now)) return {};
    cache_.count_hit();
    return caller_of(std::move(found));
}

void token_verifier::forget_lost_keys() {
    const std::uint64_t lost = keys_.lost();
    if (lost == keys_lost_) return;
    keys_lost_ = lost;
    cache_.clear();
}

awaitable<result<std::shared_ptr<const principal>>> token_verifier::verify(
    std::string_view token, precise_time now
) {
    if (auto caller = co_await recall(token, now)) co_return caller;
    const bool has_turn = co_await lane_.take_turn();
    if (!has_turn) co_return fault{fault_kind::unavailable};
    // Others may have presented the same new token, and had their turn earlier.
    if (auto caller = co_await recall(token, now)) co_return caller;
    co_return co_await verify_anew(token, now);
}

awaitable<std::shared_ptr<const principal>> token_verifier::recall(
    std::string_view token, precise_time now
) {
    forget_lost_keys();
    const auto found = cache_.find(token, std::chrono::floor<std::chrono::seconds>(now));
    if (!found) co_return nullptr;
    bool good = standings_.is_good(found->caller, now);
    if (!good) good = co_await is_still_good(found->caller, now);
    if (!good) {
        cache_.erase(token);
        co_return nullptr;
    }
    cache_.count_hit();
    co_return caller_of(found);
}

awaitable<bool> token_verifier::is_still_good(const principal& caller, precise_time now) {
    const auto who =
        co_await directory_.find_standing(caller.application_id, caller.directory_user());
    const bool good = who && who->partner_id == caller.partner_id && who->where == caller.where &&
                      !who->application_disabled && !who->partner_disabled && !who->user_refused;
    if (good) standings_.remember(caller, now);
    co_return good;
}

result<token_claims> token_verifier::read_own(std::string_view token, system_time now) {
    if (!policy_.has_authority) return fault{fault_kind::bad_token};
    auto claims = read_claims(*keys_.ring(), token, now);
    // A key that another process has just made signs before we look by ourselves.
    if (!claims && keys_.look_again()) claims = read_claims(*keys_.ring(), token, now);
    return claims;
}

awaitable<result<std::shared_ptr<const principal>>> token_verifier::verify_anew(
    std::string_view token, precise_time now
) {
    cache_.count_miss();
    std::optional<outside_token> outside;
    if (outside_ != nullptr) outside = outside_->find(token);
    if (outside && co_await outside_->wait_for_key(*outside)) {
        const bool has_turn = co_await lane_.take_turn();
        if (!has_turn) co_return fault{fault_kind::unavailable};
    }
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    auto claims = outside ? outside_->read(*outside, seconds) : read_own(token, seconds);
    if (!claims) co_return claims.error();
    principal& caller = claims->caller;
    std::optional<standing> who;
    const cloud* const known_in = standings_.where(caller, now);
    if (known_in != nullptr) {
        who = standing{.partner_id = caller.partner_id, .where = known_in};
    } else {
        who = co_await directory_.find_standing(caller.application_id, caller.directory_user());
    }
    if (const auto problem = problem_of(*claims, who, policy_)) co_return fault{*problem};

    caller.where = who->where;
    if (known_in == nullptr) standings_.remember(caller, now);
    if (outside) {
        const std::int64_t end = seconds_of(seconds - clock_skew + outside_memory_max);
        claims->times.end = std::min(claims->times.end, end);
    }
    const auto good = std::make_shared<const verified_token>(verified_token{
        std::string{token}, std::move(caller), claims->times});
    cache_.insert(good);
    co_return caller_of(good);
}

}  // namespace partner_center
