// The Authorization header of a request. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <partner_center/http.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

/// The token that a request presents, unverified: a view into the request. Fails with missing_token
/// (no header, another scheme, nothing after the scheme) or bad_token (several headers). Tokens in
/// the query, the body or a cookie are none. Source: wire contract, sections 3.1 and 4.2.
[[nodiscard]] result<std::string_view> bearer_token(const http::request_view& request);

}  // namespace partner_center
