// One core's share of the server: a thread, an io_context, a listening socket and its sessions.
// Calls session.hpp for every connection.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "server/http/application.hpp"
#include "server/http/connection_meter.hpp"
#include "server/http/listener.hpp"
#include "server/http/server.hpp"
#include "server/http/session_host.hpp"
#include "store/awaitable.hpp"

namespace partner_center::http {

/// Nothing in it is shared with another reactor but the meter, which outlives it. start(), stop()
/// and join() once each, in that order.
class reactor {
public:
    using listener_maker = std::function<listener(boost::asio::io_context&)>;
    using application_maker = std::function<application(boost::asio::io_context&)>;

    /// Throws what `listen` throws.
    reactor(
        const server_options& options,
        connection_meter& meter,
        const listener_maker& listen,
        const application_maker& make_application
    );
    ~reactor();
    reactor(const reactor&) = delete;
    reactor& operator=(const reactor&) = delete;

    [[nodiscard]] listener& listening() { return listener_; }

    void start();
    /// For new connections, soon. Thread-safe.
    void use_certificate(const tls_context& certificate);
    /// Begins to stop; join() waits until that is done, `grace` at most.
    void stop(std::chrono::milliseconds grace);
    void join();

private:
    /// Lets its owner end suspended coroutines while what they refer to still exists.
    struct context : boost::asio::io_context {
        using boost::asio::execution_context::shutdown;
        using boost::asio::io_context::io_context;
    };

    using socket = listener::protocol_type::socket::rebind_executor<listener::executor_type>::other;

    awaitable<void> accept();
    awaitable<void> sweep();
    awaitable<void> end_after(std::chrono::milliseconds grace);
    /// Serves the connection, or turns it away when the house is full.
    void admit(socket accepted);
    void begin_session(socket accepted, admission admitted);
    void begin_stop(std::chrono::milliseconds grace);
    void end_when_done();

    context context_{1};
    listener listener_;
    tls_context tls_{};
    connection_meter& meter_;
    std::size_t connections_max_{};
    std::size_t turned_away_max_{};
    std::size_t turning_away_{};
    std::size_t sessions_{};  ///< with those that are being turned away
    bool accepts_{};
    session_host host_;
    std::thread thread_{};
};

}  // namespace partner_center::http
