// Certificate credentials: a client proves itself with a JWT that it signed (RFC 7523, as Entra ID
// takes it). Calls certificate.cpp and the store.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "server/identity/authority/endpoints.hpp"
#include "server/identity/authority/form.hpp"
#include "server/identity/authority/refusal.hpp"
#include "store/directory.hpp"

namespace partner_center::oauth {

inline constexpr std::string_view jwt_bearer =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The application, once its assertion proved right: signed (RS256 or PS256) with a certificate of
/// the application that `x5t` or `x5t#S256` names and that is not expired; `iss` and `sub` are its
/// client id; `aud` is a token endpoint of this authority or its issuer; good now and for a day at
/// most. Whatever is wrong up to the signature is one refusal, after the same questions to the
/// store and the same mathematics; what is wrong after it the owner of the key is told. A
/// certificate inside the assertion (`x5c`) is not looked at, nor is `jti`: clients keep an
/// assertion and present it again until it expires, as Entra ID lets them.
[[nodiscard]] awaitable<result<application_record, refusal>> authenticate_by_assertion(
    const exchange& x, const client_proof& proof
);

}  // namespace partner_center::oauth
