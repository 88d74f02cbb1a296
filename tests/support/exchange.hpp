// An exchange without a socket: a request of the SDK's form through a dispatcher and back.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "server/api/dispatch.hpp"
#include <partner_center/http.hpp>

namespace partner_center::testing {

/// Answers a request with a dispatcher, as the SDK's transports give answers. On this reactor,
/// which nobody else runs.
[[nodiscard]] inline http::response respond_on(
    boost::asio::io_context& reactor, dispatcher& dispatch, const http::request& request
) {
    std::vector<http::field_view> views;
    for (const http::field& each : request.fields) views.push_back({each.name, each.value});
    const http::request_view view{request.method, request.target, views, request.body};
    http::answer answer;
    auto done =
        boost::asio::co_spawn(reactor, dispatch.respond(view, answer), boost::asio::use_future);
    reactor.restart();
    reactor.run();
    done.get();
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

/// On a reactor of its own.
[[nodiscard]] inline http::response respond(dispatcher& dispatch, const http::request& request) {
    boost::asio::io_context reactor{1};
    return respond_on(reactor, dispatch, request);
}

}  // namespace partner_center::testing
