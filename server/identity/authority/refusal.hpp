// Why the authority refuses a request, and how it says so. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/identity/token.hpp"
#include <partner_center/guid.hpp>
#include <partner_center/http.hpp>
#include <partner_center/result.hpp>

namespace partner_center::oauth {

/// A refusal: OAuth's word, a number that people search for, and a sentence of ours. Nothing that
/// the caller sent is repeated in it. Source: wire contract, sections 5.2 and 10.14.
struct refusal {
    unsigned status{};
    std::string_view error{};
    int number{};
    std::string description{};
};

/// What an endpoint answers with when it refuses nothing: a JSON document with status 200, which is
/// said by its text alone, or whatever else the members say.
struct content {
    content(std::string json) : body{std::move(json)} {}

    std::string body{};
    unsigned status{200};
    std::string_view type{"application/json; charset=utf-8"};  ///< empty when there is no body
    std::vector<http::field> fields{};
};

using reply = result<content, refusal>;

[[nodiscard]] refusal malformed(std::string description);
[[nodiscard]] refusal missing_parameter(std::string_view name);
[[nodiscard]] refusal method_not_allowed(std::string_view allowed);
[[nodiscard]] refusal unsupported_grant();
/// `error`: the token endpoint says invalid_request, documents say invalid_tenant.
[[nodiscard]] refusal unknown_tenant(std::string_view error);
/// `error`: v1 says invalid_resource, v2 says invalid_scope.
[[nodiscard]] refusal unknown_resource(std::string_view error);
[[nodiscard]] refusal scope_without_default();
[[nodiscard]] refusal no_client_proof();
/// The one answer for a wrong secret, an unknown and a disabled application.
[[nodiscard]] refusal wrong_secret();
/// The one answer for an assertion that is malformed, wrongly signed, or of an unknown or disabled
/// application.
[[nodiscard]] refusal wrong_assertion();
/// For the owner of the key only, whose signature proved right.
[[nodiscard]] refusal certificate_expired();
[[nodiscard]] refusal assertion_out_of_time();
[[nodiscard]] refusal assertion_for_another();
[[nodiscard]] refusal application_of_another_tenant();
/// A client without credentials sent some, or one with them was asked for none.
[[nodiscard]] refusal public_client_with_secret();
[[nodiscard]] refusal unknown_client();
[[nodiscard]] refusal unknown_redirect_uri();
/// What the authorization endpoint sends to the application.
[[nodiscard]] refusal unsupported_response_type();
[[nodiscard]] refusal sign_in_required();
[[nodiscard]] refusal sign_in_cancelled();
[[nodiscard]] refusal unsupported_scope();
/// What a code or a refresh token is refused with.
[[nodiscard]] refusal bad_grant();
[[nodiscard]] refusal used_grant();
[[nodiscard]] refusal other_redirect_uri();
[[nodiscard]] refusal wrong_verifier();
[[nodiscard]] refusal user_may_not();
/// What a client is told that polls for a person's decision. Source: RFC 8628, section 3.5; the
/// word for a denial is Entra ID's.
[[nodiscard]] refusal authorization_pending();
[[nodiscard]] refusal polled_too_fast();
[[nodiscard]] refusal device_code_expired();
[[nodiscard]] refusal authorization_declined();
/// Unknown, redeemed already, or another client's.
[[nodiscard]] refusal wrong_device_code();
/// Asked for more codes than people can want.
[[nodiscard]] refusal too_many_devices();
[[nodiscard]] refusal busy();
/// The store does not answer; something of ours went wrong. No detail, whatever the reason.
[[nodiscard]] refusal unavailable();
[[nodiscard]] refusal server_error();

/// Which exchange a refusal belongs to, and when it was.
struct refusal_moment {
    guid trace{};
    guid correlation{};
    system_time now{};
};

[[nodiscard]] std::string to_body(const refusal& problem, const refusal_moment& moment);

}  // namespace partner_center::oauth
