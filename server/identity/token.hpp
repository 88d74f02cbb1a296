// Access tokens: what they claim, how the authority makes one, how the API verifies one.
// Calls authority_keys.cpp for the keys and the store's directory for who is known.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/identity/authority_keys.hpp"
#include "server/identity/claims.hpp"
#include "server/identity/issuers/outside_issuers.hpp"
#include "server/identity/principal.hpp"
#include "server/identity/signing_key.hpp"
#include "server/identity/standing_cache.hpp"
#include "server/identity/token_cache.hpp"
#include "store/directory.hpp"
#include "store/reactor_lane.hpp"
#include <partner_center/result.hpp>

namespace partner_center {

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
    bool behind_proxy{};       ///< a proxy in front tells where requests come from
    bool has_authority{true};  ///< the embedded one is asked, and its tokens are believed
    /// Of tokens for us; see is_accepted(). Source: contract, section 5.3.
    std::vector<std::string> accepted_audiences{
        std::string{clouds::global.audience}, std::string{api_application_id}};

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
    std::chrono::seconds lifetime{token_lifetime};
    std::string proof{"1"};  ///< `appidacr`: how the application proved itself; "2": a certificate

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

/// The object id of an application in a tenant: always the same one, without a table that holds it.
/// A name-based GUID of version 8 (RFC 9562): half a SHA-256.
[[nodiscard]] guid service_principal_of(const guid& application_id, const guid& tenant_id);

/// Who signed in, as tokens say it.
struct signed_in_user {
    guid id{};
    std::string principal_name{};
    std::vector<std::string> roles{};
    bool has_mfa{};  ///< with a second factor
};

/// The compact JWS (RS256) of an App+User access token, v1.0 in form. `token` says for which
/// application and resource; `scopes` is its `scp`, `appidacr` how the application proved itself.
/// Source: contract, section 5.4.
struct user_token {
    app_token token{};
    signed_in_user user{};
    std::string scopes{"user_impersonation"};
    std::string appidacr{"1"};
};
[[nodiscard]] std::string make_user_token(
    const signing_key& key,
    const token_policy& policy,
    const partner_record& partner,
    const user_token& token
);

/// The compact JWS (RS256) that tells an application who signed in (OpenID Connect Core, section
/// 2). No access token: its audience is the application, and it names none that may call.
struct id_token {
    guid application_id{};
    signed_in_user user{};
    std::string version{};  ///< "1.0" or "2.0", of the endpoint
    std::string nonce{};    ///< empty: none
    std::string code{};     ///< the authorization code given with it, for c_hash; empty: none
    std::optional<std::int64_t> auth_time{};  ///< when the user signed in, in seconds since 1970
    system_time issued_at{};
};
[[nodiscard]] std::string make_id_token(
    const signing_key& key,
    const token_policy& policy,
    const partner_record& partner,
    const id_token& token
);

/// Verifies bearer tokens. One per reactor, used on its thread only, but for cache_counts().
class token_verifier {
public:
    token_verifier(reactor_keys& keys, const token_policy& policy, directory& directory);

    /// Takes tokens of these issuers too, from now on. They live as long as this.
    void trust(outside_issuers& issuers) { outside_ = &issuers; }

    /// Who presented the token, if it was accepted before, is good at this time and its caller was
    /// in good standing less than standing_age_max ago: what nearly every request needs. Null
    /// otherwise: ask verify(). Allocates nothing.
    [[nodiscard]] std::shared_ptr<const principal> known(std::string_view token, precise_time now);

    /// Who presented the token. Fails with bad_token, expired_token, wrong_audience or
    /// partner_disabled; checks, in this order: what read_claims() does, application known and of
    /// that tenant, issuer, audience, application not disabled, partner not disabled, user known
    /// and not disabled. The directory is not asked about a caller whom it found good less than
    /// standing_age_max ago. No text says more than the fault's default. Fails with unavailable
    /// when too many tokens wait to be verified; see reactor_lane.
    ///
    /// A token whose `iss` is of an outside issuer is read as outside_issuers says, and may wait
    /// for its key; then its application and partner are checked as for any token. Its user is
    /// nobody that the directory knows.
    ///
    /// A token that was accepted is remembered: until it expires (for an hour at most, if it is of
    /// an outside issuer) its signature is not checked again, and application, partner and user are
    /// asked about when the last answer is standing_age_max old. Whoever may not call any more is
    /// so refused within a second, with the fault that a new token would have. Once a key of ours
    /// is not honoured any more, no token is remembered that was accepted until then.
    [[nodiscard]] awaitable<result<std::shared_ptr<const principal>>> verify(
        std::string_view token, precise_time now
    );

    /// Thread-safe.
    [[nodiscard]] token_cache_counts cache_counts() const { return cache_.counts(); }

private:
    /// Lets go of what keys signed that are not honoured any more.
    void forget_lost_keys();
    /// As known(), but asks the directory for the caller's standing where that is needed.
    [[nodiscard]] awaitable<std::shared_ptr<const principal>> recall(
        std::string_view token, precise_time now
    );
    /// What a token says that our authority made.
    [[nodiscard]] result<token_claims> read_own(std::string_view token, system_time now);
    [[nodiscard]] awaitable<result<std::shared_ptr<const principal>>> verify_anew(
        std::string_view token, precise_time now
    );
    /// Asks the directory.
    [[nodiscard]] awaitable<bool> is_still_good(const principal& caller, precise_time now);

    reactor_keys& keys_;
    std::uint64_t keys_lost_{};  ///< what keys_.lost() was when the cache was empty
    const token_policy& policy_;
    directory& directory_;
    outside_issuers* outside_{};
    token_cache cache_{};
    standing_cache standings_{};
    reactor_lane lane_{};
};

}  // namespace partner_center
