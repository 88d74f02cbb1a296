// Listening, several reactors, limits of connections and the orderly end. Calls server.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/server.hpp"

#include <array>
#include <future>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/test_client.hpp"

namespace partner_center::http {
namespace {

using namespace std::chrono_literals;
using http::testing::client;
using http::testing::echo;
using http::testing::name_of_transport;
using http::testing::over;
using http::testing::received;
using http::testing::running;
using http::testing::transport;
using http::testing::transports;

constexpr std::string_view get_a = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view get_hold = "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n";

[[nodiscard]] std::string refusal_of(const server_options& options) {
    echo app;
    try {
        const server made{options, [&](boost::asio::io_context& context) { return app(context); }};
    } catch (const listen_error& refused) {
        return refused.what();
    }
    return "";
}

TEST(Server, ServesOnEveryReactor) {
    running server{{.reactors = 4}};
    for (int round = 0; round < 32; ++round) {
        client peer{server.server.port()};
        peer.send(get_a);
        EXPECT_EQ(peer.receive().body, "GET /a |");
    }
}

TEST(Server, RefusesAPortInUse) {
    for (const unsigned reactors : {1U, 2U}) {
        const running first{{.reactors = reactors}};
        const unsigned short port = first.server.port();
        EXPECT_EQ(
            refusal_of({.port = port, .reactors = reactors}),
            "cannot listen on 127.0.0.1:" + std::to_string(port) + ": address already in use"
        );
    }
}

TEST(Server, MayTakeThePortOfOneThatHasEnded) {
    unsigned short port{};
    {
        running first{{}};
        port = first.server.port();
        client peer{port};
        peer.send(get_a);
        EXPECT_EQ(peer.receive().status(), 200U);
        first.server.stop(1h);
    }
    EXPECT_EQ(refusal_of({.port = port}), "");
}

TEST(Server, ListensOnANameAndOnIpv6) {
    EXPECT_EQ(refusal_of({.host = "localhost"}), "");
    const std::string refused = refusal_of({.host = "[::1]"});  // unless the machine has none
    EXPECT_TRUE(refused.empty() || refused.ends_with("assign requested address")) << refused;
}

TEST(Server, NamesTheHostThatItDoesNotKnow) {
    EXPECT_THAT(
        refusal_of({.host = "256.0.0.1"}), ::testing::StartsWith("cannot listen on 256.0.0.1:0: ")
    );
}

class FullHouse : public ::testing::TestWithParam<transport> {
protected:
    void fill() {
        for (client& peer : guests) {
            peer.send(get_a);
            EXPECT_EQ(peer.receive().status(), 200U);
        }
    }

    running server{
        over(GetParam(), {.reactors = 2, .connections_max = 2, .turned_away_max = 1, .tls = {}})};
    unsigned short port{server.server.port()};
    std::array<client, 2> guests{client{port, GetParam()}, client{port, GetParam()}};
};

INSTANTIATE_TEST_SUITE_P(Over, FullHouse, transports, name_of_transport);

TEST_P(FullHouse, TellsWhoComesThatItIsFull) {
    fill();
    client third{port, GetParam()};
    third.send("POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");

    const received answer = third.receive();

    EXPECT_EQ(answer.status(), 503U);
    EXPECT_THAT(answer.body, ::testing::StartsWith("POST /b 2: there are too many connections"));
    EXPECT_TRUE(answer.has("Connection: close"));
    third.close();
    fill();
    const connection_counts counts = server.server.connections();
    EXPECT_EQ(counts.accepted, 3U);
    EXPECT_EQ(counts.open, 2U);
    EXPECT_EQ(counts.turned_away, 1U);
}

TEST_P(FullHouse, ServesAgainWhenOneLeaves) {
    fill();
    guests[0].close();
    while (server.server.connections().open == 2) std::this_thread::yield();

    client third{port, GetParam()};
    third.send(get_a);
    EXPECT_EQ(third.receive().body, "GET /a |");
    guests[1].send(get_a);
    EXPECT_EQ(guests[1].receive().body, "GET /a |");
}

TEST_P(FullHouse, RefusesWhatIsNoRequest) {
    fill();
    client third{port, GetParam()};
    third.send("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(third.receive().status(), 400U);
    EXPECT_EQ(third.receive_rest(), "");
}

TEST(FullHouseOfOneReactor, ClosesAtOnceWhenTooManyAreBeingTurnedAway) {
    running server{{.connections_max = 1, .turned_away_max = 1}};
    const unsigned short port = server.server.port();
    client guest{port};
    client waiting{port};  // says nothing yet
    client third{port};
    EXPECT_EQ(third.receive_rest(), "");
    waiting.send(get_a);
    EXPECT_EQ(waiting.receive().status(), 503U);
    waiting.half_close();
    EXPECT_EQ(waiting.receive_rest(), "");
    guest.send(get_a);
    EXPECT_EQ(guest.receive().status(), 200U);
    EXPECT_EQ(server.server.connections().turned_away, 2U);
}

TEST(FullHouseOfOneReactor, WaitsForARequestOnlySoLong) {
    server_options options{.connections_max = 1};
    options.times.turn_away = options.times.sweep = 1ms;
    running server{options};
    client guest{server.server.port()};
    client silent{server.server.port()};
    EXPECT_EQ(silent.receive_rest(), "");
    client slow{server.server.port()};
    slow.send("G");
    EXPECT_THAT(slow.receive_rest(), ::testing::AnyOf("", ::testing::HasSubstr(" 408 ")));
    guest.send(get_a);
    EXPECT_EQ(guest.receive().status(), 200U);
}

TEST(Server, OutlivesAFullTableOfDescriptors) {
    running server{{}};
    client first{server.server.port()};
    first.send(get_a);
    EXPECT_EQ(first.receive().status(), 200U);

    ::rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    client second{server.server.port()};
    second.send(get_a);
    EXPECT_EQ(second.receive().status(), 200U);
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket third{context, boost::asio::ip::tcp::v4()};
    ::rlimit full = before;
    full.rlim_cur = static_cast<::rlim_t>(third.native_handle()) + 1;
    ::setrlimit(RLIMIT_NOFILE, &full);
    third.connect({boost::asio::ip::address_v4::loopback(), server.server.port()});
    first.send(get_a);  // answered after the reactor has failed to accept
    EXPECT_EQ(first.receive().status(), 200U);
    ::setrlimit(RLIMIT_NOFILE, &before);

    boost::asio::write(third, boost::asio::buffer(get_a));
    std::string answer(8, '\0');
    boost::asio::read(third, boost::asio::buffer(answer));
    EXPECT_EQ(answer, "HTTP/1.1");
}

TEST(Server, EndsIdleConnectionsWhenItStops) {
    running server{{.reactors = 2}};
    client peer{server.server.port()};
    peer.send(get_a);
    EXPECT_EQ(peer.receive().status(), 200U);

    server.server.stop(1h);

    EXPECT_EQ(peer.receive_rest(), "");
}

TEST(Server, FinishesWhatIsInFlightWhenItStops) {
    running server{{}};
    client peer{server.server.port()};
    client idle{server.server.port()};
    peer.send(get_hold);
    server.app.wait_until_held();

    auto stopped = std::async(std::launch::async, [&] { server.server.stop(1h); });
    EXPECT_EQ(idle.receive_rest(), "");  // it has begun to stop
    server.app.release();

    const received answer = peer.receive();
    EXPECT_EQ(answer.body, "GET /hold |");
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_EQ(peer.receive_rest(), "");
    stopped.get();
}

TEST(Server, CutsOffWhatDoesNotFinishInTime) {
    running server{{}};
    client peer{server.server.port()};
    peer.send(get_hold);
    server.app.wait_until_held();

    server.server.stop(1ms);

    SUCCEED();  // it has returned, and the destructor ends the suspended request
}

/// An application whose requests another thread resumes, but only when the application ends.
class resumed_too_late {
public:
    ~resumed_too_late() {
        ending_.set_value();
        if (thread_.joinable()) thread_.join();
    }

    awaitable<void> respond() {
        auto suspend = [this](auto handler) {
            thread_ = std::thread{[this, handler = std::move(handler)]() mutable {
                ending_.get_future().wait();
                const auto executor = boost::asio::get_associated_executor(handler);
                boost::asio::post(executor, std::move(handler));
            }};
            suspended_->set_value();
        };
        using token = const boost::asio::use_awaitable_t<>;
        co_await boost::asio::async_initiate<token, void()>(suspend, boost::asio::use_awaitable);
    }

    explicit resumed_too_late(std::promise<void>& suspended) : suspended_{&suspended} {}

private:
    std::promise<void>* suspended_;
    std::promise<void> ending_{};
    std::thread thread_{};
};

TEST(Server, CutsOffWhatAnotherThreadResumesTooLate) {
    std::promise<void> suspended;
    server made{{}, [&](boost::asio::io_context&) {
                    const auto own = std::make_shared<resumed_too_late>(suspended);
                    return application{
                        .respond = [own](const request_view&, answer&) { return own->respond(); }};
                }};
    made.start();
    client peer{made.port()};
    peer.send(get_a);
    suspended.get_future().wait();

    made.stop(1ms);

    SUCCEED();  // it has returned, and the destructor ends the request that is resumed meanwhile
}

TEST(Server, EndsWithoutEverHavingStarted) {
    echo app;
    server made{{}, [&](boost::asio::io_context& context) { return app(context); }};
    made.stop(1h);
}

}  // namespace
}  // namespace partner_center::http
