// What the endpoints that take a form have in common: reading it, and who the client is. Defined in
// token_endpoint.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/identity/authority/endpoints.hpp"
#include "server/identity/authority/form.hpp"
#include "server/identity/authority/tenant.hpp"

namespace partner_center::oauth {

/// Of the endpoint that was asked.
enum class version { v1, v2 };

/// An application that a request comes from, at the endpoint of one version.
struct proven_client {
    version form{};
    application_record application{};
    partner_record partner{};
    /// `appidacr`: "0" not at all (a public client), "1" secret, "2" assertion; empty: not asked.
    std::string_view proof{};
};

[[nodiscard]] result<form, refusal> read_form(const exchange& x);

/// From HTTP Basic or from the form, but not from both (RFC 6749, section 2.3).
[[nodiscard]] result<client_proof, refusal> read_proof(
    const http::request_view& request, const form& parameters
);

/// The resource that a token is for: v1 names it, v2 a scope of it that ends with one of these
/// permissions ("/.default").
[[nodiscard]] result<std::string, refusal> read_resource(
    const exchange& x,
    const form& parameters,
    version form,
    std::span<const std::string_view> permissions
);

/// The client, once its proof was right, and the partner to issue a token of: the tenant that was
/// asked, else the application's own. Without a proof only a public client is found. Notes who asks
/// for the log.
[[nodiscard]] awaitable<result<proven_client, refusal>> identify(
    const exchange& x, const form& parameters, version form
);

}  // namespace partner_center::oauth
