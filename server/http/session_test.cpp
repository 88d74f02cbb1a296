// One connection at a time: what is answered, in which order, and when it ends. Calls session.hpp
// through a running server.
// SPDX-License-Identifier: MIT
#include "server/http/session.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/test_client.hpp"

namespace partner_center::http {
namespace {

using namespace std::chrono_literals;
using http::testing::client;
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
    peer.send("HEAD /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n");
    peer.half_close();
    const std::string answer = peer.receive_rest();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\n"));
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
