// POST /{tenant}/oauth2/token and /{tenant}/oauth2/v2.0/token: a token for a client that proves who
// it is. Calls form.cpp, tenant.cpp, the secret hasher, token.cpp and, for users' tokens,
// user_grants.cpp.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "server/identity/authority/client_assertion.hpp"
#include "server/identity/authority/device_code.hpp"
#include "server/identity/authority/scopes.hpp"
#include "server/identity/authority/token_answer.hpp"
#include "server/identity/authority/user_grants.hpp"
#include "server/identity/sign_in_guard.hpp"

namespace partner_center::oauth {

namespace {

/// Far more than any grant needs.
constexpr std::size_t body_bytes_max = 16 * 1024;

/// A request that can be understood; nothing in it is believed yet.
struct token_request {
    client_proof proof{};
    std::string resource{};
};

/// Addresses are logged and cached by everyone on the way.
[[nodiscard]] bool has_secret(std::string_view query) {
    constexpr std::array<std::string_view, 7> secrets{
        "client_secret",
        "client_assertion",
        "code",
        "code_verifier",
        "device_code",
        "password",
        "refresh_token"};
    const auto parameters = form::parse(query);
    return !parameters || std::ranges::any_of(secrets, [&](std::string_view name) {
        return !parameters->find(name).empty();
    });
}

}  // namespace

result<form, refusal> read_form(const exchange& x) {
    if (has_secret(x.query))
        return malformed("the address must be well-formed and hold no credentials.");
    if (!is_form(x.request)) {
        return malformed("the Content-Type must be application/x-www-form-urlencoded.");
    }
    if (x.request.body.size() > body_bytes_max) return malformed("the request is too large.");
    auto parameters = form::parse(x.request.body);
    if (!parameters) {
        return malformed("a parameter is not properly encoded, or comes more than once.");
    }
    return *std::move(parameters);
}

result<client_proof, refusal> read_proof(
    const http::request_view& request, const form& parameters
) {
    const std::string_view authorization = request.find("Authorization").value_or("");
    const std::string_view client_id = parameters.find("client_id");
    const std::string_view secret = parameters.find("client_secret");
    const std::string_view assertion = parameters.find("client_assertion");
    const std::string_view kind = parameters.find("client_assertion_type");
    if (!assertion.empty() && kind != jwt_bearer) {
        return malformed("the client_assertion_type must be '" + std::string{jwt_bearer} + "'.");
    }
    if (assertion.empty() && !kind.empty()) return missing_parameter("client_assertion");
    if (is_basic(authorization)) {
        if (request.count("Authorization") > 1 || !secret.empty() || !assertion.empty()) {
            return malformed("the client must prove itself in one way only.");
        }
        auto proof = parse_basic(authorization);
        if (!proof) return no_client_proof();
        if (!client_id.empty() && client_id != proof->client_id) {
            return malformed("the request names two clients.");
        }
        return *std::move(proof);
    }
    if (!secret.empty() && !assertion.empty()) {
        return malformed("the client must prove itself in one way only.");
    }
    if (client_id.empty() && assertion.empty()) return missing_parameter("client_id");
    return client_proof{
        .client_id = std::string{client_id},
        .secret = std::string{secret},
        .assertion = std::string{assertion},
    };
}

namespace {

/// The one scope that names a resource. The words of OpenID Connect are left out: msal4j sends them
/// with every grant, and no id token comes of this one.
[[nodiscard]] std::string_view scope_of_resource(std::string_view scopes) {
    constexpr std::array<std::string_view, 4> openid_words{
        "openid", "profile", "offline_access", "email"};
    std::string_view found;
    while (!scopes.empty()) {
        const std::string_view word = scopes.substr(0, scopes.find(' '));
        scopes.remove_prefix(std::min(word.size() + 1, scopes.size()));
        if (word.empty() || std::ranges::find(openid_words, word) != openid_words.end()) continue;
        if (!found.empty()) return {};
        found = word;
    }
    return found;
}

}  // namespace

result<std::string, refusal> read_resource(
    const exchange& x,
    const form& parameters,
    version form,
    std::span<const std::string_view> permissions
) {
    const bool is_v1 = form == version::v1;
    const std::string_view name = is_v1 ? "resource" : "scope";
    std::string_view resource = parameters.find(name);
    if (resource.empty()) return missing_parameter(name);
    if (!is_v1) {
        resource = scope_of_resource(resource);
        const auto ends_it = [&](std::string_view each) { return resource.ends_with(each); };
        const auto permission = std::ranges::find_if(permissions, ends_it);
        if (permission == permissions.end()) return scope_without_default();
        // "https://host//.default" asks for "https://host/": MSAL adds its slash to the caller's.
        resource.remove_suffix(permission->size());
    }
    if (!is_known_resource(resource, x.policy))
        return unknown_resource(is_v1 ? "invalid_resource" : "invalid_scope");
    return std::string{resource};
}

namespace {

[[nodiscard]] result<token_request, refusal> read_request(
    const exchange& x, const form& parameters, version form
) {
    constexpr std::array<std::string_view, 1> all_permissions{"/.default"};
    auto proof = read_proof(x.request, parameters);
    if (!proof) return proof.error();
    if (proof->secret.empty() && proof->assertion.empty()) return no_client_proof();
    auto resource = read_resource(x, parameters, form, all_permissions);
    if (!resource) return resource.error();
    return token_request{.proof = *std::move(proof), .resource = *std::move(resource)};
}

/// The application, once its secret proved right. What is unknown or disabled has no hash to
/// compare with and takes as long to refuse: the same questions, and one comparison.
[[nodiscard]] awaitable<result<application_record, refusal>> authenticate_by_secret(
    const exchange& x, client_proof proof
) {
    // What is no GUID is looked for as well, as the id that nothing has.
    const guid client_id = parse_guid(proof.client_id).value_or(guid{});
    auto application = co_await x.directory.find_application(client_id);
    const bool usable = application && !application->disabled;
    if (usable && application->is_public) co_return public_client_with_secret();
    presented_secret presented{
        .secret = std::move(proof.secret),
        .hash = usable ? application->secret_hash : std::string{},
        .from = client_network(x.request, x.policy.behind_proxy),
        .is_lasting = true,
    };
    bool right = false;
    try {
        right = co_await x.hasher.verify(std::move(presented));
    } catch (const hasher_busy&) {
        co_return busy();
    }
    if (!right) co_return wrong_secret();
    co_return *std::move(application);
}

/// A public client has no credentials: its name is all that it says.
[[nodiscard]] awaitable<result<application_record, refusal>> find_public_client(
    const exchange& x, const client_proof& proof
) {
    const guid client_id = parse_guid(proof.client_id).value_or(guid{});
    auto application = co_await x.directory.find_application(client_id);
    if (!application || application->disabled || !application->is_public) {
        co_return no_client_proof();
    }
    co_return *std::move(application);
}

/// The partner to issue a token of: the tenant that was asked, else the application's own.
[[nodiscard]] awaitable<result<partner_record, refusal>> partner_of(
    const exchange& x, const tenant& asked, const application_record& application
) {
    if (asked.partner && asked.partner->id == application.partner_id) co_return *asked.partner;
    if (asked.partner) co_return application_of_another_tenant();
    const auto own = co_await x.directory.find_partner(application.partner_id);
    if (!own || own->disabled) co_return application_of_another_tenant();
    co_return *own;
}

[[nodiscard]] awaitable<result<proven_client, refusal>> authenticate(
    const exchange& x, const tenant& asked, client_proof proof, version form
) {
    std::string_view kind = "0";
    result<application_record, refusal> application = no_client_proof();
    if (!proof.assertion.empty()) {
        kind = "2";
        application = co_await authenticate_by_assertion(x, proof);
    } else if (!proof.secret.empty()) {
        kind = "1";
        application = co_await authenticate_by_secret(x, std::move(proof));
    } else {
        application = co_await find_public_client(x, proof);
    }
    if (!application) co_return application.error();
    x.outcome.application_id = application->id;
    x.outcome.partner_id = application->partner_id;
    auto partner = co_await partner_of(x, asked, *application);
    if (!partner) co_return partner.error();
    co_return proven_client{form, *std::move(application), *std::move(partner), kind};
}

}  // namespace

awaitable<result<proven_client, refusal>> identify(
    const exchange& x, const form& parameters, version form
) {
    auto proof = read_proof(x.request, parameters);
    if (!proof) co_return proof.error();
    const auto tenant = co_await find_tenant(x.directory, x.tenant);
    if (!tenant) co_return unknown_tenant("invalid_request");
    co_return co_await authenticate(x, *tenant, *std::move(proof), form);
}

namespace {

using grant_answer = awaitable<reply> (*)(const exchange&, const form&, proven_client);

[[nodiscard]] awaitable<reply> answer_user_grant(
    const exchange& x, const form& parameters, version form, grant_answer answer
) {
    auto client = co_await identify(x, parameters, form);
    if (!client) co_return client.error();
    co_return co_await answer(x, parameters, *std::move(client));
}

[[nodiscard]] awaitable<reply> issue_app_token(
    const exchange& x, const form& parameters, version form
) {
    const auto asked = read_request(x, parameters, form);
    if (!asked) co_return asked.error();
    const auto tenant = co_await find_tenant(x.directory, x.tenant);
    if (!tenant) co_return unknown_tenant("invalid_request");
    const auto client = co_await authenticate(x, *tenant, asked->proof, form);
    if (!client) co_return client.error();

    issued_tokens tokens{
        .access = {
            .application_id = client->application.id,
            .audience = asked->resource,
            .issued_at = x.now,
            .proof = std::string{client->proof},
        }};
    tokens.access_token = make_app_token(x.key, x.policy, client->partner, tokens.access);
    co_return token_answer(form, tokens);
}

[[nodiscard]] awaitable<reply> issue_token(const exchange& x, version form) {
    const auto parameters = read_form(x);
    if (!parameters) co_return parameters.error();
    const std::string_view grant = parameters->find("grant_type");
    if (grant.empty()) co_return missing_parameter("grant_type");
    if (grant == "client_credentials") co_return co_await issue_app_token(x, *parameters, form);
    if (grant == "authorization_code") {
        co_return co_await answer_user_grant(x, *parameters, form, answer_code);
    }
    if (grant == "refresh_token") {
        co_return co_await answer_user_grant(x, *parameters, form, answer_refresh_token);
    }
    if (is_device_grant(grant)) {
        co_return co_await answer_user_grant(x, *parameters, form, answer_device_code);
    }
    co_return unsupported_grant();
}

}  // namespace

awaitable<reply> issue_token_v1(const exchange& x) {
    return issue_token(x, version::v1);
}
awaitable<reply> issue_token_v2(const exchange& x) {
    return issue_token(x, version::v2);
}

}  // namespace partner_center::oauth
