// Checks authorization requests. Calls form.cpp, scopes.cpp, tenant.cpp and the store's directory.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/authorization_request.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "server/identity/authority/scopes.hpp"
#include "server/identity/authority/tenant.hpp"
#include "server/identity/base64url.hpp"

namespace partner_center::oauth {
namespace {

constexpr std::array<std::string_view, 3> response_modes{"query", "fragment", "form_post"};

/// "http://127.0.0.1:1234/x" without its port; empty when it is no such address or has none.
[[nodiscard]] std::string without_port(std::string_view uri) {
    for (const std::string_view host : {"http://localhost", "http://127.0.0.1", "http://[::1]"}) {
        if (!uri.starts_with(host) || uri.substr(host.size(), 1) != ":") continue;
        const std::string_view behind = uri.substr(host.size() + 1);
        const auto digits = std::min(behind.find_first_not_of("0123456789"), behind.size());
        const bool is_port = digits >= 1 && digits <= 5;
        if (is_port) return std::string{host}.append(behind.substr(digits));
    }
    return {};
}

/// The response types, in any order.
[[nodiscard]] bool read_response_type(std::string_view text, authorization_request& request) {
    request.wants_code = has_word(text, "code");
    request.wants_id_token = has_word(text, "id_token");
    return text == "code" || text == "id_token" || text == "code id_token" ||
           text == "id_token code";
}

/// In the query, where servers of the application and proxies log it, goes a code alone.
[[nodiscard]] bool read_response_mode(std::string_view text, authorization_request& request) {
    request.response_mode = request.wants_id_token ? "fragment" : "query";
    if (text.empty()) return true;
    const bool known = std::ranges::find(response_modes, text) != response_modes.end();
    if (!known || (text == "query" && request.wants_id_token)) return false;
    request.response_mode = text;
    return true;
}

[[nodiscard]] std::optional<refusal> read_challenge(
    const form& parameters, bool is_public, authorization_request& request
) {
    const std::string_view challenge = parameters.find("code_challenge");
    const std::string_view method = parameters.find("code_challenge_method");
    if (challenge.empty() && method.empty()) {
        if (is_public && request.wants_code) return missing_parameter("code_challenge");
        return {};
    }
    if (method != "S256") return malformed("the 'code_challenge_method' must be S256.");
    const auto digest = from_base64url(challenge);
    if (!digest || digest->size() != 32) {
        return malformed("the 'code_challenge' must be the base64url of a SHA-256.");
    }
    request.code_challenge = challenge;
    return {};
}

[[nodiscard]] std::optional<refusal> read_target(
    const form& parameters, version form, const token_policy& policy, authorization_request& request
) {
    const std::string_view scopes = parameters.find("scope");
    if (form == version::v1) {
        // Version 1.0 gives all of this with each sign-in, and asks for the resource at either end.
        request.scopes = "openid profile offline_access";
        request.any_resource = true;
        request.resource = parameters.find("resource");
        if (!request.resource.empty() && !is_known_resource(request.resource, policy)) {
            return unknown_resource("invalid_resource");
        }
        return {};
    }
    if (scopes.empty()) return missing_parameter("scope");
    auto resource = resource_of(scopes, policy);
    if (!resource) return resource.error();
    if (request.wants_id_token && !has_word(scopes, "openid")) {
        return malformed("an id token needs the scope 'openid'.");
    }
    request.resource = *std::move(resource);
    request.scopes = scopes;
    return {};
}

}  // namespace

bool is_registered(const application_record& application, std::string_view uri) {
    const std::string any_port = without_port(uri);
    return std::ranges::any_of(application.redirect_uris, [&](const std::string& each) {
        return each == uri || (!any_port.empty() && each == any_port);
    });
}

awaitable<result<known_client, refusal>> find_client(
    const exchange& x, const form& parameters, version form
) {
    const std::string_view name = parameters.find("client_id");
    if (name.empty()) co_return missing_parameter("client_id");
    const auto tenant = co_await find_tenant(x.directory, x.tenant);
    if (!tenant) co_return unknown_tenant("invalid_tenant");
    auto application = co_await x.directory.find_application(parse_guid(name).value_or(guid{}));
    if (!application || application->disabled) co_return unknown_client();
    auto partner = co_await x.directory.find_partner(application->partner_id);
    const bool is_here = !tenant->partner || tenant->partner->id == application->partner_id;
    if (!partner || partner->disabled || !is_here) co_return unknown_client();
    x.outcome.application_id = application->id;
    x.outcome.partner_id = partner->id;

    const std::string_view uri = parameters.find("redirect_uri");
    const bool is_only_one = uri.empty() && application->redirect_uris.size() == 1;
    if (uri.empty() && !is_only_one) co_return missing_parameter("redirect_uri");
    if (!uri.empty() && !is_registered(*application, uri)) co_return unknown_redirect_uri();
    authorization_request request{
        .version = form == version::v1 ? "1.0" : "2.0",
        .application_id = application->id,
        .redirect_uri = is_only_one ? application->redirect_uris.front() : std::string{uri},
        .asked_redirect_uri = std::string{uri},
        .state = std::string{parameters.find("state")},
    };
    proven_client client{form, *std::move(application), *std::move(partner)};
    co_return known_client{.client = std::move(client), .request = std::move(request)};
}

std::optional<refusal> read_rest(
    const form& parameters, const token_policy& policy, known_client& asked
) {
    authorization_request& request = asked.request;
    const std::string_view type = parameters.find("response_type");
    const bool type_is_good = read_response_type(type, request);
    const bool mode_is_good = read_response_mode(parameters.find("response_mode"), request);
    if (type.empty()) return missing_parameter("response_type");
    if (!type_is_good) return unsupported_response_type();
    if (!mode_is_good) return malformed("the 'response_mode' does not fit the 'response_type'.");
    for (const std::string_view name : {"request", "request_uri"}) {
        if (!parameters.find(name).empty()) {
            return malformed("requests as objects or by reference are not supported.");
        }
    }
    request.nonce = parameters.find("nonce");
    if (request.wants_id_token && request.nonce.empty()) return missing_parameter("nonce");
    const bool is_public = asked.client.application.is_public;
    if (auto problem = read_challenge(parameters, is_public, request)) return problem;
    return read_target(parameters, asked.client.form, policy, request);
}

content answer_application(
    const exchange& x, const authorization_request& request, response_parameters parameters
) {
    if (!request.state.empty()) parameters.emplace_back("state", request.state);
    if (request.response_mode == "form_post") {
        return posting_page(request.redirect_uri, parameters);
    }
    const char mark = request.response_mode == "fragment" ? '#' : '?';
    return redirect(x, request.redirect_uri, mark, parameters);
}

content refuse_to_application(
    const exchange& x, const authorization_request& request, const refusal& problem
) {
    x.outcome.error = problem.error;
    response_parameters parameters{
        {"error", std::string{problem.error}},
        {"error_description", fmt::format("AADSTS{}: {}", problem.number, problem.description)}};
    return answer_application(x, request, std::move(parameters));
}

}  // namespace partner_center::oauth
