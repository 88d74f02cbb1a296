// The authority's table of endpoints and what all its answers have in common. Calls the endpoints
// in token_endpoint.cpp and discovery.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/authority.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include "server/identity/authority/endpoints.hpp"
#include "server/identity/authority/form.hpp"
#include "server/identity/random.hpp"
#include <partner_center/operation.hpp>

namespace partner_center {
namespace {

/// An address of the authority: one method each.
struct endpoint {
    std::string_view name{};  ///< for the log
    std::string_view method{};
    std::string_view shape{};
    awaitable<oauth::reply> (*answer)(const oauth::exchange&){};
};

constexpr std::array<endpoint, 7> endpoints{{
    {"token_v1", "POST", "/{tenant}/oauth2/token", oauth::issue_token_v1},
    {"token_v2", "POST", "/{tenant}/oauth2/v2.0/token", oauth::issue_token_v2},
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

/// An endpoint and the tenant that the path names.
struct matched {
    const endpoint* what{};
    std::string_view tenant{};
};

[[nodiscard]] std::optional<matched> find_endpoint(std::string_view path) {
    std::string_view rest = path;
    if (equals_ignoring_case(next_collapsed(rest), "v1")) return {};  // the API, never a tenant
    for (const endpoint& each : endpoints) {
        if (const auto tenant = match(each.shape, path)) return matched{&each, *tenant};
    }
    return {};
}

[[nodiscard]] std::optional<guid> client_request_id(const http::request_view& request) {
    return parse_guid(request.find("client-request-id").value_or(""));
}

void add_common_fields(const http::request_view& request, http::answer& answer) {
    answer.content_type = "application/json; charset=utf-8";
    answer.add("Cache-Control", "no-store, no-cache");
    answer.add("Pragma", "no-cache");
    answer.add("Expires", "-1");
    const bool wants_id =
        equals_ignoring_case(request.find("return-client-request-id").value_or(""), "true");
    const auto id = client_request_id(request);
    if (wants_id && id) answer.add("client-request-id", to_string(*id));
}

void refuse(
    const oauth::refusal& problem,
    const http::request_view& request,
    http::answer& answer,
    system_time now
) {
    answer.status = problem.status;
    const guid trace = random_guid();
    const auto correlation = client_request_id(request);
    answer.body = oauth::to_body(problem, {trace, correlation.value_or(random_guid())}, now);
    const bool used_basic = oauth::is_basic(request.find("Authorization").value_or(""));
    if (problem.status == 401 && used_basic) {
        answer.add("WWW-Authenticate", R"(Basic realm="partnerd")");
    }
    if (problem.status == 503) answer.add("Retry-After", "2");
}

}  // namespace

authority::authority(
    const signing_key& key, const token_policy& policy, directory& directory, secret_hasher& hasher
)
    : key_{key}, policy_{policy}, directory_{directory}, hasher_{hasher} {}

bool authority::owns(std::string_view path) {
    return find_endpoint(path).has_value();
}

awaitable<std::string_view> authority::respond(
    const http::request_view& request, http::answer& answer, system_time now
) {
    const std::string_view target = request.target;
    const auto query_start = std::min(target.find('?'), target.size());
    const auto found = find_endpoint(target.substr(0, query_start));
    if (!found) throw std::logic_error{"the authority was asked for a path that it does not own"};

    add_common_fields(request, answer);
    if (request.method != found->what->method) {
        answer.add("Allow", found->what->method);
        refuse(oauth::method_not_allowed(found->what->method), request, answer, now);
        co_return found->what->name;
    }
    const oauth::exchange exchange{
        .request = request,
        .tenant = found->tenant,
        .query = target.substr(std::min(query_start + 1, target.size())),
        .now = now,
        .key = key_,
        .policy = policy_,
        .directory = directory_,
        .hasher = hasher_,
    };
    auto reply = co_await found->what->answer(exchange);
    if (reply) {
        answer.status = 200;
        answer.body = *std::move(reply);
    } else {
        refuse(reply.error(), request, answer, now);
    }
    co_return found->what->name;
}

}  // namespace partner_center
