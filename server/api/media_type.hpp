// What callers send and take, by their Content-Type and Accept. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <partner_center/http.hpp>

namespace partner_center {

/// True when a body of this request may be read as JSON: no Content-Type, or application/json in
/// UTF-8 or ASCII. Source: wire contract, section 3.1.
[[nodiscard]] bool has_json_content_type(const http::request_view& request);

/// True unless the Accept fields name only other types. Source: wire contract, section 3.1.
[[nodiscard]] bool accepts_json(const http::request_view& request);

}  // namespace partner_center
