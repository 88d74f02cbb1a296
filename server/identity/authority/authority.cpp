// The authority's table of endpoints and what all its answers have in common. Calls the endpoints
// in token_endpoint.cpp, authorize_endpoint.cpp, logout_endpoint.cpp, device_code.cpp,
// device_page.cpp and discovery.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/authority.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "server/identity/authority/browser.hpp"
#include "server/identity/authority/endpoints.hpp"
#include "server/identity/authority/form.hpp"
#include <partner_center/operation.hpp>

namespace partner_center {
namespace {

constexpr std::array<oauth::endpoint, 15> endpoints{{
    {"token_v1", "POST", "/{tenant}/oauth2/token", oauth::issue_token_v1},
    {"token_v2", "POST", "/{tenant}/oauth2/v2.0/token", oauth::issue_token_v2},
    {"authorize_v1", "GET, POST", "/{tenant}/oauth2/authorize", oauth::authorize_v1, true},
    {"authorize_v2", "GET, POST", "/{tenant}/oauth2/v2.0/authorize", oauth::authorize_v2, true},
    {"sign_in", "POST", "/common/oauth2/sign-in", oauth::sign_in, true},
    {"logout_v1", "GET, POST", "/{tenant}/oauth2/logout", oauth::sign_out, true},
    {"logout_v2", "GET, POST", "/{tenant}/oauth2/v2.0/logout", oauth::sign_out, true},
    {"device_code_v1", "POST", "/{tenant}/oauth2/devicecode", oauth::authorize_device_v1},
    {"device_code_v2", "POST", "/{tenant}/oauth2/v2.0/devicecode", oauth::authorize_device_v2},
    {"device_sign_in", "GET, POST", "/{tenant}/oauth2/deviceauth", oauth::decide_for_device, true},
    {"openid_configuration_v1",
     "GET",
     "/{tenant}/.well-known/openid-configuration",
     oauth::describe_provider_v1},
    {"openid_configuration_v2",
     "GET",
     "/{tenant}/v2.0/.well-known/openid-configuration",
     oauth::describe_provider_v2},
    {"keys_v1", "GET", "/{tenant}/discovery/keys", oauth::list_keys},
    {"keys_v2", "GET", "/{tenant}/discovery/v2.0/keys", oauth::list_keys},
    {"instance_discovery", "GET", "/common/discovery/instance", oauth::describe_instance},
}};

/// Like next_segment(), but a run of slashes counts as one.
[[nodiscard]] std::string_view next_collapsed(std::string_view& path) {
    while (path.starts_with('/')) path.remove_prefix(1);
    return next_segment(path);
}

/// The tenant when the path has this shape; empty when the shape has none.
[[nodiscard]] std::optional<std::string_view> match(std::string_view shape, std::string_view path) {
    std::string_view tenant;
    while (!shape.empty()) {
        const std::string_view expected = next_segment(shape);
        const std::string_view actual = next_collapsed(path);
        if (expected == "{tenant}") {
            tenant = actual;
        } else if (!equals_ignoring_case(expected, actual)) {
            return {};
        }
    }
    if (!next_collapsed(path).empty()) return {};
    return tenant;
}

/// The client's own id for the exchange, in its spelling, when it is a GUID.
[[nodiscard]] std::string_view client_request_id(const http::request_view& request) {
    const std::string_view text = request.find("client-request-id").value_or("");
    return parse_guid(text) ? text : std::string_view{};
}

void add_common_fields(const http::request_view& request, http::answer& answer) {
    answer.content_type = "application/json; charset=utf-8";
    answer.add("Cache-Control", "no-store, no-cache");
    answer.add("Pragma", "no-cache");
    answer.add("Expires", "-1");
    const bool wants_id =
        equals_ignoring_case(request.find("return-client-request-id").value_or(""), "true");
    const std::string_view id = client_request_id(request);
    if (wants_id && !id.empty()) answer.add("client-request-id", id);
}

/// Whether a list as Allow has it names the method.
[[nodiscard]] bool is_allowed(std::string_view method, std::string_view list) {
    while (!list.empty()) {
        const std::string_view first = list.substr(0, list.find(", "));
        if (first == method) return true;
        list.remove_prefix(std::min(first.size() + 2, list.size()));
    }
    return false;
}

void put(oauth::content content, http::answer& answer) {
    answer.status = content.status;
    answer.content_type = content.type;
    answer.body = std::move(content.body);
    for (const http::field& each : content.fields) answer.add(each.name, each.value);
}

void refuse(
    const oauth::refusal& problem,
    const oauth::endpoint& endpoint,
    const http::request_view& request,
    http::answer& answer,
    const oauth::refusal_moment& moment
) {
    if (endpoint.for_people) {
        put(oauth::error_page(problem), answer);
    } else {
        answer.status = problem.status;
        answer.body = oauth::to_body(problem, moment);
    }
    const bool used_basic = oauth::is_basic(request.find("Authorization").value_or(""));
    if (problem.status == 401 && used_basic) {
        answer.add("WWW-Authenticate", R"(Basic realm="partnerd")");
    }
    if (problem.status == 503) answer.add("Retry-After", "2");
    if (problem.status == 429) answer.add("Retry-After", "60");
}

}  // namespace

authority::authority(
    reactor_keys& keys,
    const token_policy& policy,
    directory& directory,
    proofs& proofs,
    secret_hasher& hasher
)
    : keys_{keys}, policy_{policy}, directory_{directory}, proofs_{proofs}, hasher_{hasher} {}

authority::~authority() {
    hasher_.wait_until_answered();
}

std::span<const std::string_view> authority::endpoint_names() {
    static constexpr auto names = [] {
        std::array<std::string_view, endpoints.size()> out;
        std::ranges::transform(endpoints, out.begin(), &oauth::endpoint::name);
        return out;
    }();
    return names;
}

std::optional<authority_route> authority::find(std::string_view path) {
    std::string_view rest = path;
    if (equals_ignoring_case(next_collapsed(rest), "v1")) return {};  // the API, never a tenant
    for (std::size_t at = 0; at < endpoints.size(); ++at) {
        const auto tenant = match(endpoints[at].shape, path);
        if (tenant) return authority_route{&endpoints[at], *tenant, at};
    }
    return {};
}

void authority::fail(
    const authority_route& route,
    bool store_is_down,
    const http::request_view& request,
    http::answer& answer,
    exchange_ids ids,
    system_time now
) {
    const guid correlation = parse_guid(client_request_id(request)).value_or(ids.correlation);
    add_common_fields(request, answer);
    const oauth::refusal problem = store_is_down ? oauth::unavailable() : oauth::server_error();
    refuse(problem, *route.endpoint, request, answer, {ids.request, correlation, now});
}

awaitable<authority_outcome> authority::respond(
    const authority_route& route,
    const http::request_view& request,
    http::answer& answer,
    exchange_ids ids,
    system_time now
) {
    authority_outcome outcome;
    const guid correlation = parse_guid(client_request_id(request)).value_or(ids.correlation);
    const oauth::refusal_moment moment{ids.request, correlation, now};
    const std::string_view target = request.target;
    const auto query_start = std::min(target.find('?'), target.size());

    add_common_fields(request, answer);
    if (!is_allowed(request.method, route.endpoint->method)) {
        const auto problem = oauth::method_not_allowed(route.endpoint->method);
        answer.add("Allow", route.endpoint->method);
        outcome.error = problem.error;
        refuse(problem, *route.endpoint, request, answer, moment);
        co_return outcome;
    }
    const auto keys = keys_.ring();  // for as long as this takes
    const oauth::exchange exchange{
        .request = request,
        .tenant = route.tenant,
        .query = target.substr(std::min(query_start + 1, target.size())),
        .now = now,
        .key = keys->signing,
        .keys = *keys,
        .policy = policy_,
        .directory = directory_,
        .proofs = proofs_,
        .hasher = hasher_,
        .outcome = outcome,
    };
    auto reply = co_await route.endpoint->answer(exchange);
    if (reply) {
        put(*std::move(reply), answer);
    } else {
        outcome.error = reply.error().error;
        refuse(reply.error(), *route.endpoint, request, answer, moment);
    }
    co_return outcome;
}

}  // namespace partner_center
