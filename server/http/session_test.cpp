// One connection at a time: what is answered, in which order, and when it ends. Calls session.hpp
// through a running server.
// SPDX-License-Identifier: MIT
#include "server/http/session.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/listener.hpp"
#include "server/http/test_client.hpp"
#include "server/http/tls_context.hpp"
#include "server/http/tls_session.hpp"

namespace partner_center::http {
namespace {

using namespace std::chrono_literals;
using http::testing::certificates;
using http::testing::client;
using http::testing::echo;
using http::testing::name_of_transport;
using http::testing::over;
using http::testing::received;
using http::testing::running;
using http::testing::transport;
using http::testing::transports;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view get_a = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

[[nodiscard]] std::string get(std::string_view target) {
    return "GET " + std::string{target} + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

[[nodiscard]] std::string post(std::string_view lines, std::string_view body) {
    return "POST /a HTTP/1.1\r\nHost: a\r\n" + std::string{lines} + "\r\n" + std::string{body};
}

/// Time-outs that a test can wait for; `changed` says which.
[[nodiscard]] server_options impatient(std::chrono::milliseconds timeouts::*changed) {
    server_options options;
    options.times.*changed = 1ms;
    options.times.sweep = 1ms;
    return options;
}

class Session : public ::testing::TestWithParam<transport> {
protected:
    running server{over(GetParam(), {})};
    client peer{server.server.port(), GetParam()};
};

class SessionDeadline : public ::testing::TestWithParam<transport> {};

INSTANTIATE_TEST_SUITE_P(Over, Session, transports, name_of_transport);
INSTANTIATE_TEST_SUITE_P(Over, SessionDeadline, transports, name_of_transport);

TEST_P(Session, KeepsTheConnectionOfHttp11) {
    for (int round = 0; round < 3; ++round) {
        peer.send(get_a);
        const received answer = peer.receive();
        EXPECT_EQ(answer.status(), 200U);
        EXPECT_EQ(answer.body, "GET /a |");
        EXPECT_FALSE(answer.has("Connection: close"));
        EXPECT_THAT(answer.head, HasSubstr("\r\nDate: "));
    }
}

TEST_P(Session, TellsTheApplicationWhoIsAtTheOtherEnd) {
    for (int round = 0; round < 2; ++round) {
        peer.send(get("/peer"));
        EXPECT_EQ(peer.receive().body, "127.0.0.1GET /peer |");
    }
}

TEST_P(Session, ClosesWhenTheClientAsks) {
    peer.send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(peer.receive().has("Connection: close"));
    EXPECT_EQ(peer.receive_rest(), "");
}

TEST_P(Session, ClosesWhenTheApplicationAsks) {
    peer.send(get("/close"));
    EXPECT_TRUE(peer.receive().has("Connection: close"));
    EXPECT_EQ(peer.receive_rest(), "");
}

TEST_P(Session, ClosesHttp10UnlessAskedNotTo) {
    peer.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(peer.receive().has("Connection: keep-alive"));
    peer.send("GET /a HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(peer.receive().has("Connection: close"));
    EXPECT_EQ(peer.receive_rest(), "");
}

TEST_P(Session, AnswersPipelinedRequestsInOrder) {
    peer.send(get("/slow") + get("/b") + post("Content-Length: 2\r\n", "hi") + get("/d"));
    EXPECT_EQ(peer.receive().body, "GET /slow |");
    EXPECT_EQ(peer.receive().body, "GET /b |");
    EXPECT_EQ(peer.receive().body, "POST /a |hi");
    EXPECT_EQ(peer.receive().body, "GET /d |");
}

TEST_P(Session, AnswersManyPipelinedRequests) {
    constexpr int count = 1000;
    std::string requests;
    for (int number = 0; number < count; ++number) requests += get("/" + std::to_string(number));
    peer.send(requests);
    for (int number = 0; number < count; ++number) {
        EXPECT_EQ(peer.receive().body, "GET /" + std::to_string(number) + " |");
    }
}

TEST_P(Session, AnswersWhatIsWholeBeforeTheRestOfTheNext) {
    peer.send(std::string{get_a} + "GET /b HT");
    EXPECT_EQ(peer.receive().body, "GET /a |");
    peer.send("TP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(peer.receive().body, "GET /b |");
}

constexpr std::string_view closing = "HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

TEST_P(Session, WritesPiecesAsChunksAndGoesOn) {
    peer.send(get("/pieces") + get("/b") + "GET /pieces " + std::string{closing});

    const received pieces = peer.receive_head();
    EXPECT_TRUE(pieces.has("Transfer-Encoding: chunked"));
    EXPECT_FALSE(pieces.has("Connection: close"));
    EXPECT_THAT(pieces.head, ::testing::Not(HasSubstr("Content-Length")));
    const std::string rest = peer.receive_rest();
    const std::string chunks = "6\r\nfirst|\r\n7\r\nsecond|\r\n5\r\nthird\r\n0\r\n\r\n";
    EXPECT_THAT(rest, StartsWith(chunks + "HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(rest, HasSubstr("\r\n\r\nGET /b |HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(rest, ::testing::EndsWith("Connection: close\r\n\r\n" + chunks));
}

TEST_P(Session, EndsPiecesWithTheConnectionOfHttp10) {
    peer.send("GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

    const received pieces = peer.receive_head();
    EXPECT_TRUE(pieces.has("Connection: close"));
    EXPECT_THAT(pieces.head, ::testing::Not(HasSubstr("Transfer-Encoding")));
    EXPECT_THAT(pieces.head, ::testing::Not(HasSubstr("Content-Length")));
    EXPECT_EQ(peer.receive_rest(), "first|second|third");
}

TEST_P(Session, MakesNoPiecesForHead) {
    peer.send("HEAD /pieces HTTP/1.1\r\nHost: a\r\n\r\n" + get("/b"));
    EXPECT_EQ(peer.receive_head().status(), 200U);
    EXPECT_EQ(peer.receive().body, "GET /b |");
    EXPECT_EQ(server.app.pieces(), 0U);
}

TEST_P(Session, CutsAnAnswerThatFailsMidway) {
    for (const std::string& request :
         {get("/broken"), std::string{"GET /broken HTTP/1.0\r\n\r\n"}}) {
        client other{server.server.port(), GetParam()};
        other.send(request);
        // Not an orderly end, which could be taken for the body's.
        EXPECT_THROW(static_cast<void>(other.receive_rest()), std::runtime_error);
    }
    peer.send(get("/b"));
    EXPECT_EQ(peer.receive().body, "GET /b |");
}

TEST_P(Session, MakesThePiecesThatAreRead) {
    peer.send(get("/endless"));
    std::string some(8U << 20U, '\0');
    peer.receive_into(some);
    const std::size_t read = server.app.pieces();
    EXPECT_GE(read, 7U);

    // What one writes and the other does not read is held by the buffers between them.
    constexpr std::size_t buffered_max = 64;
    client other{server.server.port(), GetParam()};
    for (int round = 0; round < 1000; ++round) {
        other.send(get_a);
        EXPECT_EQ(other.receive().status(), 200U);
    }
    EXPECT_LE(server.app.pieces(), read + buffered_max);
}

TEST_P(Session, LetsPiecesGoWithTheirClient) {
    {
        client other{server.server.port(), GetParam()};
        other.send(get("/endless"));
        static_cast<void>(other.receive_head());
        EXPECT_EQ(server.app.unfinished(), 1U);
    }
    while (server.app.unfinished() > 0) std::this_thread::yield();
}

TEST_P(SessionDeadline, LetsPiecesGoThatNobodyReads) {
    running server{over(GetParam(), impatient(&timeouts::transfer))};
    client peer{server.server.port(), GetParam()};
    peer.send(get("/endless"));
    static_cast<void>(peer.receive_head());

    while (server.app.unfinished() > 0) std::this_thread::yield();
}

TEST_P(Session, ServesOthersBetweenPieces) {
    std::vector<std::unique_ptr<client>> greedy;
    for (int each = 0; each < 4; ++each) {
        greedy.push_back(std::make_unique<client>(server.server.port(), GetParam()));
        greedy.back()->send(get("/endless"));
        static_cast<void>(greedy.back()->receive_head());
    }
    std::string some(1U << 20U, '\0');
    for (int round = 0; round < 20; ++round) {
        for (const auto& each : greedy) each->receive_into(some);
        peer.send(get_a);
        EXPECT_EQ(peer.receive().body, "GET /a |");
    }
}

TEST_P(Session, WritesMoreThanOneFlush) {
    peer.send(get("/large") + get("/large") + get("/b"));
    EXPECT_EQ(peer.receive().body.size(), (1U << 20U) + 12);
    EXPECT_EQ(peer.receive().body.size(), (1U << 20U) + 12);
    EXPECT_EQ(peer.receive().body, "GET /b |");
}

TEST_P(Session, ReadsByteByByte) {
    const std::string bytes = post("Transfer-Encoding: chunked\r\n", "2\r\nhi\r\n0\r\n\r\n");
    for (const char byte : bytes) peer.send({&byte, 1});
    EXPECT_EQ(peer.receive().body, "POST /a |hi");
}

TEST_P(Session, ReadsBodiesLargerThanItsBuffers) {
    const std::string body(limits::body_bytes_max, 'x');
    peer.send(post("Content-Length: " + std::to_string(body.size()) + "\r\n", body));
    EXPECT_EQ(peer.receive().body, "POST /a |" + body);
    peer.send(post("Transfer-Encoding: chunked\r\n", "100000\r\n" + body + "\r\n0\r\n\r\n"));
    EXPECT_EQ(peer.receive().body, "POST /a |" + body);
}

TEST_P(Session, SaysContinueBeforeTheBody) {
    peer.send(post("Expect: 100-Continue\r\nContent-Length: 2\r\n", ""));
    EXPECT_EQ(peer.receive_head().head, "HTTP/1.1 100 Continue\r\n\r\n");
    peer.send("hi");
    EXPECT_EQ(peer.receive().body, "POST /a |hi");
}

TEST_P(Session, RefusesATooLargeBodyInsteadOfContinuing) {
    const std::string length = std::to_string(limits::body_bytes_max + 1);
    peer.send(post("Expect: 100-continue\r\nContent-Length: " + length + "\r\n", ""));
    EXPECT_EQ(peer.receive().status(), 413U);
}

TEST_P(Session, IgnoresUnknownExpectations) {
    peer.send(post("Expect: more\r\nContent-Length: 2\r\n", "hi"));
    EXPECT_EQ(peer.receive().body, "POST /a |hi");
}

TEST_P(Session, AnswersHeadWithoutABody) {
    peer.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(peer.receive_head().has("Content-Length: 9"));
    peer.send(get_a);
    EXPECT_EQ(peer.receive().body, "GET /a |");
}

TEST_P(Session, Answers204WithoutALength) {
    peer.send(get("/empty") + std::string{get_a});
    EXPECT_THAT(peer.receive_head().head, ::testing::Not(HasSubstr("Content-Length")));
    EXPECT_EQ(peer.receive().body, "GET /a |");
}

TEST_P(Session, AnswersBadBytesAndCloses) {
    peer.send(std::string{get_a} + "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n");
    EXPECT_EQ(peer.receive().status(), 200U);
    const received answer = peer.receive();
    EXPECT_EQ(answer.status(), 400U);
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_EQ(peer.receive_rest(), "");
}

TEST_P(Session, TellsARefusalWhatTheHeadWas) {
    const std::string too_large = std::to_string(limits::body_bytes_max + 1);
    const std::vector<std::string> refused{
        post("Content-Length: " + too_large + "\r\n", ""),
        post("Transfer-Encoding: chunked\r\n", "5\r\nhelloooo"),
    };
    for (const std::string& bytes : refused) {
        client other{server.server.port(), GetParam()};
        other.send(bytes);
        EXPECT_THAT(other.receive().body, StartsWith("POST /a 2: "));
    }
}

TEST_P(Session, TellsARefusalNothingOfABrokenHead) {
    peer.send(get_a);
    EXPECT_EQ(peer.receive().body, "GET /a |");
    peer.send("GET /b HTTP/1.1\r\n\r\n");
    EXPECT_EQ(peer.receive().body, "there is no Host");
}

TEST_P(Session, RefusesHeadWithoutABody) {
    const std::vector<std::string> refused{
        "HEAD /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HEAD /a HTTP/1.1\r\n\r\n",
        "\r\nHEAD /a HTTP/1.1\r\nnot a field\r\n\r\n",
    };
    for (const std::string& bytes : refused) {
        client other{server.server.port(), GetParam()};
        other.send(bytes);
        other.half_close();
        const std::string answer = other.receive_rest();
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
        EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\n"));
    }
}

TEST_P(Session, RefusesATlsHelloAtOnce) {
    peer.send("\x16\x03\x01");
    EXPECT_EQ(peer.receive().status(), 400U);
}

TEST_P(Session, DeliversARefusalWhileTheClientStillSends) {
    const std::string body(limits::body_bytes_max + 1, 'x');
    peer.send(post("Content-Length: " + std::to_string(body.size()) + "\r\n", body));
    EXPECT_EQ(peer.receive().status(), 413U);
    peer.half_close();
    EXPECT_EQ(peer.receive_rest(), "");
}

TEST_P(Session, RefusesATooLargeHead) {
    const std::string target(limits::head_bytes_max - get("/").size(), 'x');
    peer.send(get("/" + target));
    EXPECT_EQ(peer.receive().status(), 200U);
    peer.send(get("/x" + target));
    EXPECT_EQ(peer.receive().status(), 431U);
}

TEST_P(Session, AnswersAClientThatHasHalfClosed) {
    peer.send(get_a);
    peer.half_close();
    EXPECT_THAT(peer.receive_rest(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_P(Session, EndsWhenTheApplicationThrowsAndTheOthersLiveOn) {
    peer.send(std::string{get_a} + get("/throw") + get("/b"));
    EXPECT_EQ(peer.receive().body, "GET /a |");
    EXPECT_EQ(peer.receive_rest(), "");

    client other{server.server.port(), GetParam()};
    other.send(get_a);
    EXPECT_EQ(other.receive().body, "GET /a |");
}

TEST_P(Session, AllocatesNothingOnceWarm) {
    const std::string request =
        post("Authorization: Bearer " + std::string(1200, 'x') + "\r\nContent-Length: 2\r\n", "hi");
    peer.send(request);
    const received first = peer.receive();
    EXPECT_EQ(first.body, "POST /a |hi");
    std::vector<char> answer(first.head.size() + first.body.size());
    const auto exchange = [&] {
        peer.send(request);
        peer.receive_into(answer);
    };
    for (int round = 0; round < 10; ++round) exchange();

    const std::size_t before = http::testing::allocations();
    for (int round = 0; round < 100; ++round) exchange();

    EXPECT_EQ(http::testing::allocations() - before, 0U);
}

TEST_P(SessionDeadline, AnswersALateHead) {
    running server{over(GetParam(), impatient(&timeouts::head))};
    client peer{server.server.port(), GetParam()};
    peer.send("GET / HT");
    const received answer = peer.receive();
    EXPECT_EQ(answer.status(), 408U);
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_EQ(peer.receive_rest(), "");
}

TEST_P(SessionDeadline, AnswersALateBody) {
    running server{over(GetParam(), impatient(&timeouts::transfer))};
    client peer{server.server.port(), GetParam()};
    peer.send(post("Content-Length: 2\r\n", "h"));
    const received answer = peer.receive();
    EXPECT_EQ(answer.status(), 408U);
    EXPECT_EQ(answer.body, "POST /a 2: ");
}

TEST_P(SessionDeadline, EndsAHeadThatTrickles) {
    running server{over(GetParam(), impatient(&timeouts::head))};
    client peer{server.server.port(), GetParam()};
    peer.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
    while (!peer.is_answered_within(1ms)) peer.send("x");
    EXPECT_EQ(peer.receive().status(), 408U);
}

TEST_P(SessionDeadline, EndsABodyThatTrickles) {
    running server{over(GetParam(), impatient(&timeouts::transfer))};
    client peer{server.server.port(), GetParam()};
    peer.send(post("Content-Length: 1000000\r\n", "x"));
    while (!peer.is_answered_within(2ms)) peer.send("x");
    EXPECT_EQ(peer.receive().status(), 408U);
}

TEST_P(SessionDeadline, CutsOffAReaderThatDoesNotRead) {
    running server{over(GetParam(), impatient(&timeouts::transfer))};
    client peer{server.server.port(), GetParam()};
    std::string requests;
    for (int number = 0; number < 64; ++number) requests += get("/large");
    peer.send(requests);
    while (server.server.connections().accepted == 0) std::this_thread::yield();
    while (server.server.connections().open > 0) std::this_thread::yield();
}

TEST_P(SessionDeadline, ClosesSilentlyAfterAnEmptyLineAlone) {
    running server{over(GetParam(), impatient(&timeouts::head))};
    client peer{server.server.port(), GetParam()};
    peer.send("\r\n");
    EXPECT_EQ(peer.receive_rest(), "");
}

TEST_P(SessionDeadline, ClosesAnIdleConnectionSilently) {
    running server{over(GetParam(), impatient(&timeouts::idle))};
    client peer{server.server.port(), GetParam()};
    EXPECT_EQ(peer.receive_rest(), "");
}

TEST_P(SessionDeadline, ClosesWhoeverDoesNotHangUpAfterARefusal) {
    running server{over(GetParam(), impatient(&timeouts::drain))};
    client peer{server.server.port(), GetParam()};
    peer.send("\n");
    EXPECT_THAT(peer.receive_rest(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    server.server.stop(1h);  // returns: the session has not waited for the peer
}

TEST_P(SessionDeadline, LeavesASlowApplicationAlone) {
    running server{over(GetParam(), impatient(&timeouts::transfer))};
    client peer{server.server.port(), GetParam()};
    peer.send(get("/slow"));
    EXPECT_EQ(peer.receive().body, "GET /slow |");
}

/// Clients that keep the last byte of a large body to themselves, more than there is memory for.
class SessionMemory : public ::testing::Test {
protected:
    static constexpr std::size_t clients_held_max =
        limits::unfinished_bytes_max / limits::body_bytes_max;
    static constexpr std::size_t clients = clients_held_max + 16;

    /// Returns when those for whom there is certainly no memory have been answered.
    [[nodiscard]] std::vector<std::unique_ptr<client>> crowd() const {
        std::vector<std::unique_ptr<client>> out;
        for (std::size_t number = 0; number < clients; ++number) {
            out.push_back(std::make_unique<client>(server.server.port()));
            out.back()->send(large_.substr(0, large_.size() - 1));
        }
        const auto is_answered = [](const auto& each) { return each->is_answered_within(0ms); };
        while (std::count_if(out.begin(), out.end(), is_answered) < 16) std::this_thread::yield();
        return out;
    }

    /// How many of them are served when they send the last byte.
    [[nodiscard]] static std::size_t count_served(std::vector<std::unique_ptr<client>> crowd) {
        std::size_t served = 0;
        for (const auto& each : crowd) {
            each->send("x");
            const received answer = each->receive();
            if (answer.status() == 200U) ++served;
            if (answer.status() == 200U) continue;
            EXPECT_EQ(answer.status(), 503U);
            EXPECT_EQ(answer.body, "POST /a 2: there are too many large requests");
            EXPECT_TRUE(answer.has("Connection: close"));
        }
        return served;
    }

    [[nodiscard]] std::string answer_to(const std::string& request) const {
        client peer{server.server.port()};
        peer.send(request);
        return peer.receive().body;
    }

    [[nodiscard]] static server_options patient() {
        server_options options;
        options.times.transfer = options.times.drain = 1h;
        return options;
    }

    const std::string large_{post(
        "Content-Length: " + std::to_string(limits::body_bytes_max) + "\r\n",
        std::string(limits::body_bytes_max, 'x')
    )};
    running server{patient()};
};

TEST_F(SessionMemory, IsBoundedAndGivenBackWhenRequestsEnd) {
    auto first = crowd();
    const std::string body(limits::read_bytes - 1000, 'x');
    const std::string small = post("Content-Length: " + std::to_string(body.size()) + "\r\n", body);
    EXPECT_EQ(answer_to(small), "POST /a |" + body);
    for (int round = 0; round < 3; ++round) {
        const std::size_t served = count_served(round == 0 ? std::move(first) : crowd());
        EXPECT_GE(served, clients_held_max / 4);  // a buffer that grows doubles
        EXPECT_LE(served, clients_held_max);
    }
    EXPECT_THAT(answer_to(large_), StartsWith("POST /a |xxx"));
}

TEST_F(SessionMemory, IsGivenBackWhenConnectionsClose) {
    for (int round = 0; round < 3; ++round) {
        static_cast<void>(crowd());
        while (server.server.connections().open > 0) std::this_thread::yield();
    }
    EXPECT_GE(count_served(crowd()), clients_held_max / 4);
}

TEST_F(SessionMemory, IsGivenBackWhileAConnectionIsKept) {
    std::vector<std::unique_ptr<client>> kept;
    for (std::size_t number = 0; number < clients; ++number) {
        kept.push_back(std::make_unique<client>(server.server.port()));
        kept.back()->send(large_ + "GET /b HT");
        EXPECT_EQ(kept.back()->receive().status(), 200U);
    }
    EXPECT_THAT(answer_to(large_), StartsWith("POST /a |xxx"));
}

/// Steps of 100 ms, in each of which `bytes` of a body come, until it is late; 1000 when it never
/// is.
[[nodiscard]] int steps_until_late(std::size_t bytes) {
    boost::asio::io_context context{1};
    boost::asio::local::stream_protocol::socket ours{context};
    boost::asio::local::stream_protocol::socket theirs{context};
    boost::asio::local::connect_pair(ours, theirs);
    http::testing::echo app;
    session_host host{app(context), timeouts{.transfer = 1s}};
    boost::asio::co_spawn(
        context, serve(std::move(ours), host, admission::served), boost::asio::detached
    );
    const auto send = [&](const std::string& text) {
        boost::asio::write(theirs, boost::asio::buffer(text));
        context.restart();
        context.poll();
    };
    send(post("Content-Length: 1000000\r\n", ""));
    int steps = 0;
    for (; steps < 1000 && theirs.available() == 0; ++steps) {
        send(std::string(bytes, 'x'));
        host.sweep(host.now() + 100ms);
        context.restart();
        context.poll();
    }
    theirs.close();
    context.restart();
    context.run();
    return steps;
}

TEST(SessionRate, EndsABodySlowerThanTheRateWhenItsPatienceIsUsedUp) {
    EXPECT_EQ(steps_until_late(0), 10);
    EXPECT_EQ(steps_until_late(50), 19);  // what comes in the first step is more than is owed
    EXPECT_EQ(steps_until_late(95), 181);
}

TEST(SessionRate, LeavesAFasterBodyAlone) {
    EXPECT_EQ(steps_until_late(101), 1000);
}

/// Steps of 100 ms, in each of which a client takes so many bytes of an endless answer, until it is
/// cut off; 100 when it is not.
[[nodiscard]] int steps_until_cut_off(std::size_t bytes) {
    boost::asio::io_context context{1};
    listener acceptor = listen_alone(context, "127.0.0.1", 0);
    boost::asio::ip::tcp::socket peer{context, boost::asio::ip::tcp::v4()};
    // The client's system says often how far it has got.
    peer.set_option(boost::asio::socket_base::receive_buffer_size{64 * 1024});
    peer.connect(acceptor.local_endpoint());
    http::testing::echo app;
    session_host host{app(context), timeouts{.transfer = 1s}};
    boost::asio::co_spawn(
        context, serve(acceptor.accept(), host, admission::served), boost::asio::detached
    );
    boost::asio::write(peer, boost::asio::buffer(get("/endless")));
    std::string taken(bytes, '\0');
    const auto run = [&] {
        context.restart();
        context.poll();
    };
    while (app.pieces() == 0) run();
    int steps = 0;
    for (; steps < 100 && app.unfinished() > 0; ++steps) {
        boost::asio::read(peer, boost::asio::buffer(taken));
        host.sweep(host.now() + 100ms);
        run();
    }
    peer.close();
    context.restart();
    context.run();
    return steps;
}

/// The system takes some megabytes for the client at once, and then nothing more for a long time.
TEST(SessionRate, LeavesAClientAloneThatReadsSteadily) {
    EXPECT_EQ(steps_until_cut_off(20'000), 100);
}

TEST(SessionRate, CutsOffAClientThatDoesNotRead) {
    EXPECT_LE(steps_until_cut_off(0), 30);
}

/// A session whose socket takes far less at once than /large answers with, and whose clock stands
/// still.
class NarrowSession : public ::testing::TestWithParam<transport> {
protected:
    ~NarrowSession() override {
        peer.close();  // also when the test has failed, or the session would not end
        thread_.join();
    }

    echo app{};

private:
    using socket = tls_stream::socket;

    [[nodiscard]] static listener listen(boost::asio::io_context& context) {
        listener made = listen_alone(context, "127.0.0.1", 0);
        made.set_option(boost::asio::socket_base::send_buffer_size{4096});  // accepted ones have it
        return made;
    }

    [[nodiscard]] awaitable<void> serve_over(transport chosen, socket accepted) {
        if (chosen == transport::plain) {
            return serve(std::move(accepted), host_, admission::served);
        }
        return serve_tls(std::move(accepted), tls_, host_, admission::served, failed_handshakes_);
    }

    void serve_one() {
        boost::asio::co_spawn(
            context_, serve_over(GetParam(), listener_.accept()), boost::asio::detached
        );
        context_.run();  // until the session has ended
    }

    boost::asio::io_context context_{1};
    listener listener_{listen(context_)};
    tls_context tls_{load_tls_context({certificates().certificate, certificates().key, {}})};
    session_host host_{app(context_), timeouts{}};
    std::atomic<std::uint64_t> failed_handshakes_{};
    std::thread thread_{[this] { serve_one(); }};

protected:
    client peer{listener_.local_endpoint().port(), GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Over, NarrowSession, transports, name_of_transport);

TEST_P(NarrowSession, WritesTheRestOfWhatCannotBeWrittenAtOnce) {
    const std::string large = std::string(1U << 20U, 'x') + "GET /large |";
    for (int round = 0; round < 3; ++round) {
        peer.send(get("/large") + get("/a") + get("/large"));
        EXPECT_TRUE(peer.receive().body == large);
        EXPECT_EQ(peer.receive().body, "GET /a |");
        EXPECT_TRUE(peer.receive().body == large);
    }
    peer.close();
}

TEST_P(NarrowSession, EndsWhenThePeerHangsUpInsteadOfReadingTheRest) {
    peer.send(get("/large"));
    ASSERT_TRUE(peer.is_answered_within(10s));
    peer.close();
}

TEST_P(NarrowSession, EndsWhenThePeerHasHungUpBeforeItIsAnswered) {
    peer.send(get_a);
    ASSERT_TRUE(peer.is_answered_within(10s));
    peer.send(get("/hold"));
    app.wait_until_held();
    peer.close();  // with something unread, which resets the connection
    app.release();
}

TEST(SessionStream, MayBeAnotherThanTcp) {
    boost::asio::io_context context{1};
    boost::asio::local::stream_protocol::socket ours{context};
    boost::asio::local::stream_protocol::socket theirs{context};
    boost::asio::local::connect_pair(ours, theirs);
    http::testing::echo app;
    session_host host{app(context), timeouts{}};
    boost::asio::co_spawn(
        context, serve(std::move(ours), host, admission::served), boost::asio::detached
    );

    boost::asio::write(theirs, boost::asio::buffer(get_a));
    theirs.shutdown(boost::asio::socket_base::shutdown_send);
    context.run();

    std::string answer;
    boost::system::error_code ended;
    boost::asio::read(theirs, boost::asio::dynamic_buffer(answer), ended);
    EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\nGET /a |"));
}

}  // namespace
}  // namespace partner_center::http
