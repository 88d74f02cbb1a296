// What an application asks the authorization endpoint for, once it is checked. Calls form.cpp,
// scopes.cpp and the store's directory.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>

#include "server/identity/authority/browser.hpp"
#include "server/identity/authority/form.hpp"
#include "server/identity/authority/user_grants.hpp"

namespace partner_center::oauth {

/// All of it that is needed until the user has signed in. Source: RFC 6749, section 4.1.1; RFC
/// 7636; OpenID Connect Core, section 3; contract, sections 5.2 and 5.5.
struct authorization_request {
    std::string version{};  ///< "1.0" or "2.0", of the endpoint
    guid application_id{};
    std::string redirect_uri{};        ///< where the answer goes
    std::string asked_redirect_uri{};  ///< empty: left out, because only one is registered
    bool wants_code{};
    bool wants_id_token{};
    std::string response_mode{};  ///< query, fragment or form_post
    std::string state{};          ///< empty: none
    std::string nonce{};
    bool wants_auth_time{};
    std::string code_challenge{};
    std::string resource{};
    bool any_resource{};
    std::string scopes{};
};
BOOST_DESCRIBE_STRUCT(
    authorization_request,
    (),
    (version,
     application_id,
     redirect_uri,
     asked_redirect_uri,
     wants_code,
     wants_id_token,
     response_mode,
     state,
     nonce,
     wants_auth_time,
     code_challenge,
     resource,
     any_resource,
     scopes)
)

/// Whether an address is one that is registered, exactly; but one of this machine, registered
/// without a port, at any port (RFC 8252, section 7.3).
[[nodiscard]] bool is_registered(const application_record& application, std::string_view uri);

/// The client, and where answers to it go. Its refusals are for the user: there is nobody else who
/// may be told.
struct known_client {
    proven_client client{};  ///< named, not proven: that comes with the token request
    authorization_request request{};
};
[[nodiscard]] awaitable<result<known_client, refusal>> find_client(
    const exchange& x, const form& parameters, version form
);

/// Fills in the rest of the request. The refusal is for the application.
[[nodiscard]] std::optional<refusal> read_rest(
    const form& parameters, const token_policy& policy, known_client& asked
);

/// What the application is told, in the way it asked for.
[[nodiscard]] content answer_application(
    const exchange& x, const authorization_request& request, response_parameters parameters
);
[[nodiscard]] content refuse_to_application(
    const exchange& x, const authorization_request& request, const refusal& problem
);

}  // namespace partner_center::oauth
