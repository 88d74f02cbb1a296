// The tests' application and client. Calls server.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/test_client.hpp"

#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
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
#include <openssl/err.h>
#include <poll.h>

#include "tests/support/temporary_directory.hpp"

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

std::string name_of_transport(const ::testing::TestParamInfo<transport>& info) {
    return info.param == transport::tls ? "Tls" : "Plain";
}

const dev_certificates& certificates() {
    static const partner_center::testing::temporary_directory directory;
    static const dev_certificates made = [] {
        std::signal(SIGPIPE, SIG_IGN);  // as partnerd does: OpenSSL's sockets raise it
        return keep_dev_certificates(directory.path(), std::chrono::system_clock::now());
    }();
    return made;
}

std::shared_ptr<SSL_CTX> client_context() {
    std::shared_ptr<SSL_CTX> made{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
    SSL_CTX_load_verify_file(made.get(), certificates().authority.c_str());
    SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER, nullptr);
    return made;
}

server_options over(transport chosen, server_options options) {
    if (chosen == transport::tls) {
        options.tls = load_tls_context({certificates().certificate, certificates().key, {}});
    }
    return options;
}

client::client(unsigned short port) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    constexpr ::timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

client::client(unsigned short port, transport chosen)
    : client{port, chosen == transport::tls ? client_context() : nullptr} {}

client::client(unsigned short port, const std::shared_ptr<SSL_CTX>& context) : client{port} {
    if (!context) return;
    tls_.reset(SSL_new(context.get()));
    SSL_set_fd(tls_.get(), socket_.native_handle());
    SSL_set1_host(tls_.get(), "localhost");
    ERR_clear_error();
    if (SSL_connect(tls_.get()) == 1) return;
    const char* const reason = ERR_reason_error_string(ERR_peek_error());
    throw std::runtime_error{reason == nullptr ? "the server hung up" : reason};
}

void client::send(std::string_view bytes) {
    // The server may have refused us already; its answer tells.
    boost::system::error_code closed;
    if (!tls_) asio::write(socket_, asio::buffer(bytes), closed);
    if (tls_) SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
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
        const std::size_t bytes = receive_some(piece);
        if (bytes == 0) return std::exchange(pending_, {});
        pending_.append(piece.data(), bytes);
    }
}

void client::receive_into(std::span<char> place) {
    while (!place.empty()) place = place.subspan(receive_some(place));
}

bool client::is_answered_within(std::chrono::milliseconds time) {
    ::pollfd waited{.fd = socket_.native_handle(), .events = POLLIN, .revents = 0};
    return ::poll(&waited, 1, static_cast<int>(time.count())) == 1;
}

void client::half_close() {
    if (tls_) SSL_shutdown(tls_.get());
    socket_.shutdown(tcp::socket::shutdown_send);
}

void client::close() {
    socket_.close();
}

void client::fill() {
    std::array<char, 65536> piece{};
    const std::size_t bytes = receive_some(piece);
    if (bytes == 0) throw std::runtime_error{"the connection ended"};
    pending_.append(piece.data(), bytes);
}

std::size_t client::receive_some(std::span<char> place) {
    ERR_clear_error();
    const int size = static_cast<int>(place.size());
    const ::ssize_t bytes = tls_ ? SSL_read(tls_.get(), place.data(), size)
                                 : ::recv(socket_.native_handle(), place.data(), place.size(), 0);
    const bool is_end =
        tls_ ? SSL_get_error(tls_.get(), static_cast<int>(bytes)) == SSL_ERROR_ZERO_RETURN
             : bytes == 0;
    if (bytes <= 0 && !is_end) throw std::runtime_error{"the connection was reset or hangs"};
    return bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

struct echo::gate {
    std::atomic<std::size_t> pieces{};
    std::atomic<std::size_t> unfinished{};
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
    if (request.target == "/pieces" || request.target == "/broken") {
        reply.body = "first|";
        reply.rest = rest_of(request.target == "/broken");
        co_return;
    }
    if (request.target == "/endless") {
        reply.rest = endless_rest();
        co_return;
    }
    if (request.target == "/peer") reply.body = request.peer;
    if (request.target == "/large") reply.body.assign(1U << 20U, 'x');
    reply.body.append(request.method).append(" ").append(request.target).append(" |");
    reply.body.append(request.body);
}

body_rest echo::rest_of(bool is_broken) {
    return [gate = gate_, is_broken, made = 0](std::string& out) mutable {
        ++gate->pieces;
        if (++made == 2) out += "second|";
        if (made == 3 && is_broken) throw std::runtime_error{"a failure midway"};
        if (made == 3) out += "third";
        return made < 3;
    };
}

body_rest echo::endless_rest() {
    ++gate_->unfinished;
    const std::shared_ptr<gate> counted{
        gate_.get(), [own = gate_](gate* each) { --each->unfinished; }};
    return [counted](std::string& out) {
        ++counted->pieces;
        out.append(1U << 20U, 'x');
        return true;
    };
}

std::size_t echo::pieces() const {
    return gate_->pieces;
}

std::size_t echo::unfinished() const {
    return gate_->unfinished;
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
