// A listener and its reactors: one thread, one io_context, one SO_REUSEPORT socket each.
// Ends up calling session.hpp for every connection and, through it, the application.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "server/http/application.hpp"
#include "server/http/connection_meter.hpp"
#include "server/http/limits.hpp"
#include "server/http/tls_context.hpp"

namespace boost::asio {
class io_context;
}

namespace partner_center::http {

struct server_options {
    std::string host{"127.0.0.1"};  ///< an address, or a name that resolves to one; [::1] for IPv6
    unsigned short port{};          ///< 0 picks a free one
    unsigned reactors{1};
    std::size_t connections_max{limits::connections_max};  ///< of all reactors together
    /// Of one reactor: how many at once are told that there are too many; the next is just closed.
    std::size_t turned_away_max{limits::turned_away_max};
    tls_context tls{};  ///< null: plain HTTP
    timeouts times{};
};

/// The address cannot be listened on; the text names the address and the reason.
class listen_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Owns its threads. start() and stop() once each, from one thread.
class server {
public:
    /// Binds and listens (so that the port is known), accepts nothing yet. `make_application` is
    /// called once per reactor, here, with the io_context that will run it. Throws listen_error.
    server(
        const server_options& options,
        const std::function<application(boost::asio::io_context&)>& make_application
    );
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    [[nodiscard]] unsigned short port() const;
    /// Thread-safe.
    [[nodiscard]] connection_counts connections() const;

    void start();

    /// From now on new connections get this certificate; open ones keep theirs. Thread-safe.
    /// REQUIRES: the server began with a certificate, and `certificate` is not null.
    void use_certificate(const tls_context& certificate);

    /// Stops accepting, closes idle connections, lets what is in flight finish (at most `grace`),
    /// then ends the threads. Returns when they have ended.
    void stop(std::chrono::milliseconds grace);

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace partner_center::http
