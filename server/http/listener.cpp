// Binds and listens, and says in one sentence why that is not possible. Calls Asio.
// SPDX-License-Identifier: MIT
#include "server/http/listener.hpp"

#include <cctype>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>

#include "server/http/server.hpp"

namespace partner_center::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
using share_port = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

[[nodiscard]] listen_error cannot_listen(const std::string& address, const error_code& failed) {
    std::string reason = failed.message();
    if (!reason.empty()) {
        reason.front() =
            static_cast<char>(std::tolower(static_cast<unsigned char>(reason.front())));
    }
    return listen_error{"cannot listen on " + address + ": " + reason};
}

/// What to look up. "[::1]" is how an IPv6 address is written beside a port; "localhost" is a
/// loopback address by RFC 6761, also where no file or name server says so.
[[nodiscard]] std::string_view name_of(std::string_view host) {
    if (host == "localhost") return "127.0.0.1";
    const bool has_brackets = host.starts_with('[') && host.ends_with(']');
    return has_brackets ? host.substr(1, host.size() - 2) : host;
}

/// Accepted sockets inherit no_delay: one system call per listener instead of one per connection.
void listen(listener& made, const tcp::endpoint& endpoint, bool shared, error_code& failed) {
    made.open(endpoint.protocol(), failed);
    if (!failed) made.set_option(boost::asio::socket_base::reuse_address{true}, failed);
    if (!failed && shared) made.set_option(share_port{true}, failed);
    if (!failed) made.bind(endpoint, failed);
    if (!failed) made.set_option(tcp::no_delay{true}, failed);
    if (!failed) made.listen(boost::asio::socket_base::max_listen_connections, failed);
}

}  // namespace

listener listen_alone(
    boost::asio::io_context& context, const std::string& host, unsigned short port
) {
    const std::string address = host + ':' + std::to_string(port);
    error_code failed;
    tcp::resolver resolver{context};
    const auto found = resolver.resolve(
        name_of(host), std::to_string(port), tcp::resolver::numeric_service, failed
    );
    if (failed) throw cannot_listen(address, failed);

    for (const auto& entry : found) {
        listener made{context};
        listen(made, entry.endpoint(), false, failed);
        // Only now may others share the port: between bind and listen, a second server that is
        // starting at the same time would get it too.
        if (!failed) made.set_option(share_port{true}, failed);
        if (!failed) return made;
        // A name may stand for an address that this machine does not have; a taken port is final.
        if (failed == boost::asio::error::address_in_use) break;
    }
    throw cannot_listen(address, failed);
}

listener listen_beside(boost::asio::io_context& context, listener& first) {
    error_code failed;
    const tcp::endpoint endpoint = first.local_endpoint();
    listener made{context};
    listen(made, endpoint, true, failed);
    if (failed) {
        const std::string address = endpoint.address().to_string();
        throw cannot_listen(address + ':' + std::to_string(endpoint.port()), failed);
    }
    return made;
}

}  // namespace partner_center::http
