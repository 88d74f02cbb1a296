// The tests' HTTP server: one thread accepts, one per connection serves.
// SPDX-License-Identifier: MIT
#include "sdk/src/test_server.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>

#include <unistd.h>

namespace partner_center::tests {
namespace {

[[nodiscard]] sockaddr_in loopback() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// Binds a new socket to a free port and returns both.
[[nodiscard]] std::pair<int, unsigned short> bind_free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback();
    socklen_t size = sizeof address;
    void* const raw = &address;
    if (::bind(socket, static_cast<sockaddr*>(raw), size) != 0 ||
        ::getsockname(socket, static_cast<sockaddr*>(raw), &size) != 0) {
        throw std::runtime_error{"no free port"};
    }
    return {socket, ntohs(address.sin_port)};
}

/// Reads until `request` holds a head and the body that it announces; false when the peer is gone.
[[nodiscard]] bool read_request(int socket, std::string& request) {
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto head_end = request.find("\r\n\r\n");
        if (head_end != std::string::npos) {
            const auto at = request.find("Content-Length: ");
            const std::size_t body_size =
                at < head_end ? std::stoul(request.substr(at + 16)) : std::size_t{0};
            if (request.size() >= head_end + 4 + body_size) return true;
        }
        const auto got = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (got <= 0) return false;
        request.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

test_server::test_server(reply_function reply) : reply_{std::move(reply)} {
    std::tie(listener_, port_) = bind_free_port();
    ::listen(listener_, 64);
    acceptor_ = std::thread{[this] { accept_all(); }};
}

test_server::~test_server() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock{mutex_};
        for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& worker : workers_) worker.join();
    ::close(listener_);
}

std::string test_server::url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

void test_server::accept_all() {
    for (;;) {
        const int socket = ::accept(listener_, nullptr, nullptr);
        if (socket < 0) return;
        ++connections_;
        {
            const std::lock_guard lock{mutex_};
            open_.push_back(socket);
        }
        workers_.emplace_back([this, socket] { serve(socket); });
    }
}

void test_server::serve(int socket) {
    std::string request;
    while (read_request(socket, request)) {
        ++requests_;
        const std::string answer = reply_(request);
        ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
        if (answer.empty() || answer.find("Connection: close") != std::string::npos) break;
        request.clear();
    }
    const std::lock_guard lock{mutex_};
    open_.remove(socket);
    ::close(socket);
}

std::string json_answer(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

std::string closed_url() {
    const auto [socket, port] = bind_free_port();  // bound and given back without ever listening
    ::close(socket);
    return "http://127.0.0.1:" + std::to_string(port);
}

}  // namespace partner_center::tests
