// The tests' application and client. Calls server.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/test_client.hpp"

#include <array>
#include <charconv>
#include <future>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace partner_center::http::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

unsigned received::status() const {
    unsigned number{};
    std::from_chars(head.data() + std::string_view{"HTTP/1.1 "}.size(), &head.back(), number);
    return number;
}

bool received::has(std::string_view line) const {
    return head.find("\r\n" + std::string{line} + "\r\n") != std::string::npos;
}

client::client(unsigned short port) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    constexpr ::timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

void client::send(std::string_view bytes) {
    boost::system::error_code closed;  // the server may have refused us already; the answer tells
    asio::write(socket_, asio::buffer(bytes), closed);
}

received client::receive() {
    received answer = receive_head();
    constexpr std::string_view name = "\r\nContent-Length: ";
    const std::size_t at = answer.head.find(name);
    std::size_t bytes{};
    if (at != std::string::npos) {
        std::from_chars(answer.head.data() + at + name.size(), &answer.head.back(), bytes);
    }
    while (pending_.size() < bytes) fill();
    answer.body = pending_.substr(0, bytes);
    pending_.erase(0, bytes);
    return answer;
}

received client::receive_head() {
    constexpr std::string_view end_mark = "\r\n\r\n";
    while (pending_.find(end_mark) == std::string::npos) fill();
    const std::size_t end = pending_.find(end_mark) + end_mark.size();
    received answer{.head = pending_.substr(0, end)};
    pending_.erase(0, end);
    return answer;
}

std::string client::receive_rest() {
    std::array<char, 65536> piece{};
    for (;;) {
        const ::ssize_t bytes = ::recv(socket_.native_handle(), piece.data(), piece.size(), 0);
        if (bytes < 0) throw std::runtime_error{"the connection was reset or hangs"};
        if (bytes == 0) return std::exchange(pending_, {});
        pending_.append(piece.data(), static_cast<std::size_t>(bytes));
    }
}

void client::receive_into(std::span<char> place) {
    asio::read(socket_, asio::buffer(place.data(), place.size()));
}

void client::half_close() {
    socket_.shutdown(tcp::socket::shutdown_send);
}

void client::close() {
    socket_.close();
}

void client::fill() {
    std::array<char, 65536> piece{};
    const ::ssize_t bytes = ::recv(socket_.native_handle(), piece.data(), piece.size(), 0);
    if (bytes <= 0) throw std::runtime_error{"the connection ended or hangs"};
    pending_.append(piece.data(), static_cast<std::size_t>(bytes));
}

struct echo::gate {
    std::promise<void> held{};
    asio::io_context* context{};
    asio::steady_timer* opened{};
};

std::shared_ptr<echo::gate> echo::make_gate() {
    return std::make_shared<gate>();
}

application echo::operator()(asio::io_context& context) {
    gate_->context = &context;
    return {
        .respond = [this, &context](
                       const request_view& request, answer& reply
                   ) { return respond(context, request, reply); },
        .refuse =
            [](const fault& problem, const request_view& request, answer& reply) {
                reply.status = row_of(problem.kind).status;
                reply.content_type = "text/plain";
                if (!request.method.empty()) {
                    reply.body.append(request.method).append(" ").append(request.target);
                    reply.body += ' ' + std::to_string(request.fields.size()) + ": ";
                }
                reply.body += problem.description;
            },
    };
}

awaitable<void> echo::respond(
    asio::io_context& context, const request_view& request, answer& reply
) {
    if (request.target == "/slow") {
        co_await asio::post(context, asio::use_awaitable);
        co_await asio::post(context, asio::use_awaitable);
    }
    if (request.target == "/hold") {
        asio::steady_timer opened{context, asio::steady_timer::time_point::max()};
        gate_->opened = &opened;
        gate_->held.set_value();
        boost::system::error_code ignored;
        auto token = asio::redirect_error(asio::use_awaitable, ignored);
        co_await opened.async_wait(token);
    }
    if (request.target == "/throw") throw std::runtime_error{"a bug"};
    reply.status = request.target == "/empty" ? 204 : 200;
    reply.close = request.target == "/close";
    if (reply.status == 204) co_return;
    reply.content_type = "text/plain";
    reply.add("X-Fields", "yes");
    if (request.target == "/large") reply.body.assign(1U << 20U, 'x');
    reply.body.append(request.method).append(" ").append(request.target).append(" |");
    reply.body.append(request.body);
}

void echo::wait_until_held() {
    gate_->held.get_future().wait();
}

void echo::release() {
    asio::post(*gate_->context, [gate = gate_] { gate->opened->cancel(); });
}

running::running(const server_options& options)
    : server{options, [this](asio::io_context& context) { return app(context); }} {
    server.start();
}

}  // namespace partner_center::http::testing
