// One TLS connection: OpenSSL directly on a non-blocking socket, so that an idle connection keeps
// no buffers of ours (docs/adr/2026-11-22-openssl-on-the-socket.md). Calls Asio and OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/error_code.hpp>

#include "server/http/tls_context.hpp"

struct ssl_st;

namespace partner_center::http {

/// The server's side. One operation at a time, on the socket's executor; the stream stays where it
/// is while one is pending. Operations complete with an error_code and a number of bytes.
/// REQUIRES: the process ignores SIGPIPE.
class tls_stream {
public:
    using socket = boost::asio::
        basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

    /// Throws std::bad_alloc.
    tls_stream(socket connected, const tls_context& context);
    /// Tells the peer that this was the end, if it can be told at once, and closes.
    ~tls_stream();
    tls_stream(tls_stream&&) noexcept = default;
    tls_stream& operator=(tls_stream&&) = delete;

    /// Comes first. Fails with errc::wrong_protocol_type when the peer speaks plain HTTP.
    template <class Token>
    auto async_handshake(Token&& token) {
        return attempt_until_done([this] { return shake_hands(); }, token);
    }

    /// asio::error::eof: the peer has closed, with or without close_notify.
    template <class Token>
    auto async_read_some(boost::asio::mutable_buffer place, Token&& token) {
        return attempt_until_done([this, place] { return read(place); }, token);
    }

    /// Writes one record's worth at most.
    template <class Token>
    auto async_write_some(boost::asio::const_buffer bytes, Token&& token) {
        return attempt_until_done([this, bytes] { return write(bytes); }, token);
    }

    /// At once what is possible at once; asio::error::would_block when that is nothing. After that,
    /// async_write_some() has to be given the same bytes.
    std::size_t write_some(boost::asio::const_buffer bytes, boost::system::error_code& failed);

    /// Ends the pending operation with asio::error::operation_aborted, unless it has finished.
    void cancel(boost::system::error_code& failed);

    /// close_notify, as far as that is possible without waiting, then the end of the TCP stream.
    void shutdown(boost::asio::socket_base::shutdown_type what, boost::system::error_code& failed);

    /// Ends the connection with a reset, and without close_notify: what was sent is not whole.
    void abandon();

    /// How many encrypted bytes have come since the last call, read or not.
    [[nodiscard]] std::size_t take_progress();

    [[nodiscard]] int native_handle() { return socket_.native_handle(); }

    /// Of the peer.
    [[nodiscard]] boost::asio::ip::tcp::endpoint remote_endpoint(boost::system::error_code& failed
    ) const;

    /// The socket, for who has to go on without TLS.
    [[nodiscard]] socket release() &&;

private:
    struct deleter {
        void operator()(ssl_st* connection) const;
    };

    /// What OpenSSL made of an attempt.
    struct outcome {
        enum class next { finished, readable, writable };

        next wanted{};  ///< what to wait for before the next attempt
        boost::system::error_code failed{};
        std::size_t bytes{};
    };

    /// Attempts, waits as OpenSSL asks, and attempts again. Any attempt may ask for either
    /// direction: a key update makes a read write.
    template <class Attempt>
    struct operation {
        tls_stream* stream;
        Attempt attempt;
        outcome result{};
        bool has_begun{};

        template <class Self>
        void operator()(Self& self) {
            if (has_begun) return self.complete(result.failed, result.bytes);
            has_begun = true;
            result = attempt();
            if (result.wanted != outcome::next::finished) return wait(self);
            // Whoever began the operation has to return before it completes.
            boost::asio::post(stream->socket_.get_executor(), std::move(self));
        }

        template <class Self>
        void operator()(Self& self, boost::system::error_code failed) {
            if (!failed) result = attempt();
            if (!failed && result.wanted != outcome::next::finished) return wait(self);
            self.complete(failed ? failed : result.failed, result.bytes);
        }

        template <class Self>
        void wait(Self& self) {
            const bool to_read = result.wanted == outcome::next::readable;
            const auto direction = to_read ? boost::asio::socket_base::wait_read
                                           : boost::asio::socket_base::wait_write;
            stream->socket_.async_wait(direction, std::move(self));
        }
    };

    template <class Attempt, class Token>
    auto attempt_until_done(Attempt attempt, Token& token) {
        return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
            operation<Attempt>{this, attempt}, token, socket_
        );
    }

    [[nodiscard]] outcome shake_hands();
    [[nodiscard]] outcome read(boost::asio::mutable_buffer place);
    [[nodiscard]] outcome write(boost::asio::const_buffer bytes);
    [[nodiscard]] outcome explain(int returned, std::size_t bytes);
    void say_goodbye();

    socket socket_;
    std::unique_ptr<ssl_st, deleter> connection_;
    std::uint64_t progress_taken_{};
    bool is_broken_{};  ///< OpenSSL must not be asked any more
};

}  // namespace partner_center::http
