// Reads the claims of outside issuers. Calls json_tree.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/issuers/outside_claims.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <openssl/evp.h>

#include <partner_center/http.hpp>

namespace partner_center {
namespace {

/// A claim that is a time. One of another form counts as wrong, not as absent.
struct time_claim {
    bool wrong{};
    std::optional<std::int64_t> seconds{};
};

[[nodiscard]] time_claim time_of(const json_tree& claims, std::string_view name) {
    const json_tree* const found = claims.find(name);
    if (found == nullptr || found->what == json_tree::kind::null) return {};
    std::int64_t seconds{};
    const std::string_view text = found->text;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool good = found->what == json_tree::kind::number && failed == std::errc{} &&
                      end == text.data() + text.size();
    if (!good) return {.wrong = true};
    return {.seconds = seconds};
}

[[nodiscard]] std::optional<validity> times_of(const json_tree& claims) {
    const time_claim end = time_of(claims, "exp");
    const time_claim not_before = time_of(claims, "nbf");
    const time_claim issued = time_of(claims, "iat");
    const bool good = end.seconds && *end.seconds >= 0 && !not_before.wrong && !issued.wrong;
    if (!good) return {};
    return validity{
        .begin = std::max(not_before.seconds.value_or(0), issued.seconds.value_or(0)),
        .end = *end.seconds,
    };
}

/// Not an id token, a refresh token or the like, as far as it says so: at_hash and c_hash are in id
/// tokens only (OpenID Connect Core, 3.1.3.6), and Keycloak names the kind in `typ`.
[[nodiscard]] bool is_access_token(const json_tree& claims) {
    const bool is_bearer =
        claims.find("typ") == nullptr || equals_ignoring_case(claims.text_of("typ"), "Bearer");
    return is_bearer && claims.find("at_hash") == nullptr && claims.find("c_hash") == nullptr;
}

[[nodiscard]] std::string_view text_at(const json_tree& claims, std::string_view path) {
    const json_tree* const found = claims.find_path(path);
    if (found == nullptr || found->what != json_tree::kind::string) return {};
    return found->text;
}

/// The text of the first of these claims that is there.
[[nodiscard]] std::string_view first_of(
    const json_tree& claims, const std::vector<std::string>& paths
) {
    const auto found = std::ranges::find_if(paths, [&](const std::string& path) {
        return claims.find_path(path) != nullptr;
    });
    return found == paths.end() ? std::string_view{} : text_at(claims, *found);
}

[[nodiscard]] bool follows(const json_tree& claims, const claim_rule& rule) {
    const json_tree* const found = rule.claim.empty() ? nullptr : claims.find_path(rule.claim);
    if (found == nullptr) return false;
    if (rule.value.empty()) return true;
    const auto texts = found->texts();
    return std::ranges::find(texts, rule.value) != texts.end();
}

/// Whether a list of scopes, an array or words with blanks between them, has one.
[[nodiscard]] bool has_scope(
    const json_tree& claims, std::string_view name, std::string_view scope
) {
    const json_tree* const found = claims.find(name);
    if (found == nullptr) return false;
    for (std::string_view rest : found->texts()) {
        while (!rest.empty()) {
            const std::string_view word = rest.substr(0, rest.find(' '));
            if (word == scope) return true;
            rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        }
    }
    return false;
}

/// The first GUID that is a whole segment of the issuer's path: Entra's tenant.
[[nodiscard]] std::optional<guid> tenant_in_path(std::string_view issuer) {
    while (!issuer.empty()) {
        const std::string_view segment = issuer.substr(0, issuer.find('/'));
        if (const auto id = parse_guid(segment)) return id;
        issuer.remove_prefix(std::min(segment.size() + 1, issuer.size()));
    }
    return {};
}

[[nodiscard]] std::optional<guid> partner_of(
    const trusted_issuer& issuer, const json_tree& claims
) {
    if (issuer.partner) return issuer.partner;
    const auto named = parse_guid(text_at(claims, issuer.tenant_claim));
    const auto in_path = tenant_in_path(claims.text_of("iss"));
    if (!named || (in_path && *in_path != *named)) return {};
    const auto& listed = issuer.partners;
    const bool may = listed.empty() || std::ranges::find(listed, *named) != listed.end();
    if (!may) return {};
    return named;
}

/// The application's id in the directory.
[[nodiscard]] std::optional<guid> application_of(
    const trusted_issuer& issuer, std::string_view client_id
) {
    const auto mapped = issuer.applications.find(std::string{client_id});
    if (mapped != issuer.applications.end()) return mapped->second;
    return parse_guid(client_id);
}

/// A GUID for a user whose id is none: always the same one, and another for another issuer. A
/// name-based GUID of version 8 (RFC 9562): half a SHA-256.
[[nodiscard]] guid user_of(std::string_view issuer, std::string_view subject) {
    if (const auto id = parse_guid(subject)) return *id;
    std::string text{issuer};
    text.append(1, '\0').append(subject);
    std::array<std::uint8_t, 32> digest{};
    std::size_t size = 0;
    EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(), digest.data(), &size);
    guid id;
    std::ranges::copy_n(digest.begin(), 16, id.bytes.begin());
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x80U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
    return id;
}

[[nodiscard]] bool is_a_users(
    const trusted_issuer& issuer, const json_tree& claims, std::string_view application
) {
    if (claims.find("scp") != nullptr || claims.find("upn") != nullptr) return true;
    if (follows(claims, issuer.app_only)) return false;
    if (claims.find("preferred_username") != nullptr) return true;
    const std::string_view subject = claims.text_of("sub");
    return subject.empty() || (subject != application && subject != claims.text_of("oid"));
}

[[nodiscard]] std::vector<std::string> roles_of(
    const trusted_issuer& issuer, const json_tree& claims
) {
    std::vector<std::string> roles;
    const json_tree* const found = claims.find_path(issuer.roles_claim);
    if (found == nullptr) return roles;
    for (const std::string_view name : found->texts()) {
        if (issuer.roles.empty()) {
            roles.emplace_back(name);
        } else if (const auto ours = issuer.roles.find(std::string{name});
                   ours != issuer.roles.end()) {
            roles.push_back(ours->second);
        }
    }
    return roles;
}

[[nodiscard]] std::optional<principal> caller_of(
    const trusted_issuer& issuer, const json_tree& claims
) {
    const std::string_view application = first_of(claims, issuer.application_claims);
    const auto partner_id = partner_of(issuer, claims);
    const auto application_id = application_of(issuer, application);
    if (!partner_id || !application_id) return {};
    principal caller{
        .partner_id = *partner_id, .application_id = *application_id, .is_from_outside = true};
    if (!is_a_users(issuer, claims, application)) return caller;

    const std::string_view subject = first_of(claims, issuer.user_claims);
    if (subject.empty()) return {};
    caller.user_id = user_of(claims.text_of("iss"), subject);
    const std::string_view name = claims.text_of("upn");
    caller.user_principal_name = name.empty() ? claims.text_of("preferred_username") : name;
    caller.roles = roles_of(issuer, claims);
    caller.has_mfa = follows(claims, issuer.mfa);
    constexpr std::string_view scope = "user_impersonation";
    caller.may_impersonate = has_scope(claims, "scp", scope) || has_scope(claims, "scope", scope);
    return caller;
}

/// As the contract compares audiences: ignoring letter case and a slash at the end.
[[nodiscard]] bool is_for_us(std::string_view audience, const std::vector<std::string>& audiences) {
    const auto bare = [](std::string_view text) {
        if (text.ends_with('/')) text.remove_suffix(1);
        return text;
    };
    return std::ranges::any_of(audiences, [&](const std::string& ours) {
        return equals_ignoring_case(bare(audience), bare(ours));
    });
}

}  // namespace

result<token_claims> read_outside_claims(
    const trusted_issuer& issuer, const json_tree& claims, system_time now
) {
    const auto times = times_of(claims);
    if (!times || !is_access_token(claims)) return fault{fault_kind::bad_token};
    if (!times->has_begun(now)) return fault{fault_kind::bad_token};
    if (times->has_ended(now)) return fault{fault_kind::expired_token};
    auto caller = caller_of(issuer, claims);
    if (!caller) return fault{fault_kind::bad_token};

    token_claims out{
        .caller = *std::move(caller),
        .issuer = std::string{claims.text_of("iss")},
        .times = *times,
    };
    if (const json_tree* const audiences = claims.find("aud")) {
        for (const std::string_view each : audiences->texts()) out.audiences.emplace_back(each);
    }
    const bool for_us = std::ranges::any_of(out.audiences, [&](const std::string& each) {
        return is_for_us(each, issuer.audiences);
    });
    if (!for_us) return fault{fault_kind::wrong_audience};
    return out;
}

}  // namespace partner_center
