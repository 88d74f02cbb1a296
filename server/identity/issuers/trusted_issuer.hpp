// An outside issuer whose tokens are taken, as the operator describes it, and the checks of that
// description. Calls Boost.URL.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/identity/verification_key.hpp"
#include <partner_center/guid.hpp>

namespace partner_center {

/// In an issuer's text, where Entra ID puts the tenant's id.
inline constexpr std::string_view tenant_placeholder = "{tenantid}";

/// What a claim must say: to be this text, or a list that has it; an empty value: to be there.
struct claim_rule {
    std::string claim{};
    std::string value{};

    bool operator==(const claim_rule&) const = default;
};

/// Source: docs/operations.md has the same members for people. Claims may be named by a path, such
/// as realm_access.roles.
struct trusted_issuer {
    std::string issuer{};         ///< `iss`, exactly; may have one tenant_placeholder
    std::string discovery_url{};  ///< empty: jwks_url is known
    std::string jwks_url{};       ///< empty: the discovery document says it
    std::vector<std::string> audiences{};
    std::string tenant_claim{"tid"};
    std::optional<guid> partner{};  ///< whose all its tokens are; tenant_claim is then not read
    std::vector<guid> partners{};   ///< for whom it may speak; empty: for any in the directory
    std::vector<std::string> application_claims{"appid", "azp"};  ///< the first that is there
    std::map<std::string, guid>
        applications{};  ///< its client ids to ours, where they are no GUIDs
    std::vector<std::string> user_claims{"oid", "sub"};  ///< the same
    std::string roles_claim{"roles"};
    std::map<std::string, std::string> roles{};  ///< its names to ours; empty: they are ours
    std::vector<signature_algorithm> algorithms{
        signature_algorithm::rs256, signature_algorithm::es256};
    claim_rule mfa{"amr", "mfa"};
    claim_rule app_only{"idtyp", "app"};
    std::filesystem::path ca_file{};  ///< PEM, trusted for its URLs alone; empty: the system's

    bool operator==(const trusted_issuer&) const = default;
};

/// Whether keys may be fetched from there: https, or http on a loopback host; a host, no user, no
/// fragment.
[[nodiscard]] bool is_fetchable(std::string_view url);
/// Whether that is plain http on a loopback host.
[[nodiscard]] bool is_plain_loopback(std::string_view url);

/// The description with its discovery URL filled in, when it names neither that nor a JWKS URL.
[[nodiscard]] trusted_issuer completed(trusted_issuer issuer);

/// What is wrong with a completed() description, in a sentence that says what to set; nothing when
/// all is well.
[[nodiscard]] std::optional<std::string> problem_of(const trusted_issuer& of);

/// Whether `iss` is this issuer's, for a tenant that `tid` names where the issuer has the
/// placeholder. Without it: exact.
[[nodiscard]] bool is_issued_by(
    const trusted_issuer& issuer, std::string_view iss, std::string_view tid
);

}  // namespace partner_center
