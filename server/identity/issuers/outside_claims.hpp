// What a token of an outside issuer says, read as its description wants it. Calls json_tree.cpp;
// asks nobody whether what is claimed holds.
// SPDX-License-Identifier: MIT
#pragma once

#include "server/identity/claims.hpp"
#include "server/identity/issuers/json_tree.hpp"
#include "server/identity/issuers/trusted_issuer.hpp"
#include <partner_center/result.hpp>

namespace partner_center {

/// The claims of a token that this issuer signed. Fails with bad_token, expired_token or
/// wrong_audience; checks, in this order: that it is an access token; times; tenant, application
/// and user; audience.
///
/// Who: a token with `scp` or `upn` is a user's. Else one that follows the rule `app_only` is an
/// application's, and so is one without `preferred_username` whose `sub` is its application or its
/// `oid`. Every other is a user's: what does not say that it is an application's needs a role.
/// A user's id that is no GUID stands for one that is made of it. A tenant whose GUID is in the
/// issuer's path has to be the one that the token names. Source: wire contract, section 5.4;
/// RFC 9068.
[[nodiscard]] result<token_claims> read_outside_claims(
    const trusted_issuer& issuer, const json_tree& claims, system_time now
);

}  // namespace partner_center
