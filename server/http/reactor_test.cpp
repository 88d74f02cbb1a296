// What a reactor does with requests that arrive while it begins to stop, and when its memory ends.
// Calls reactor.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/reactor.hpp"

#include <future>

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/test_client.hpp"

namespace partner_center::http {
namespace {

using namespace std::chrono_literals;
using http::testing::client;
using http::testing::received;

constexpr std::string_view get_a = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

/// Keeps a reactor from its work until release(), so that a test decides what it finds then.
class busy {
public:
    explicit busy(boost::asio::io_context& context) {
        boost::asio::post(context, [this] {
            began_.set_value();
            released_.get_future().wait();
        });
    }
    void wait_until_begun() { began_.get_future().wait(); }
    void release() { released_.set_value(); }

private:
    std::promise<void> began_{};
    std::promise<void> released_{};
};

class Reactor : public ::testing::Test {
protected:
    void TearDown() override {  // once more, for a test that has failed before
        made.stop(0ms);
        made.join();
    }

    [[nodiscard]] unsigned short port() { return made.listening().local_endpoint().port(); }

    void expect_last_answer(client& peer) {
        const received answer = peer.receive();
        EXPECT_EQ(answer.body, "GET /a |");
        EXPECT_TRUE(answer.has("Connection: close"));
        EXPECT_EQ(peer.receive_rest(), "");
    }

    boost::asio::io_context* context{};
    http::testing::echo app{};
    connection_meter meter{};
    reactor made{
        {},
        meter,
        [](boost::asio::io_context& own) { return listen_alone(own, "127.0.0.1", 0); },
        [this](boost::asio::io_context& own) {
            context = &own;
            return app(own);
        }};
};

TEST_F(Reactor, AnswersWhatHasArrivedOnAnIdleConnectionWhenItStops) {
    made.start();
    client peer{port()};
    peer.send(get_a);
    EXPECT_EQ(peer.receive().status(), 200U);
    busy between{*context};  // when it has begun, the end of the writing is queued
    between.wait_until_begun();
    between.release();

    busy before{*context};  // when it has begun, the session reads
    before.wait_until_begun();
    peer.send(get_a);
    made.stop(1h);
    before.release();

    expect_last_answer(peer);
}

TEST_F(Reactor, AnswersWhatHasArrivedOnANewConnectionWhenItStops) {
    made.start();
    busy before{*context};
    before.wait_until_begun();
    client peer{port()};
    peer.send(get_a);
    busy found{*context};  // behind this the accepted connection is queued, before the stop
    before.release();
    found.wait_until_begun();
    made.stop(1h);
    found.release();

    expect_last_answer(peer);
}

TEST_F(Reactor, AnswersAConnectionThatIsBeingAcceptedWhenItStops) {
    client peer{port()};
    peer.send(get_a);
    busy before{*context};
    made.start();  // behind `before`; it accepts at once, but hears of it only after the stop
    before.wait_until_begun();
    made.stop(1h);
    before.release();

    expect_last_answer(peer);
}

TEST_F(Reactor, EndsTheProcessWhenItCannotAcceptAnyMore) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto connect_without_memory = [this] {
        made.start();
        boost::asio::post(*context, http::testing::starve_this_thread);
        client peer{port()};
        static_cast<void>(peer.receive_rest());
        made.stop(1ms);
        made.join();
    };
    EXPECT_DEATH(connect_without_memory(), "std::bad_alloc");
}

}  // namespace
}  // namespace partner_center::http
