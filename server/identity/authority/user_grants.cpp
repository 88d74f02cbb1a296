// Redeems codes and refresh tokens. Calls the store's grants, scopes.cpp, digest.cpp,
// token.cpp and token_answer.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/user_grants.hpp"

#include <array>
#include <optional>

#include "server/identity/authority/scopes.hpp"
#include "server/identity/authority/token_answer.hpp"
#include "server/identity/base64url.hpp"
#include "server/identity/digest.hpp"
#include "server/identity/random.hpp"
#include <partner_center/json.hpp>

namespace partner_center::oauth {

struct client_info {
    guid uid{};
    guid utid{};
};
BOOST_DESCRIBE_STRUCT(client_info, (), (uid, utid))

namespace {

/// The audience of an access token of a sign-in that asked for nothing else: Microsoft Graph's id,
/// as in Entra. No API of ours takes it.
constexpr std::string_view sign_in_resource = "00000003-0000-0000-c000-000000000000";

[[nodiscard]] std::optional<std::string> text_or_nothing(std::string text) {
    if (text.empty()) return {};
    return text;
}

/// What the access token is for: as the request says, else as at sign-in.
[[nodiscard]] result<std::string, refusal> resource_for(
    const form& parameters, version form, const grant_record& grant, const token_policy& policy
) {
    const bool is_v1 = form == version::v1;
    const std::string_view error = is_v1 ? "invalid_resource" : "invalid_scope";
    const std::string_view name = is_v1 ? "resource" : "scope";
    std::string asked{parameters.find(name)};
    if (!is_v1) {
        auto named = resource_of(asked, policy);
        if (!named) return named.error();
        asked = *std::move(named);
    }
    if (asked.empty() && grant.resource.empty()) {
        if (grant.any_resource) return missing_parameter(name);
        return std::string{sign_in_resource};
    }
    if (asked.empty()) return grant.resource;
    const bool may = grant.any_resource || is_same_resource(asked, grant.resource);
    if (!may || !is_known_resource(asked, policy)) return unknown_resource(error);
    return asked;
}

/// RFC 7636, section 4.6. A verifier without a challenge is refused as well: somebody took the
/// challenge out of the request (RFC 9700, section 2.1.1).
[[nodiscard]] bool is_verified(std::string_view verifier, const std::string& challenge) {
    if (challenge.empty()) return verifier.empty();
    return verifier.size() >= 43 && verifier.size() <= 128 &&
           equal_in_constant_time(sha256_base64url(verifier), challenge);
}

/// The user of a grant, when he or she may still sign in to the client's application.
[[nodiscard]] awaitable<std::optional<user_record>> user_of(
    const exchange& x, const grant_record& grant, const application_record& application
) {
    auto user = co_await x.directory.find_user(grant.user_id);
    if (!user || user->disabled || user->partner_id != application.partner_id) {
        co_return std::nullopt;
    }
    co_return user;
}

/// All of an order that the kinds of grant have in common.
[[nodiscard]] awaitable<result<user_token_order, refusal>> make_order(
    const exchange& x, const form& parameters, proven_client client, const grant_record& grant
) {
    auto resource = resource_for(parameters, client.form, grant, x.policy);
    if (!resource) co_return resource.error();
    const auto user = co_await user_of(x, grant, client.application);
    if (!user) co_return user_may_not();
    const bool is_v1 = client.form == version::v1;
    const std::string_view asked = is_v1 ? "" : parameters.find("scope");
    std::string scopes =
        granted_scopes(asked.empty() ? grant.scopes : asked, grant.scopes, *resource, x.policy);
    const bool with_id_token = is_v1 || has_word(scopes, "openid");
    co_return user_token_order{
        .client = std::move(client),
        .user = as_signed_in(*user, grant.has_mfa),
        .resource = *std::move(resource),
        .scopes = std::move(scopes),
        .with_id_token = with_id_token,
        .with_client_info = parameters.find("client_info") == "1",
    };
}

/// Whether the application may come back without its user.
[[nodiscard]] bool keeps_access(const user_token_order& order, const grant_record& grant) {
    return order.client.form == version::v1 || has_word(grant.scopes, "offline_access");
}

/// Adds a refresh token to an order; what the store keeps of it.
[[nodiscard]] new_refresh_token add_refresh_token(const exchange& x, user_token_order& order) {
    order.refresh_token = make_random_token();
    return {sha256_base64url(order.refresh_token), seconds_of(x.now + refresh_token_lifetime)};
}

}  // namespace

std::string make_random_token() {
    std::array<std::uint8_t, 32> bytes{};
    fill_random(bytes);
    return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

signed_in_user as_signed_in(const user_record& user, bool has_mfa) {
    return {
        .id = user.id,
        .principal_name = user.user_principal_name,
        .roles = user.roles,
        .has_mfa = has_mfa,
    };
}

std::string user_token_answer(const exchange& x, const user_token_order& order) {
    const auto& [form, application, partner, proof] = order.client;
    const bool is_v1 = form == version::v1;
    const bool for_sign_in_only = order.resource == sign_in_resource;
    const user_token access{
        .token = {.application_id = application.id, .audience = order.resource, .issued_at = x.now},
        .user = order.user,
        .scopes = for_sign_in_only ? order.scopes : "user_impersonation",
        .appidacr = std::string{proof},
    };
    issued_tokens tokens{
        .access = access.token,
        .access_token = make_user_token(x.key, x.policy, partner, access),
        .scope = is_v1 ? "user_impersonation" : order.scopes,
        .refresh_token = text_or_nothing(order.refresh_token),
    };
    if (order.with_id_token) {
        const id_token claims{
            .application_id = application.id,
            .user = order.user,
            .version = is_v1 ? "1.0" : "2.0",
            .nonce = order.nonce,
            .auth_time = order.auth_time,
            .issued_at = x.now,
        };
        tokens.id_token = make_id_token(x.key, x.policy, partner, claims);
    }
    if (order.with_client_info) {
        const client_info account{.uid = order.user.id, .utid = partner.id};
        tokens.client_info = to_base64url(to_json(account));
    }
    return token_answer(form, tokens);
}

awaitable<reply> answer_code(const exchange& x, const form& parameters, proven_client client) {
    const std::string_view text = parameters.find("code");
    if (text.empty()) co_return missing_parameter("code");
    grants all = x.directory.grants();
    const std::int64_t now = seconds_of(x.now);
    const auto code = co_await all.find_code(sha256_base64url(text));
    if (!code) co_return bad_grant();
    const grant_record& grant = code->grant;
    if (code->redeemed) {
        co_await all.revoke(grant.id);
        co_return used_grant();
    }
    const bool is_good =
        grant.application_id == client.application.id && !grant.revoked && code->expires_at > now;
    if (!is_good) co_return bad_grant();
    if (parameters.find("redirect_uri") != code->redirect_uri) co_return other_redirect_uri();
    if (!is_verified(parameters.find("code_verifier"), code->code_challenge)) {
        co_return wrong_verifier();
    }
    auto order = co_await make_order(x, parameters, std::move(client), grant);
    if (!order) co_return order.error();

    order->nonce = code->nonce;
    order->auth_time = code->auth_time;
    std::optional<new_refresh_token> first;
    if (keeps_access(*order, grant)) first = add_refresh_token(x, *order);
    const std::int64_t kept_until = seconds_of(x.now + app_token{}.lifetime);
    const bool redeemed = co_await all.redeem_code(*code, std::move(first), kept_until, now);
    if (!redeemed) {  // somebody was faster with the same code
        co_await all.revoke(grant.id);
        co_return used_grant();
    }
    co_return user_token_answer(x, *order);
}

awaitable<reply> answer_allowed_device(
    const exchange& x, const form& parameters, proven_client client, allowed_device device
) {
    const grant_record& grant = device.grant;
    auto order = co_await make_order(x, parameters, std::move(client), grant);
    if (!order) co_return order.error();
    std::optional<new_refresh_token> first;
    if (keeps_access(*order, grant)) first = add_refresh_token(x, *order);
    grants all = x.directory.grants();
    const bool redeemed = co_await all.redeem_device_request(
        std::move(device.device_code), std::move(device.grant), std::move(first), seconds_of(x.now)
    );
    if (!redeemed) co_return wrong_device_code();  // somebody was faster, or it was taken back
    co_return user_token_answer(x, *order);
}

awaitable<reply> answer_refresh_token(
    const exchange& x, const form& parameters, proven_client client
) {
    const std::string_view text = parameters.find("refresh_token");
    if (text.empty()) co_return missing_parameter("refresh_token");
    grants all = x.directory.grants();
    const std::int64_t now = seconds_of(x.now);
    const auto old = co_await all.find_refresh_token(sha256_base64url(text));
    if (!old) co_return bad_grant();
    const grant_record& grant = old->grant;
    const bool is_good =
        grant.application_id == client.application.id && !grant.revoked && old->expires_at > now;
    if (!is_good) co_return bad_grant();
    const bool single_use = client.application.is_public;
    if (single_use && old->used) {
        co_await all.revoke(grant.id);
        co_return used_grant();
    }
    auto order = co_await make_order(x, parameters, std::move(client), grant);
    if (!order) co_return order.error();

    new_refresh_token successor = add_refresh_token(x, *order);
    const bool renewed = co_await all.renew(*old, single_use, std::move(successor), now);
    if (!renewed) {  // somebody was faster with the same token
        co_await all.revoke(grant.id);
        co_return used_grant();
    }
    co_return user_token_answer(x, *order);
}

}  // namespace partner_center::oauth
