// A server with a small application and a blocking client, plain or over TLS, for the tests of this
// room. Calls server.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "server/http/application.hpp"
#include "server/http/server.hpp"
#include "server/identity/dev_certificates.hpp"

namespace partner_center::http::testing {

/// How often this program has called operator new.
[[nodiscard]] std::size_t allocations();

/// From now on the calling thread gets no memory for a coroutine as large as a session.
void starve_this_thread();

/// What a connection is made of; session tests run over each.
enum class transport { plain, tls };
inline const auto transports = ::testing::Values(transport::plain, transport::tls);
[[nodiscard]] std::string name_of_transport(const ::testing::TestParamInfo<transport>& info);

/// Development certificates, made once for the whole program.
[[nodiscard]] const dev_certificates& certificates();
/// A client's settings that trust them; for a test to change.
[[nodiscard]] std::shared_ptr<SSL_CTX> client_context();
/// The options with our certificate when the transport is TLS.
[[nodiscard]] server_options over(transport chosen, server_options options);

/// An answer as it came.
struct received {
    std::string head{};
    std::string body{};

    [[nodiscard]] unsigned status() const;
    [[nodiscard]] bool has(std::string_view line) const;
};

/// Blocking, with a receive time-out that turns a hanging test into a failing one.
class client {
public:
    explicit client(unsigned short port);
    client(unsigned short port, transport chosen);
    /// Over TLS, to "localhost", unless there is no context. Throws when the handshake fails, with
    /// OpenSSL's reason.
    client(unsigned short port, const std::shared_ptr<SSL_CTX>& context);

    void send(std::string_view bytes);
    /// The next answer, by its Content-Length. Throws when the connection ends before.
    [[nodiscard]] received receive();
    /// The next answer when it has no body whatever its length says: to HEAD, 100, 204.
    [[nodiscard]] received receive_head();
    /// Everything until the server closes.
    [[nodiscard]] std::string receive_rest();
    /// As many bytes as there is place for; allocates nothing.
    void receive_into(std::span<char> place);
    /// Whether bytes come in that time.
    [[nodiscard]] bool is_answered_within(std::chrono::milliseconds time);
    void half_close();
    void close();
    /// Null without TLS.
    [[nodiscard]] SSL* tls() const { return tls_.get(); }

private:
    struct deleter {
        void operator()(SSL* connection) const { SSL_free(connection); }
    };

    /// The number of bytes, 0 at the end. Throws when it is not an orderly end, or does not come.
    std::size_t receive_some(std::span<char> place);
    void fill();

    boost::asio::io_context context_{};
    boost::asio::ip::tcp::socket socket_{context_};
    std::unique_ptr<SSL, deleter> tls_{};
    std::string pending_{};
};

/// Echoes method, target and body ("GET /a |body"); a refusal answers with the method, the target,
/// the number of fields and the reason ("GET /a 1: reason"), or the reason alone. What some targets
/// do besides: /slow suspends before it answers, /throw throws, /empty answers 204, /close ends the
/// connection, /large answers with a megabyte, /hold waits until `release` is called; /pieces
/// answers in pieces ("first|", nothing, "second|", "third"), /broken does so and throws in place
/// of the third, /endless never ends, with a megabyte in each piece.
class echo {
public:
    [[nodiscard]] application operator()(boost::asio::io_context& context);

    /// Returns when a request has reached /hold.
    void wait_until_held();
    void release();

    /// How many pieces have been made.
    [[nodiscard]] std::size_t pieces() const;
    /// How many answers are not made to their end.
    [[nodiscard]] std::size_t unfinished() const;

private:
    struct gate;
    std::shared_ptr<gate> gate_{make_gate()};
    [[nodiscard]] static std::shared_ptr<gate> make_gate();
    [[nodiscard]] body_rest rest_of(bool is_broken);
    [[nodiscard]] body_rest endless_rest();
    awaitable<void> respond(
        boost::asio::io_context& context, const request_view& request, answer& reply
    );
};

/// A running server on a free port.
struct running {
    explicit running(const server_options& options);

    echo app{};
    http::server server;
};

}  // namespace partner_center::http::testing
