// What OpenSSL is asked, and how its answers are read. The error queue is the thread's and shared
// by all its connections: it is emptied before each question and after each failure.
// SPDX-License-Identifier: MIT
#include "server/http/tls_stream.hpp"

#include <cerrno>
#include <new>
#include <utility>

#include <boost/system/errc.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace partner_center::http {

namespace asio = boost::asio;
using boost::system::error_code;

void tls_stream::deleter::operator()(ssl_st* connection) const {
    SSL_free(connection);
}

tls_stream::tls_stream(socket connected, const tls_context& context)
    : socket_{std::move(connected)}, connection_{SSL_new(context.get())} {
    error_code failed;
    socket_.native_non_blocking(true, failed);
    const bool ready = !failed && connection_ != nullptr &&
                       SSL_set_fd(connection_.get(), socket_.native_handle()) == 1;
    ERR_clear_error();
    if (!ready) throw std::bad_alloc{};
    SSL_set_accept_state(connection_.get());
}

tls_stream::~tls_stream() {
    if (connection_ && socket_.is_open()) say_goodbye();
}

std::size_t tls_stream::write_some(asio::const_buffer bytes, error_code& failed) {
    const outcome made = write(bytes);
    failed = made.failed;
    if (made.wanted != outcome::next::finished) failed = asio::error::would_block;
    return made.bytes;
}

asio::ip::tcp::endpoint tls_stream::remote_endpoint(error_code& failed) const {
    return socket_.remote_endpoint(failed);
}

void tls_stream::cancel(error_code& failed) {
    socket_.cancel(failed);
}

void tls_stream::shutdown(asio::socket_base::shutdown_type what, error_code& failed) {
    say_goodbye();
    socket_.shutdown(what, failed);
}

void tls_stream::abandon() {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
    socket_.close(ignored);
}

std::size_t tls_stream::take_progress() {
    const std::uint64_t received = BIO_number_read(SSL_get_rbio(connection_.get()));
    return received - std::exchange(progress_taken_, received);
}

tls_stream::socket tls_stream::release() && {
    connection_.reset();
    return std::move(socket_);
}

tls_stream::outcome tls_stream::shake_hands() {
    ERR_clear_error();
    return explain(SSL_do_handshake(connection_.get()), 0);
}

tls_stream::outcome tls_stream::read(asio::mutable_buffer place) {
    ERR_clear_error();
    std::size_t bytes{};
    const int returned = SSL_read_ex(connection_.get(), place.data(), place.size(), &bytes);
    return explain(returned, bytes);
}

tls_stream::outcome tls_stream::write(asio::const_buffer bytes) {
    ERR_clear_error();
    std::size_t written{};
    const int returned = SSL_write_ex(connection_.get(), bytes.data(), bytes.size(), &written);
    return explain(returned, written);
}

tls_stream::outcome tls_stream::explain(int returned, std::size_t bytes) {
    using enum outcome::next;
    const int system_error = errno;
    if (returned == 1) return {.bytes = bytes};
    outcome out;
    switch (SSL_get_error(connection_.get(), returned)) {
        case SSL_ERROR_WANT_READ:
            return {.wanted = readable};
        case SSL_ERROR_WANT_WRITE:
            return {.wanted = writable};
        case SSL_ERROR_ZERO_RETURN:
            out.failed = asio::error::eof;
            break;
        case SSL_ERROR_SYSCALL:
            is_broken_ = true;
            out.failed = error_code{system_error, boost::system::system_category()};
            if (system_error == 0) out.failed = asio::error::eof;
            break;
        default:
            is_broken_ = true;
            out.failed = make_error_code(
                ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST
                    ? boost::system::errc::wrong_protocol_type
                    : boost::system::errc::protocol_error
            );
    }
    ERR_clear_error();
    return out;
}

void tls_stream::say_goodbye() {
    if (is_broken_ || SSL_is_init_finished(connection_.get()) != 1) return;
    ERR_clear_error();
    SSL_shutdown(connection_.get());  // to a peer whose buffers are full it says nothing
    ERR_clear_error();
}

}  // namespace partner_center::http
