// The authority's refusals as data, and their JSON. Calls the codec.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/refusal.hpp"

#include <vector>

#include <fmt/chrono.h>

#include <partner_center/json.hpp>

namespace partner_center::oauth {

/// Source: wire contract, section 10.14.
struct refusal_body {
    static constexpr auto wire_case = letter_case::snake;

    std::string error{};
    std::string error_description{};
    std::vector<int> error_codes{};
    std::string timestamp{};
    guid trace_id{};
    guid correlation_id{};
};
BOOST_DESCRIBE_STRUCT(
    refusal_body, (), (error, error_description, error_codes, timestamp, trace_id, correlation_id)
)

refusal malformed(std::string description) {
    return {400, "invalid_request", 9002313, std::move(description)};
}

refusal missing_parameter(std::string_view name) {
    return {
        400,
        "invalid_request",
        900144,
        "the request must contain the parameter '" + std::string{name} + "'."};
}

refusal method_not_allowed(std::string_view allowed) {
    return {
        405, "invalid_request", 900561, "this address answers " + std::string{allowed} + " only."};
}

refusal unsupported_grant() {
    return {
        400,
        "unsupported_grant_type",
        70003,
        "this grant type is not supported; users sign in with the authorization code grant."};
}

refusal unknown_tenant(std::string_view error) {
    return {400, error, 90002, "no tenant has this id or domain."};
}

refusal unknown_resource(std::string_view error) {
    return {400, error, 500011, "the requested resource is not known in this tenant."};
}

refusal scope_without_default() {
    return {
        400,
        "invalid_scope",
        70011,
        "the scope must be one resource followed by '/.default' for this grant type."};
}

refusal no_client_proof() {
    return {
        401,
        "invalid_client",
        7000218,
        "the request must contain the parameter 'client_secret' or 'client_assertion', or HTTP "
        "Basic credentials."};
}

refusal wrong_secret() {
    return {401, "invalid_client", 7000215, "the client secret presented is not valid."};
}

refusal wrong_assertion() {
    return {401, "invalid_client", 700027, "the client assertion presented is not valid."};
}

refusal certificate_expired() {
    return {
        401,
        "invalid_client",
        700030,
        "the certificate that signed the client assertion has expired or is not valid yet."};
}

refusal assertion_out_of_time() {
    return {
        401,
        "invalid_client",
        700024,
        "the client assertion has expired, is not valid yet, or is valid for more than a day; "
        "check the client's clock."};
}

refusal assertion_for_another() {
    return {
        401,
        "invalid_client",
        700023,
        "the client assertion's 'aud' must be this tenant's token endpoint or issuer."};
}

refusal authorization_pending() {
    return {400, "authorization_pending", 70016, "the person has not decided yet; poll again."};
}

refusal polled_too_fast() {
    return {
        400,
        "slow_down",
        50196,
        "the poll came too soon; wait 5 seconds longer between polls from now on."};
}

refusal device_code_expired() {
    return {400, "expired_token", 70019, "the device code has expired; begin anew."};
}

refusal authorization_declined() {
    return {400, "authorization_declined", 65004, "the person has denied the request."};
}

refusal wrong_device_code() {
    return {
        400,
        "invalid_grant",
        70018,
        "the device code is not known, was redeemed before, or is another client's."};
}

refusal application_of_another_tenant() {
    return {
        400,
        "unauthorized_client",
        700016,
        "the application does not exist in the requested tenant."};
}

refusal public_client_with_secret() {
    return {
        401,
        "invalid_client",
        700025,
        "the client is public: it must send neither 'client_secret' nor 'client_assertion'."};
}

refusal unknown_client() {
    return {
        400,
        "unauthorized_client",
        700016,
        "no application with this 'client_id' may be signed in to in this tenant."};
}

refusal unknown_redirect_uri() {
    return {
        400,
        "invalid_request",
        50011,
        "the 'redirect_uri' is not one of those that are registered for the application."};
}

refusal unsupported_response_type() {
    return {
        400,
        "unsupported_response_type",
        700054,
        "the 'response_type' must be 'code', 'id_token' or 'code id_token'."};
}

refusal sign_in_required() {
    return {
        400,
        "login_required",
        50058,
        "the user has to sign in, which 'prompt=none' does not allow."};
}

refusal sign_in_cancelled() {
    return {400, "access_denied", 65004, "the user cancelled the sign-in."};
}

refusal unsupported_scope() {
    return {
        400,
        "invalid_scope",
        70011,
        "the scope must be words of OpenID Connect and, of one resource, '/.default' or "
        "'/user_impersonation'."};
}

refusal bad_grant() {
    return {
        400,
        "invalid_grant",
        70008,
        "the code or refresh token is unknown, expired, revoked, or of another client."};
}

refusal used_grant() {
    return {
        400,
        "invalid_grant",
        54005,
        "the code or refresh token was used before; all that was issued of it is revoked."};
}

refusal other_redirect_uri() {
    return {
        400,
        "invalid_grant",
        500112,
        "the 'redirect_uri' is not the one that the code was asked with."};
}

refusal wrong_verifier() {
    return {
        400,
        "invalid_grant",
        501481,
        "the 'code_verifier' does not match the 'code_challenge' that the code was asked with."};
}

refusal user_may_not() {
    return {400, "invalid_grant", 50057, "the user's account is disabled or gone."};
}

refusal too_many_devices() {
    return {
        429,
        "temporarily_unavailable",
        90055,
        "too many sign-ins on other devices wait for a decision; try again later."};
}

refusal busy() {
    return {
        503,
        "temporarily_unavailable",
        90033,
        "too many requests for tokens wait; try again later."};
}

refusal unavailable() {
    return {
        503,
        "temporarily_unavailable",
        90033,
        "the service is not available at the moment; try again."};
}

refusal server_error() {
    return {500, "server_error", 90033, "unexpected failure; quote the correlation id."};
}

std::string to_body(const refusal& problem, const refusal_moment& moment) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(moment.now);
    return to_json(refusal_body{
        .error = std::string{problem.error},
        .error_description = fmt::format("AADSTS{}: {}", problem.number, problem.description),
        .error_codes = {problem.number},
        .timestamp = fmt::format("{:%Y-%m-%d %H:%M:%S}Z", fmt::gmtime(seconds)),
        .trace_id = moment.trace,
        .correlation_id = moment.correlation,
    });
}

}  // namespace partner_center::oauth
