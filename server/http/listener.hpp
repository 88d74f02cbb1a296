// Listening sockets. Calls the operating system, through Asio.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace partner_center::http {

using listener = boost::asio::
    basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// Listens where nobody else does, not even another process of ours. Throws listen_error.
[[nodiscard]] listener listen_alone(
    boost::asio::io_context& context, const std::string& host, unsigned short port
);

/// Listens beside `first`, sharing its port: the kernel spreads the connections. Throws
/// listen_error.
[[nodiscard]] listener listen_beside(boost::asio::io_context& context, listener& first);

}  // namespace partner_center::http
