// Requests to a token authority, and what becomes of its answers. Ends up calling a transport.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/src/token_keeper.hpp"
#include <partner_center/clouds.hpp>
#include <partner_center/credential.hpp>
#include <partner_center/http.hpp>

namespace partner_center::detail {

/// The parameters of a form, in order.
using parameters = std::vector<http::field>;

/// The parameters that prove an application to whoever answers at that address.
using client_proof = std::function<outcome<parameters>(const std::string& token_url)>;

/// An application and the authority that it asks. Source: wire contract, section 5.2.
struct authority_client {
    std::string authority{};  ///< no slash at its end
    std::string audience{};
    std::string tenant{};
    std::string client_id{};
    token_endpoint endpoint{};
    exchange_limits limits{};
    std::shared_ptr<const partner_center::transport> transport{};
    client_proof prove{};

    [[nodiscard]] bool is_v1() const { return endpoint == token_endpoint::v1; }
};

/// Proves with the application's secret, or not at all when it has none: a public application.
[[nodiscard]] authority_client make_authority_client(
    const cloud& where, const application& who, const authority_options& options
);

/// A cache's file for the tokens of this client in that role ("user").
[[nodiscard]] token_file make_token_file(
    const token_cache_options& where, const authority_client& client, std::string_view role
);

/// The address of what an authority offers: "token", "devicecode", "authorize". Fails with
/// bad_input when nothing may be sent there.
[[nodiscard]] outcome<std::string> endpoint_url(
    const authority_client& client, std::string_view name
);

[[nodiscard]] std::string form(const parameters& values);

/// What a token is for: all that the application may do, or what the person lets it do.
[[nodiscard]] parameters application_scope(const authority_client& client);
[[nodiscard]] parameters user_scope(const authority_client& client);

/// Posts a form with the client's id and proof after its first parameter.
void post(
    const authority_client& client, std::string_view name, parameters form, answer_handler done
);

/// The authority's refusal as an error: `code` is OAuth's word ("invalid_grant").
[[nodiscard]] error refusal_of(const http::response& response);

/// Whether asking again may help: no answer, or one that is not about what was asked.
[[nodiscard]] bool is_outage(const error& problem);

/// Asks the token endpoint.
void ask_for_grant(const authority_client& client, parameters form, grant_handler done);

/// Asks with the refresh token of a person's sign-in.
void refresh(const authority_client& client, const std::string& refresh_token, grant_handler done);

/// Asks with the refresh token. Without one, or when the authority refuses it, signs in instead.
void refresh_or_sign_in(
    const authority_client& client,
    const std::string& refresh_token,
    grant_handler done,
    std::function<void(grant_handler)> sign_in
);

}  // namespace partner_center::detail
