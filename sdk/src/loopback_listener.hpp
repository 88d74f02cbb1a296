// Where a browser comes back to after a sign-in: a port on this machine that understands one
// request.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <partner_center/error.hpp>
#include <partner_center/transport.hpp>

namespace partner_center::detail {

/// What the authority sent the browser back with (RFC 6749, section 4.1.2).
struct authorization_answer {
    std::string code{};   ///< empty: there is an error
    std::string error{};  ///< OAuth's word
    std::string error_description{};
};

/// Listens on 127.0.0.1, on a port that the system chooses, from its making to its end.
class loopback_listener {
public:
    /// Throws std::system_error when the system gives no socket.
    loopback_listener();
    ~loopback_listener();
    loopback_listener(const loopback_listener&) = delete;
    loopback_listener& operator=(const loopback_listener&) = delete;

    [[nodiscard]] unsigned short port() const { return port_; }

    /// Waits for the request that has this state, and shows whoever sent it a page that says how it
    /// went. Requests without it, and connections that say nothing, do not hold it up.
    [[nodiscard]] outcome<authorization_answer> wait(
        std::string_view state, const call_bounds& bounds
    );

    /// Ends wait(), now or later, as cancelled. Safe to call from any thread.
    void close();

private:
    int listener_{-1};
    int wakeup_{-1};
    unsigned short port_{};
};

}  // namespace partner_center::detail
