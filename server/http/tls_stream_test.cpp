// What a TLS stream tells of bytes that cannot be read yet, and how it ends. Calls tls_stream.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/tls_stream.hpp"

#include <array>
#include <future>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "server/http/session.hpp"
#include "server/http/test_client.hpp"

namespace partner_center::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using http::testing::client_context;
using http::testing::over;
using http::testing::transport;

/// Both ends of a connection after its handshake; the client's records are made in memory, so that
/// a test decides when which of their bytes arrive.
class TlsStream : public ::testing::Test {
protected:
    void SetUp() override {
        SSL_set_bio(tls.get(), in, out);
        SSL_set_connect_state(tls.get());
        tcp::acceptor listening{context, {asio::ip::address_v4::loopback(), 0}};
        peer.connect(listening.local_endpoint());
        tls_stream::socket accepted{context.get_executor()};
        listening.accept(accepted);
        stream.emplace(std::move(accepted), over(transport::tls, {}).tls);

        bool is_done = false;
        stream->async_handshake([&](error_code failed, std::size_t) { is_done = !failed; });
        while (!is_done) {
            SSL_do_handshake(tls.get());
            send(taken());
            run_once();
            receive();
        }
        static_cast<void>(stream->take_progress());
    }

    void send(std::string_view bytes) { asio::write(peer, asio::buffer(bytes)); }

    void run_once() {
        context.restart();
        context.run_one_for(std::chrono::milliseconds{1});
        context.poll();
    }

    void receive() {
        std::array<char, 16384> bytes{};
        while (peer.available() > 0) {
            const std::size_t came = peer.read_some(asio::buffer(bytes));
            BIO_write(in, bytes.data(), static_cast<int>(came));
        }
    }

    /// So many bytes of what the server says, decrypted.
    [[nodiscard]] std::string read_text(std::size_t bytes) {
        std::string text(bytes, '\0');
        while (SSL_read(tls.get(), text.data(), static_cast<int>(bytes)) <= 0) {
            run_once();
            receive();
        }
        return text;
    }

    /// What the client's OpenSSL wants to send.
    [[nodiscard]] std::string taken() {
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(out, &bytes);
        std::string text{bytes, static_cast<std::size_t>(size)};
        static_cast<void>(BIO_reset(out));
        return text;
    }

    [[nodiscard]] std::string record_of(std::string_view text) {
        SSL_write(tls.get(), text.data(), static_cast<int>(text.size()));
        return taken();
    }

    asio::io_context context{};
    tcp::socket peer{context};
    std::shared_ptr<SSL_CTX> settings{client_context()};
    std::shared_ptr<SSL> tls{SSL_new(settings.get()), SSL_free};
    BIO* in{BIO_new(BIO_s_mem())};
    BIO* out{BIO_new(BIO_s_mem())};
    std::optional<tls_stream> stream{};
    std::array<char, 100> place{};
    std::optional<error_code> ended{};
    std::size_t bytes_read{};

    void cancel_after(int steps) {
        asio::post(context, [this, steps] {
            error_code failed;
            if (steps > 0) return cancel_after(steps - 1);
            stream->cancel(failed);
        });
    }

    void begin_to_read() {
        ended.reset();
        stream->async_read_some(asio::buffer(place), [this](error_code failed, std::size_t bytes) {
            ended = failed;
            bytes_read = bytes;
        });
    }
};

TEST_F(TlsStream, CountsTheBytesOfARecordThatIsNotWhole) {
    const std::string record = record_of("hello");
    begin_to_read();
    send(record.substr(0, 7));
    std::size_t progress = 0;
    while (progress < 7) {
        run_once();
        progress += stream->take_progress();
    }
    EXPECT_EQ(progress, 7U);
    EXPECT_FALSE(ended);

    send(record.substr(7));
    while (!ended) run_once();

    EXPECT_FALSE(*ended);
    EXPECT_EQ(std::string_view(place.data(), bytes_read), "hello");
    EXPECT_EQ(stream->take_progress(), record.size() - 7);
    EXPECT_EQ(stream->take_progress(), 0U);
}

TEST_F(TlsStream, GivesASessionTimeForARecordThatIsOnItsWay) {
    http::testing::echo app;
    session_host host{app(context), timeouts{.transfer = std::chrono::milliseconds{1}}};
    bool is_over = false;
    auto session = serve(std::move(*stream), host, admission::served);
    asio::co_spawn(context, std::move(session), [&](const std::exception_ptr&) { is_over = true; });
    send(
        record_of("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                  "Content-Length: 16000\r\n\r\n")
    );
    const std::string continued = read_text(25);
    EXPECT_EQ(continued, "HTTP/1.1 100 Continue\r\n\r\n");

    const std::string record = record_of(std::string(16000, 'x'));
    send(record.substr(0, 15000));  // at the slowest rate, 15 s
    do context.restart();
    while (context.poll() == 0);
    const auto late = std::chrono::steady_clock::now() + host.times().transfer;
    while (std::chrono::steady_clock::now() <= late) {
    }
    host.sweep();
    send(record.substr(15000));

    EXPECT_EQ(read_text(12), "HTTP/1.1 200");
    peer.close();
    while (!is_over) run_once();
}

TEST_F(TlsStream, ReadsTheRestOfARecordWithoutWaitingForMore) {
    send(record_of(std::string(150, 'x')));
    begin_to_read();
    while (!ended) run_once();
    EXPECT_EQ(bytes_read, 100U);
    begin_to_read();
    while (!ended) run_once();
    EXPECT_EQ(bytes_read, 50U);
}

TEST_F(TlsStream, NeverCompletesBeforeTheCallReturns) {
    send(record_of("hello"));
    while (stream->take_progress() == 0) {
        begin_to_read();
        EXPECT_FALSE(ended);
        while (!ended) run_once();
    }
}

TEST_F(TlsStream, MayBeCancelledWhileBytesArrive) {
    const std::string record = record_of("hello");
    // Cancelled before, between and after the socket has become readable and the stream has read.
    for (int steps = 0; steps < 4; ++steps) {
        begin_to_read();
        run_once();
        EXPECT_FALSE(ended);
        send(record.substr(static_cast<std::size_t>(steps), 1));
        cancel_after(steps);
        for (int round = 0; round < 100 && !ended; ++round) run_once();
        ASSERT_TRUE(ended) << steps;
        EXPECT_EQ(*ended, asio::error::operation_aborted);
    }
}

TEST_F(TlsStream, SaysGoodbyeWhenItIsShutDownAndStillReads) {
    error_code failed;
    stream->shutdown(asio::socket_base::shutdown_send, failed);
    std::array<char, 10> none{};
    do receive();
    while (SSL_read(tls.get(), none.data(), 10) < 0 && SSL_get_shutdown(tls.get()) == 0);
    EXPECT_EQ(SSL_get_shutdown(tls.get()), SSL_RECEIVED_SHUTDOWN);

    send(record_of("late"));
    begin_to_read();
    while (!ended) run_once();
    EXPECT_EQ(std::string_view(place.data(), bytes_read), "late");
}

TEST_F(TlsStream, EndsAtATamperedRecord) {
    std::string record = record_of("hello");
    record.back() = static_cast<char>(~record.back());
    send(record);
    begin_to_read();
    while (!ended) run_once();
    EXPECT_EQ(*ended, boost::system::errc::protocol_error);
}

}  // namespace
}  // namespace partner_center::http
