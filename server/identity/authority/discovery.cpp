// What clients ask before they ask for a token: the provider's metadata, its keys, and which hosts
// belong together. Calls tenant.cpp.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include "server/identity/authority/endpoints.hpp"
#include "server/identity/authority/form.hpp"
#include "server/identity/authority/tenant.hpp"
#include <partner_center/json.hpp>

namespace partner_center::oauth {

using texts = std::vector<std::string>;

/// OpenID provider metadata. Source: OpenID Connect Discovery 1.0 and contract, section 5.6.
struct provider_metadata {
    static constexpr auto wire_case = letter_case::snake;

    std::string issuer{};
    std::string authorization_endpoint{};
    std::string token_endpoint{};
    std::string device_authorization_endpoint{};
    std::string end_session_endpoint{};
    std::string jwks_uri{};
    texts token_endpoint_auth_methods_supported{};
    texts token_endpoint_auth_signing_alg_values_supported{};
    texts grant_types_supported{};
    texts code_challenge_methods_supported{};
    texts response_modes_supported{};
    texts response_types_supported{};
    texts subject_types_supported{};
    texts id_token_signing_alg_values_supported{};
    texts scopes_supported{};
    texts claims_supported{};
    bool request_uri_parameter_supported{};
    std::string cloud_instance_name{};
    std::optional<std::string> tenant_region_scope{};
};
BOOST_DESCRIBE_STRUCT(
    provider_metadata,
    (),
    (issuer,
     authorization_endpoint,
     token_endpoint,
     device_authorization_endpoint,
     end_session_endpoint,
     jwks_uri,
     token_endpoint_auth_methods_supported,
     token_endpoint_auth_signing_alg_values_supported,
     grant_types_supported,
     code_challenge_methods_supported,
     response_modes_supported,
     response_types_supported,
     subject_types_supported,
     id_token_signing_alg_values_supported,
     scopes_supported,
     claims_supported,
     request_uri_parameter_supported,
     cloud_instance_name,
     tenant_region_scope)
)

/// A public key. Source: RFC 7517.
struct public_key {
    std::string kty{"RSA"};
    std::string use{"sig"};
    std::string kid{};
    std::string alg{"RS256"};
    std::string n{};
    std::string e{};
};
BOOST_DESCRIBE_STRUCT(public_key, (), (kty, use, kid, alg, n, e))

struct key_set {
    std::vector<public_key> keys{};
};
BOOST_DESCRIBE_STRUCT(key_set, (), (keys))

/// Hosts that are one authority to a client's token cache.
struct host_family {
    static constexpr auto wire_case = letter_case::snake;

    std::string preferred_network{};
    std::string preferred_cache{};
    std::vector<std::string> aliases{};
};
BOOST_DESCRIBE_STRUCT(host_family, (), (preferred_network, preferred_cache, aliases))

namespace {

constexpr std::string_view scheme_end = "://";

/// Where the endpoints of one protocol version are, after the tenant.
struct endpoint_paths {
    std::string_view authorize{};
    std::string_view token{};
    std::string_view device{};
    std::string_view logout{};
    std::string_view keys{};
};
constexpr endpoint_paths paths_v1{
    "/oauth2/authorize",
    "/oauth2/token",
    "/oauth2/devicecode",
    "/oauth2/logout",
    "/discovery/keys"};
constexpr endpoint_paths paths_v2{
    "/oauth2/v2.0/authorize",
    "/oauth2/v2.0/token",
    "/oauth2/v2.0/devicecode",
    "/oauth2/v2.0/logout",
    "/discovery/v2.0/keys"};

[[nodiscard]] std::string_view host_of(std::string_view url) {
    const auto start = url.find(scheme_end);
    if (start == std::string_view::npos) return {};
    url.remove_prefix(start + scheme_end.size());
    return url.substr(0, url.find_first_of("/?#"));
}

[[nodiscard]] provider_metadata metadata_of(
    const exchange& x, const tenant& asked, const endpoint_paths& paths
) {
    const texts proofs{"client_secret_post", "client_secret_basic", "private_key_jwt", "none"};
    const texts claims{
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "nbf",
        "tid",
        "oid",
        "appid",
        "name",
        "upn",
        "amr",
        "auth_time",
        "ver",
        "c_hash",
        "nonce",
        "preferred_username"};
    const std::string base = x.policy.public_url + '/' + asked.name;
    const cloud& where = asked.partner ? *asked.partner->where : clouds::global;
    provider_metadata metadata{
        .issuer = asked.partner ? x.policy.issuer_of(*asked.partner)
                                : x.policy.issuer_of(where, "{tenantid}"),
        .authorization_endpoint = base + std::string{paths.authorize},
        .token_endpoint = base + std::string{paths.token},
        .device_authorization_endpoint = base + std::string{paths.device},
        .end_session_endpoint = base + std::string{paths.logout},
        .jwks_uri = base + std::string{paths.keys},
        .token_endpoint_auth_methods_supported = proofs,
        .token_endpoint_auth_signing_alg_values_supported = {"RS256", "PS256"},
        .grant_types_supported =
            {"authorization_code",
             "client_credentials",
             "refresh_token",
             "urn:ietf:params:oauth:grant-type:device_code"},
        .code_challenge_methods_supported = {"S256"},
        .response_modes_supported = {"query", "fragment", "form_post"},
        .response_types_supported = {"code", "id_token", "code id_token"},
        .subject_types_supported = {"public"},
        .id_token_signing_alg_values_supported = {"RS256"},
        .scopes_supported = {"openid", "profile", "email", "offline_access"},
        .claims_supported = claims,
        .cloud_instance_name = std::string{host_of(where.authority)},
    };
    if (asked.partner) metadata.tenant_region_scope = "WW";
    return metadata;
}

[[nodiscard]] awaitable<reply> describe_provider(const exchange& x, const endpoint_paths& paths) {
    const auto tenant = co_await find_tenant(x.directory, x.tenant);
    if (!tenant) co_return unknown_tenant("invalid_tenant");
    co_return to_json(metadata_of(x, *tenant, paths));
}

[[nodiscard]] bool is_host_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
}

/// The host that the client reached us by, when it is one of Entra's, at any port; else the public
/// one: whoever may choose the host that this document names chooses where secrets are sent.
[[nodiscard]] std::string_view own_host(const exchange& x) {
    const std::string_view asked = x.request.find("Host").value_or("");
    const std::string_view name = asked.substr(0, asked.find(':'));
    const std::string_view port = asked.substr(name.size());
    const bool is_entras = std::ranges::any_of(clouds::all, [&](const cloud* where) {
        return std::ranges::any_of(where->authority_hosts, [&](std::string_view host) {
            return equals_ignoring_case(host, name);
        });
    });
    const bool is_port = port.empty() || (port.size() >= 2 && port.size() <= 6 &&
                                          port.find_first_not_of("0123456789", 1) == port.npos);
    return is_entras && is_port ? asked : host_of(x.policy.public_url);
}

/// The tenant in "https://host/tenant/oauth2/v2.0/authorize", which clients escape or do not.
[[nodiscard]] std::string tenant_in(std::string_view query) {
    const auto parameters = form::parse(query);
    std::string_view url = parameters ? parameters->find("authorization_endpoint") : "";
    const auto scheme = url.find(scheme_end);
    url.remove_prefix(scheme == std::string_view::npos ? url.size() : scheme + scheme_end.size());
    url.remove_prefix(std::min(url.find('/'), url.size()));
    const std::string_view tenant = next_segment(url);
    const bool sane = !tenant.empty() && std::ranges::all_of(tenant, is_host_character);
    return sane ? std::string{tenant} : "common";
}

[[nodiscard]] std::vector<host_family> host_families(std::string_view own) {
    const auto is_own = [&](std::string_view host) { return equals_ignoring_case(host, own); };
    std::vector<host_family> families;
    bool own_is_known = false;
    for (const cloud* where : clouds::all) {
        const auto hosts = where->authority_hosts;
        const std::string preferred{hosts.front()};
        families.push_back({preferred, preferred, {hosts.begin(), hosts.end()}});
        own_is_known = own_is_known || std::ranges::any_of(hosts, is_own);
    }
    const std::string host{own};
    if (!own_is_known) families.push_back({host, host, {host}});
    return families;
}

}  // namespace

awaitable<reply> describe_provider_v1(const exchange& x) {
    return describe_provider(x, paths_v1);
}
awaitable<reply> describe_provider_v2(const exchange& x) {
    return describe_provider(x, paths_v2);
}

awaitable<reply> list_keys(const exchange& x) {
    const auto tenant = co_await find_tenant(x.directory, x.tenant);
    if (!tenant) co_return unknown_tenant("invalid_tenant");
    key_set set;
    for (const rsa_public_key* const each : x.keys.honoured(x.now)) {
        set.keys.push_back({.kid = each->id(), .n = each->modulus(), .e = each->exponent()});
    }
    co_return to_json(set);
}

awaitable<reply> describe_instance(const exchange& x) {
    const std::string_view host = own_host(x);
    const std::string_view public_url = x.policy.public_url;
    std::string document{public_url.substr(0, public_url.find(scheme_end))};
    document.append(scheme_end).append(host).append("/").append(tenant_in(x.query));
    document += "/v2.0/.well-known/openid-configuration";

    // Put together by hand: no C++ member can be called "api-version".
    std::string body = R"({"tenant_discovery_endpoint":)";
    append_json_string(body, document);
    body += R"(,"api-version":"1.1","metadata":)";
    append_json(body, host_families(host));
    body += '}';
    co_return body;
}

}  // namespace partner_center::oauth
