// The embedded, Entra-compatible token authority: sign-in, token endpoints v1 and v2, discovery,
// keys.
// Calls token.cpp, secret_hasher.cpp and the store's directory.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "server/identity/secret_hasher.hpp"
#include "server/identity/token.hpp"
#include "store/proofs.hpp"
#include <partner_center/http.hpp>

namespace partner_center {

namespace oauth {
struct endpoint;
}

/// One of the authority's addresses, and the tenant as the path names it.
struct authority_route {
    const oauth::endpoint* endpoint{};
    std::string_view tenant{};
    std::size_t index{};  ///< of the endpoint's name in authority::endpoint_names()
};

/// The ids of the exchange, which a refusal repeats: whoever quotes one can be found in the log.
struct exchange_ids {
    guid request{};
    guid correlation{};
};

/// What came of a request, for the log.
struct authority_outcome {
    std::string_view error{};  ///< OAuth's word, a constant; empty: none
    std::optional<guid> partner_id{};
    std::optional<guid> application_id{};
};

/// One per reactor. Source: wire contract, sections 5.2, 5.3, 5.6 and 10.14.
class authority {
public:
    authority(
        reactor_keys& keys,
        const token_policy& policy,
        directory& directory,
        proofs& proofs,
        secret_hasher& hasher
    );
    /// Comparisons that still run for its callers are passed back to their executor first.
    ~authority();
    authority(const authority&) = delete;
    authority& operator=(const authority&) = delete;

    /// What the log and the metrics call each address.
    [[nodiscard]] static std::span<const std::string_view> endpoint_names();

    /// The address that a path (of a request target, without its query) is, if it is one of ours.
    [[nodiscard]] static std::optional<authority_route> find(std::string_view path);

    /// Answers a request for that address. Sets status, content type, body and its own header
    /// fields. `request` and `route` outlive the call.
    [[nodiscard]] awaitable<authority_outcome> respond(
        const authority_route& route,
        const http::request_view& request,
        http::answer& answer,
        exchange_ids ids,
        system_time now
    );

    /// Answers for respond() when that has thrown: 503 when `store_is_down`, else 500, in OAuth's
    /// form or on a page, and without a detail.
    static void fail(
        const authority_route& route,
        bool store_is_down,
        const http::request_view& request,
        http::answer& answer,
        exchange_ids ids,
        system_time now
    );

    /// Whether it answers at all: its addresses are nobody's otherwise.
    [[nodiscard]] bool is_on() const { return policy_.has_authority; }

    /// Where clients find this server, without a trailing slash.
    [[nodiscard]] const std::string& public_url() const { return policy_.public_url; }

private:
    reactor_keys& keys_;
    const token_policy& policy_;
    directory& directory_;
    proofs& proofs_;
    secret_hasher& hasher_;
};

}  // namespace partner_center
