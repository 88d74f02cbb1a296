// Forms to an authority and its answers. Calls a transport and the contract's codec.
// SPDX-License-Identifier: MIT
#include "sdk/src/token_request.hpp"

#include <cstdint>
#include <iterator>
#include <utility>

#include <boost/describe/class.hpp>

#include "sdk/src/answer_error.hpp"
#include "sdk/src/url.hpp"
#include <partner_center/curl_transport.hpp>
#include <partner_center/json.hpp>

namespace partner_center::detail {

/// The authority's answer, good or bad; lifetimes come as numbers (v2) or texts (v1).
/// Source: wire contract, section 5.2.
struct token_answer {
    static constexpr auto wire_case = letter_case::snake;
    std::string access_token{};
    std::int64_t expires_in{-1};  ///< seconds
    std::string refresh_token{};
    std::string error{};
    std::string error_description{};
};
BOOST_DESCRIBE_STRUCT(
    token_answer, (), (access_token, expires_in, refresh_token, error, error_description)
)

namespace {

[[nodiscard]] client_proof by_secret(const std::string& secret) {
    return [secret](const std::string&) -> outcome<parameters> {
        if (secret.empty()) return parameters{};
        return parameters{{"client_secret", secret}};
    };
}

[[nodiscard]] outcome<token_grant> grant_of(const outcome<http::response>& response) {
    if (!response) {
        error problem = response.error();
        problem.description = "no token could be asked for: " + problem.description;
        return problem;
    }
    if (response->status != 200) return refusal_of(*response);
    auto answer = from_json<token_answer>(response->body, json_reading::response);
    if (answer && !answer->access_token.empty() && answer->expires_in >= 0) {
        return token_grant{
            .access_token = std::move(answer->access_token),
            .lifetime = std::chrono::seconds{answer->expires_in},
            .refresh_token = std::move(answer->refresh_token),
        };
    }
    return error{
        .category = error_category::response_parsing,
        .http_status = response->status,
        .description = "the token authority's answer holds no token and lifetime",
    };
}

[[nodiscard]] outcome<outgoing_request> form_request(
    const authority_client& client, std::string_view name, parameters values
) {
    const outcome<std::string> url = endpoint_url(client, name);
    if (!url) return url.error();
    auto proof = client.prove(*url);
    if (!proof) return proof.error();
    proof->insert(proof->begin(), {"client_id", client.client_id});
    values.insert(
        values.begin() + 1,
        std::make_move_iterator(proof->begin()),
        std::make_move_iterator(proof->end())
    );
    return outgoing_request{
        .base_url = client.authority,
        .request{
            .method = "POST",
            .target = url->substr(client.authority.size()),
            .fields{
                {"Accept", "application/json"},
                {"Content-Type", "application/x-www-form-urlencoded"},
            },
            .body = form(values),
        },
        .limits = client.limits,
    };
}

}  // namespace

authority_client make_authority_client(
    const cloud& where, const application& who, const authority_options& options
) {
    authority_client client{
        .authority = std::string{where.authority},
        .audience = std::string{where.audience},
        .tenant = who.tenant,
        .client_id = who.client_id,
        .endpoint = options.endpoint,
        .limits = options.limits,
        .transport = options.transport ? options.transport : make_curl_transport({}),
        .prove = by_secret(who.client_secret),
    };
    while (client.authority.ends_with('/')) client.authority.pop_back();
    return client;
}

token_file make_token_file(
    const token_cache_options& where, const authority_client& client, std::string_view role
) {
    std::string owner = client.authority + '/' + client.tenant + ' ' + client.client_id + ' ' +
                        client.audience + ' ';
    return token_file{where, owner.append(role)};
}

outcome<std::string> endpoint_url(const authority_client& client, std::string_view name) {
    if (auto refusal = refuse_base_url(client.authority)) return *std::move(refusal);
    const outcome<std::string> tenant = path_segment(client.tenant, "the application's tenant");
    if (!tenant) return tenant.error();
    if (client.client_id.empty()) {
        return error{
            .category = error_category::bad_input,
            .description = "the application's client id must not be blank",
        };
    }
    const std::string version = client.is_v1() ? "/oauth2/" : "/oauth2/v2.0/";
    return client.authority + '/' + *tenant + version + std::string{name};
}

std::string form(const parameters& values) {
    std::string out;
    for (const http::field& each : values) {
        if (!out.empty()) out += '&';
        out += each.name + '=' + percent_encode(each.value);
    }
    return out;
}

parameters application_scope(const authority_client& client) {
    if (client.is_v1()) return {{"resource", client.audience}};
    return {{"scope", client.audience + "/.default"}};
}

parameters user_scope(const authority_client& client) {
    if (client.is_v1()) return {{"resource", client.audience}};
    return {{"scope", client.audience + "/user_impersonation offline_access openid profile"}};
}

void post(
    const authority_client& client, std::string_view name, parameters form, answer_handler done
) {
    auto request = form_request(client, name, std::move(form));
    if (!request) return done(request.error());
    const auto transport = client.transport;  // may be gone with the client before this returns
    transport->exchange_async(*std::move(request), std::move(done));
}

error refusal_of(const http::response& response) {
    error problem = error_of(response);
    const auto answer = from_json<token_answer>(response.body, json_reading::response);
    if (answer && !answer->error.empty()) {
        problem.category = error_category::unauthorized;
        problem.code = answer->error;
        problem.description =
            readable(answer->error_description.empty() ? answer->error : answer->error_description);
    }
    problem.description = "the token authority refused: " + problem.description;
    return problem;
}

bool is_outage(const error& problem) {
    const bool is_silent = problem.http_status == 0 &&
                           problem.category != error_category::cancelled &&
                           problem.category != error_category::bad_input;
    return is_silent || problem.http_status == 429 || problem.http_status >= 500;
}

void ask_for_grant(const authority_client& client, parameters form, grant_handler done) {
    post(
        client,
        "token",
        std::move(form),
        [done = std::move(done)](const outcome<http::response>& answer) { done(grant_of(answer)); }
    );
}

void refresh(const authority_client& client, const std::string& refresh_token, grant_handler done) {
    parameters form{{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}};
    for (http::field& each : user_scope(client)) form.push_back(std::move(each));
    ask_for_grant(client, std::move(form), std::move(done));
}

void refresh_or_sign_in(
    const authority_client& client,
    const std::string& refresh_token,
    grant_handler done,
    std::function<void(grant_handler)> sign_in
) {
    if (refresh_token.empty()) return sign_in(std::move(done));
    auto renewed = [done = std::move(done),
                    sign_in = std::move(sign_in)](outcome<token_grant> grant) {
        const bool is_refused = !grant && !grant.error().code.empty() && !is_outage(grant.error());
        if (is_refused) return sign_in(done);
        done(std::move(grant));
    };
    refresh(client, refresh_token, std::move(renewed));
}

}  // namespace partner_center::detail
