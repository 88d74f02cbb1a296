// Asks Linux. A file of its own: <linux/tcp.h>, which alone has the count, and the header that Asio
// includes both define tcp_info.
// SPDX-License-Identifier: MIT
#include "server/http/acknowledged.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <linux/tcp.h>

namespace partner_center::http {

std::uint64_t acknowledged_bytes(int socket) noexcept {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
    return info.tcpi_bytes_acked;
}

}  // namespace partner_center::http
