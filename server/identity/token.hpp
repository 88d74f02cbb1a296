// Access tokens: what they claim, how the authority makes one, how the API verifies one.
// Calls signing_key.cpp for the mathematics and the store's directory for who is known.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "server/identity/principal.hpp"
#include "server/identity/signing_key.hpp"
#include "store/directory.hpp"
#include <partner_center/result.hpp>

namespace partner_center {

using system_time = std::chrono::sys_time<std::chrono::seconds>;

/// Longer tokens are refused unread; the longest that Entra issues are far below.
inline constexpr std::size_t token_bytes_max = 16 * 1024;
/// Clocks may differ by this much. Source: wire contract, section 5.4.
inline constexpr std::chrono::minutes clock_skew{5};

/// What decides whether a token is for us. Immutable; shared by all reactors.
struct token_policy {
    /// `iss` of a partner's tokens: Entra's form under --demo ("https://sts.windows.net/{tid}/"),
    /// else
    /// "{public_url}/{tid}/".
    bool entra_issuer{};
    /// Scheme, host and port that clients use, without a trailing slash; the authority prints its
    /// endpoints under it.
    std::string public_url{};
    bool accept_legacy_audience{};

    [[nodiscard]] std::string issuer_of(const partner_record& partner) const;
    /// The same for a tenant by its text, such as "{tenantid}" in documents that speak of any
    /// tenant.
    [[nodiscard]] std::string issuer_of(const cloud& where, std::string_view tenant) const;
};

/// A token to make: for an application of a partner, for a resource.
struct app_token {
    guid application_id{};
    std::string audience{};
    system_time issued_at{};
    std::chrono::seconds lifetime{3599};

    /// Its `nbf` and `iat`: earlier than it was made, for readers that allow clocks no difference.
    [[nodiscard]] system_time not_before() const { return issued_at - clock_skew; }
    [[nodiscard]] system_time expires() const { return issued_at + lifetime; }
};

/// The compact JWS (RS256) of an app-only access token, v1.0 in form. Source: contract,
/// section 5.4.
[[nodiscard]] std::string make_app_token(
    const signing_key& key,
    const token_policy& policy,
    const partner_record& partner,
    const app_token& token
);

/// Verifies bearer tokens; one per reactor.
class token_verifier {
public:
    token_verifier(const signing_key& key, const token_policy& policy, directory& directory);

    /// Who presented the token. Fails with bad_token, expired_token, wrong_audience or
    /// partner_disabled; checks, in this order: form and size, algorithm and key (pinned),
    /// signature, times, tenant and issuer, audience, application known, of that tenant and not
    /// disabled. No text says more than the fault's default.
    [[nodiscard]] awaitable<result<principal>> verify(std::string_view token, system_time now);

private:
    const signing_key& key_;
    const token_policy& policy_;
    directory& directory_;
};

}  // namespace partner_center
