// An exchange without a socket: a request of the SDK's form through a dispatcher and back.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/api/dispatch.hpp"
#include "store/block_on.hpp"
#include <partner_center/http.hpp>

namespace partner_center::testing {

/// Answers a request with a dispatcher, as the SDK's transports give answers.
[[nodiscard]] inline http::response respond(dispatcher& dispatch, const http::request& request) {
    std::vector<http::field_view> views;
    for (const http::field& each : request.fields) views.push_back({each.name, each.value});
    const http::request_view view{request.method, request.target, views, request.body};
    http::answer answer;
    block_on(dispatch.respond(view, answer));
    while (answer.rest && answer.rest(answer.body)) {
    }

    http::response out{.status = answer.status, .body = answer.body};
    if (!answer.content_type.empty()) {
        out.fields.push_back({"Content-Type", std::string{answer.content_type}});
    }
    std::string_view lines = answer.fields;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find("\r\n"));
        const auto colon = line.find(": ");
        out.fields.push_back(
            {std::string{line.substr(0, colon)}, std::string{line.substr(colon + 2)}}
        );
        lines.remove_prefix(line.size() + 2);
    }
    return out;
}

}  // namespace partner_center::testing
