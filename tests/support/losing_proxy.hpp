// A proxy that hands requests on to a server and may lose its answers: what was asked for is done,
// and whoever asked does not learn of it. Calls wire/connection.hpp and the SDK's test server.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "sdk/src/test_server.hpp"
#include "tests/wire/connection.hpp"

namespace partner_center::testing {

class losing_proxy {
public:
    /// Told each request (head and body) when it has been answered; gives what is said in place of
    /// the answer (nothing at all: an empty text), or nothing to hand the answer on. Called by
    /// several threads.
    using loss = std::function<std::optional<std::string>(const std::string& request)>;

    /// In front of the server at that loopback port.
    losing_proxy(std::uint16_t port, loss lose)
        : lose_{std::move(lose)}, server_{[this, port](const std::string& request) {
              return pass(port, request);
          }} {}

    [[nodiscard]] std::string url() const { return server_.url(); }
    [[nodiscard]] int lost() const { return lost_; }

private:
    [[nodiscard]] std::string pass(std::uint16_t port, const std::string& request) {
        wire::connection server{{.port = port}};
        server.send(request, wire::cut::whole);
        const auto answer = server.receive(!request.starts_with("HEAD "));
        if (auto instead = lose_(request)) {
            ++lost_;
            return *std::move(instead);
        }
        return answer ? answer->head + answer->body : std::string{};
    }

    loss lose_;
    std::atomic<int> lost_{};
    tests::test_server server_;
};

}  // namespace partner_center::testing
