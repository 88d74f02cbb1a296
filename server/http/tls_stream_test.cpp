// What a TLS stream tells of bytes that cannot be read yet, and how it ends. Calls tls_stream.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/tls_stream.hpp"

#include <array>
#include <future>
#include <string>
#include <string_view>
#include <sys/ioctl.h>

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
        accepted_handle = accepted.native_handle();
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

    /// Lets the server read all that was sent, and do what follows.
    void settle() {
        const auto has_bytes = [](int socket, unsigned long queue) {
            int bytes{};
            return ::ioctl(socket, queue, &bytes) == 0 && bytes > 0;
        };
        do run_ready();
        while (has_bytes(peer.native_handle(), TIOCOUTQ) || has_bytes(accepted_handle, FIONREAD));
        run_ready();
    }

    void run_ready() {
        context.restart();
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
    int accepted_handle{};
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
    host.sweep(host.now() + host.times().transfer);
    send(record.substr(15000));

    EXPECT_EQ(read_text(12), "HTTP/1.1 200");
    peer.close();
    while (!is_over) run_once();
}

/// A session that waits for a large body, against a clock that the test moves.
class TlsRate : public TlsStream {
protected:
    /// Steps of 100 ms, in each of which `next()` is sent, until the body is late; 1000 when it
    /// never is.
    template <class Next>
    [[nodiscard]] int steps_until_late(Next next) {
        http::testing::echo app;
        session_host host{app(context), timeouts{.transfer = std::chrono::seconds{1}}};
        bool is_over = false;
        auto session = serve(std::move(*stream), host, admission::served);
        asio::co_spawn(context, std::move(session), [&](const std::exception_ptr&) {
            is_over = true;
        });
        send(record_of("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"));
        settle();
        int steps = 0;
        for (; steps < 1000 && peer.available() == 0; ++steps) {
            send(next());
            settle();
            host.sweep(host.now() + std::chrono::milliseconds{100});
            settle();
        }
        peer.close();
        while (!is_over) run_once();
        return steps;
    }

    /// As many bytes of records that hold 16,000 bytes each.
    [[nodiscard]] std::string piece(std::size_t bytes) {
        if (unsent_.size() < bytes) unsent_ += record_of(std::string(16000, 'x'));
        const std::string next = unsent_.substr(0, bytes);
        unsent_.erase(0, bytes);
        return next;
    }

private:
    std::string unsent_{};
};

TEST_F(TlsRate, EndsABodySlowerThanTheRate) {
    EXPECT_NEAR(steps_until_late([this] { return record_of(std::string(95, 'x')); }), 190, 10);
}

TEST_F(TlsRate, LeavesAFasterBodyAlone) {
    EXPECT_EQ(steps_until_late([this] { return record_of(std::string(101, 'x')); }), 1000);
}

TEST_F(TlsRate, EndsLargeRecordsThatComeSlowerThanTheRate) {
    EXPECT_NEAR(steps_until_late([this] { return piece(95); }), 190, 10);
}

TEST_F(TlsRate, LeavesLargeRecordsThatComeFasterAlone) {
    EXPECT_EQ(steps_until_late([this] { return piece(102); }), 1000);
}

TEST_F(TlsRate, CountsTheBytesOfSmallRecordsWithoutTheirOverhead) {
    const auto twenty_bytes = [this] {
        std::string records;
        for (int number = 0; number < 20; ++number) records += record_of("x");
        return records;
    };
    EXPECT_NEAR(steps_until_late(twenty_bytes), 12, 2);
}

TEST_F(TlsRate, CountsPaddingNoLongerThanOneRecord) {
    SSL_set_block_padding(tls.get(), 1000);
    std::string unsent;
    const auto half_a_record_ahead = [&] {
        unsent += record_of("x");
        const std::size_t rest = 500;
        const std::string next = unsent.substr(0, unsent.size() - rest);
        unsent.erase(0, next.size());
        return next;
    };
    EXPECT_LT(steps_until_late(half_a_record_ahead), 300);
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
