// The embedded, Entra-compatible token authority: token endpoints v1 and v2, discovery, keys.
// Calls token.cpp, secret_hasher.cpp and the store's directory.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "server/identity/secret_hasher.hpp"
#include "server/identity/token.hpp"
#include <partner_center/http.hpp>

namespace partner_center {

/// One per reactor. Source: wire contract, sections 5.2, 5.3, 5.6 and 10.14.
class authority {
public:
    authority(
        const signing_key& key,
        const token_policy& policy,
        directory& directory,
        secret_hasher& hasher
    );

    /// True when the path (of the request target, without its query) is one of the authority's.
    [[nodiscard]] static bool owns(std::string_view path);

    /// Answers a request whose path it owns. Sets status, content type, body and its own header
    /// fields; the caller adds the ids. Gives the name of the endpoint, for the log.
    [[nodiscard]] awaitable<std::string_view> respond(
        const http::request_view& request, http::answer& answer, system_time now
    );

private:
    const signing_key& key_;
    const token_policy& policy_;
    directory& directory_;
    secret_hasher& hasher_;
};

}  // namespace partner_center
