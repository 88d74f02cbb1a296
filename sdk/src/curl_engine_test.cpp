// Tests of asynchronous exchanges, and of what ends exchanges of both forms early, over real
// sockets.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sdk/src/test_server.hpp"
#include <partner_center/curl_transport.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using tests::crowd_server;
using tests::json_answer;
using tests::silent_server;
using tests::test_server;

using later = std::future<outcome<http::response>>;

[[nodiscard]] outgoing_request get(const std::string& url) {
    return {.base_url = url, .request{.method = "GET", .target = "/"}};
}

[[nodiscard]] later exchange_async(const transport& over, outgoing_request request) {
    const auto promise = std::make_shared<std::promise<outcome<http::response>>>();
    over.exchange_async(std::move(request), [promise](outcome<http::response> answer) {
        promise->set_value(std::move(answer));
    });
    return promise->get_future();
}

[[nodiscard]] std::vector<later> exchange_many(
    const transport& over, const std::string& url, unsigned count
) {
    std::vector<later> all;
    for (unsigned each = 0; each < count; ++each) all.push_back(exchange_async(over, get(url)));
    return all;
}

/// A thread that has been joined is still seen for a moment: counts are bounds, not equal.
void wait_for_at_most(std::size_t threads) {
    while (tests::thread_count() > threads) std::this_thread::yield();
}

TEST(CurlEngine, GivesTheAnswerOnAThreadOfItsOwn) {
    const test_server server{[](const std::string&) { return json_answer("418 Teapot", "{}"); }};
    const auto transport = make_curl_transport({});
    std::promise<std::pair<outcome<http::response>, std::thread::id>> promise;

    transport->exchange_async(get(server.url()), [&](outcome<http::response> answer) {
        promise.set_value({std::move(answer), std::this_thread::get_id()});
    });

    const auto [answer, thread] = promise.get_future().get();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 418U);
    EXPECT_EQ(answer->body, "{}");
    EXPECT_EQ(answer->find("content-type"), "application/json");
    EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(CurlEngine, SendsBodies) {
    std::promise<std::string> seen;
    const test_server server{[&](const std::string& request) {
        seen.set_value(request);
        return json_answer("200 OK", "{}");
    }};
    const auto transport = make_curl_transport({});
    outgoing_request request = get(server.url());
    request.request.method = "PATCH";
    request.request.body = std::string(300'000, 'x');

    ASSERT_TRUE(exchange_async(*transport, request).get());

    const std::string text = seen.get_future().get();
    EXPECT_TRUE(text.starts_with("PATCH / HTTP/1.1\r\n"));
    EXPECT_TRUE(text.ends_with(request.request.body));
}

TEST(CurlEngine, HasThousandsUnderWayOnOneThread) {
    constexpr unsigned count = 5'000;
    tests::raise_descriptor_limit();
    crowd_server server{count, json_answer("200 OK", "{}")};
    const auto transport = make_curl_transport({.connections_per_host = count});
    const std::size_t threads_before = tests::thread_count();

    std::vector<later> all = exchange_many(*transport, server.url(), count);
    server.wait_for_requests(count);

    EXPECT_EQ(server.connections(), count);
    EXPECT_LE(tests::thread_count(), threads_before + 1);
    for (later& each : all) ASSERT_TRUE(each.get());
}

TEST(CurlEngine, QueuesWhatIsMoreThanTheConnectionsOfAHost) {
    crowd_server server{4, json_answer("200 OK", "{}")};
    const auto transport = make_curl_transport({.connections_per_host = 4});

    std::vector<later> all = exchange_many(*transport, server.url(), 400);

    for (later& each : all) ASSERT_TRUE(each.get());
    EXPECT_EQ(server.connections(), 4U);
}

TEST(CurlEngine, DoesNotLetOneHostHoldUpAnother) {
    const silent_server silent;
    crowd_server server{1, json_answer("200 OK", "{}")};
    const auto transport = make_curl_transport({.connections_per_host = 1});

    const std::vector<later> stuck = exchange_many(*transport, silent.url("http"), 2);

    EXPECT_TRUE(exchange_async(*transport, get(server.url())).get());
}

TEST(CurlEngine, TellsFailuresAsTheBlockingFormDoes) {
    const test_server dropping{[](const std::string&) { return std::string{}; }};
    const test_server large{
        [](const std::string&) { return json_answer("200 OK", std::string(1000, ' ')); }};
    const auto transport = make_curl_transport({});
    outgoing_request too_large = get(large.url());
    too_large.limits.response_bytes_max = 999;

    for (const outgoing_request& each :
         {get(dropping.url()), get(tests::closed_url()), get("http://nobody.invalid"), too_large}) {
        const auto blocking = transport->exchange(each);
        const auto async = exchange_async(*transport, each).get();
        ASSERT_FALSE(blocking);
        ASSERT_FALSE(async);
        EXPECT_EQ(async.error().category, blocking.error().category);
        EXPECT_EQ(async.error().description, blocking.error().description);
    }
}

TEST(CurlEngine, GoesOnWhenAHandlerThrows) {
    crowd_server server{1, json_answer("200 OK", "{}")};
    const auto transport = make_curl_transport({});
    transport->exchange_async(get(server.url()), [](const outcome<http::response>&) {
        throw std::runtime_error{"a mistake in the handler"};
    });
    server.wait_for_requests(1);
    EXPECT_TRUE(exchange_async(*transport, get(server.url())).get());
}

TEST(CurlEngine, LetsHandlersStartExchanges) {
    crowd_server server{1, json_answer("200 OK", "{}")};
    const auto transport = make_curl_transport({.connections_per_host = 1});
    std::promise<unsigned> done;
    unsigned left = 100;
    answer_handler again = [&](const outcome<http::response>& answer) {
        if (!answer || --left == 0) return done.set_value(left);
        transport->exchange_async(get(server.url()), again);
    };

    transport->exchange_async(get(server.url()), again);

    EXPECT_EQ(done.get_future().get(), 0U);
}

TEST(CurlEngine, TellsThatThereIsNoThreadForItAndTriesAgain) {
    crowd_server server{1, json_answer("200 OK", "{}")};
    const auto transport = make_curl_transport({});
    tests::on_a_thread_that_starts_none([&] {
        const error problem = exchange_async(*transport, get(server.url())).get().error();
        EXPECT_TRUE(problem.description.starts_with("no exchange can be started: "));
    });
    EXPECT_TRUE(exchange_async(*transport, get(server.url())).get());
}

TEST(CurlEngine, CancelsWhatIsUnderWayWhenItIsDestroyed) {
    crowd_server server{1'000, json_answer("200 OK", "{}")};
    const std::size_t threads_before = tests::thread_count();
    auto transport = make_curl_transport({});
    std::vector<later> all = exchange_many(*transport, server.url(), 999);
    server.wait_for_requests(64);

    transport.reset();

    wait_for_at_most(threads_before);
    for (later& each : all) {
        ASSERT_EQ(each.wait_for(0s), std::future_status::ready);
        const auto answer = each.get();
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().category, error_category::cancelled);
    }
}

TEST(CurlEngine, MayBeDestroyedByAHandler) {
    const silent_server silent;
    crowd_server server{1, json_answer("200 OK", "{}")};
    const std::size_t threads_before = tests::thread_count();
    auto transport = make_curl_transport({});
    std::vector<later> stuck = exchange_many(*transport, silent.url("http"), 10);
    std::promise<void> destroyed;

    const class transport& over = *transport;
    over.exchange_async(get(server.url()), [&](const outcome<http::response>&) {
        transport.reset();
        destroyed.set_value();
    });

    destroyed.get_future().get();
    for (later& each : stuck) {
        EXPECT_EQ(each.get().error().category, error_category::cancelled);
    }
    wait_for_at_most(threads_before);
}

TEST(CurlEngine, HasNoThreadBeforeItIsNeeded) {
    crowd_server server{1, json_answer("200 OK", "{}")};
    const std::size_t threads_before = tests::thread_count();
    const auto transport = make_curl_transport({});
    ASSERT_TRUE(transport->exchange(get(server.url())));
    EXPECT_LE(tests::thread_count(), threads_before);
}

/// An exchange that comes as far as its name says and no further.
struct stuck_exchange {
    std::string doing{};
    std::shared_ptr<const transport> over{};
    outgoing_request request{};
    std::function<void()> wait_until_there{};
    std::vector<std::shared_ptr<void>> kept{};  ///< servers, and what keeps connections busy
};

[[nodiscard]] stuck_exchange queued() {
    auto silent = std::make_shared<silent_server>();
    auto over = make_curl_transport({.connections_per_host = 1});
    auto first = std::make_shared<later>(exchange_async(*over, get(silent->url("http"))));
    silent->wait_for_a_byte();
    return {
        .doing = "waiting for a free connection",
        .over = over,
        .request = get(silent->url("http")),
        .wait_until_there = [] {},
        .kept = {silent, first},
    };
}

[[nodiscard]] stuck_exchange connecting() {  // the other side never says hello
    auto silent = std::make_shared<silent_server>();
    return {
        .doing = "connecting",
        .over = make_curl_transport({}),
        .request = get(silent->url("https")),
        .wait_until_there = [silent] { silent->wait_for_a_byte(); },
        .kept = {silent},
    };
}

[[nodiscard]] stuck_exchange sending() {  // more than the buffers of two sockets
    auto silent = std::make_shared<silent_server>();
    outgoing_request request = get(silent->url("http"));
    request.request.method = "PUT";
    request.request.body = std::string(64U << 20U, 'x');
    return {
        .doing = "sending the request",
        .over = make_curl_transport({}),
        .request = std::move(request),
        .wait_until_there = [silent] { silent->wait_for_a_byte(); },
        .kept = {silent},
    };
}

[[nodiscard]] stuck_exchange waiting() {
    auto server = std::make_shared<crowd_server>(2U, "");
    return {
        .doing = "waiting for the answer",
        .over = make_curl_transport({}),
        .request = get(server->url()),
        .wait_until_there = [server] { server->wait_for_requests(1); },
        .kept = {server},
    };
}

[[nodiscard]] stuck_exchange receiving() {  // more than the buffers hold has been sent
    auto server = std::make_shared<test_server>([](const std::string&) {
        return "HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\n" + std::string(30'000'000, ' ');
    });
    return {
        .doing = "receiving the answer",
        .over = make_curl_transport({}),
        .request = get(server->url()),
        .wait_until_there = [server] { server->wait_for_answers(1); },
        .kept = {server},
    };
}

TEST(Bounds, CancelAnAsynchronousExchangeWhereverItIs) {
    for (auto make : {&queued, &connecting, &sending, &waiting, &receiving}) {
        stuck_exchange stuck = make();
        std::stop_source source;
        stuck.request.bounds.stop = source.get_token();

        later answer = exchange_async(*stuck.over, stuck.request);
        stuck.wait_until_there();
        source.request_stop();

        const error problem = answer.get().error();
        EXPECT_EQ(problem.category, error_category::cancelled);
        EXPECT_EQ(problem.description, "the call was cancelled while " + stuck.doing);
    }
}

TEST(Bounds, CancelABlockingExchangeWhereverItIs) {
    for (auto make : {&connecting, &sending, &waiting, &receiving}) {
        stuck_exchange stuck = make();
        std::stop_source source;
        stuck.request.bounds.stop = source.get_token();
        std::thread canceller{[&] {
            stuck.wait_until_there();
            source.request_stop();
        }};

        const auto answer = stuck.over->exchange(stuck.request);
        canceller.join();

        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().category, error_category::cancelled);
        EXPECT_EQ(answer.error().description, "the call was cancelled while " + stuck.doing);
    }
}

// On a connection that is open already curl has nothing to do, and so does not look up by itself.
TEST(Bounds, WakeABlockingExchangeThatNothingElseWakes) {
    std::atomic<unsigned> count{};
    std::latch asked{1};
    std::latch over{1};
    const test_server server{[&](const std::string&) {
        if (count++ == 0) return json_answer("200 OK", "{}");
        asked.count_down();
        over.wait();
        return std::string{};
    }};
    const auto transport = make_curl_transport({});
    outgoing_request request = get(server.url());
    request.limits.connect = 1h;
    ASSERT_TRUE(transport->exchange(request));
    std::stop_source source;
    request.bounds.stop = source.get_token();
    std::thread canceller{[&] {
        asked.wait();
        source.request_stop();
    }};

    const auto answer = transport->exchange(request);
    canceller.join();
    over.count_down();

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, error_category::cancelled);
}

// How far an exchange comes before its time is over is up to the machine; only where it starts is
// sure: an asynchronous one in the queue, a blocking one with connecting.
TEST(Bounds, EndAnExchangeWhenItsTimeIsOverWhereverItIs) {
    for (auto make : {&queued, &connecting, &sending, &waiting, &receiving}) {
        stuck_exchange stuck = make();
        const bool is_queued = stuck.doing == queued().doing;
        stuck.request.bounds.deadline = steady_clock::now() + 50ms;

        const error async = exchange_async(*stuck.over, stuck.request).get().error();
        stuck.request.bounds.deadline = steady_clock::now() + 50ms;
        const error blocking = stuck.over->exchange(stuck.request).error();

        EXPECT_EQ(async.category, error_category::request_timeout);
        EXPECT_EQ(blocking.category, error_category::request_timeout);
        EXPECT_TRUE(async.description.starts_with("the time allowed was over while "));
        EXPECT_TRUE(blocking.description.starts_with("the time allowed was over while "));
        if (is_queued) {
            EXPECT_TRUE(async.description.ends_with(stuck.doing)) << async.description;
        }
        if (stuck.doing == "connecting") {
            EXPECT_TRUE(blocking.description.ends_with(stuck.doing)) << blocking.description;
        }
    }
}

TEST(Bounds, HoldTheTotalTimeForWhatIsQueuedToo) {
    stuck_exchange stuck = queued();
    stuck.request.limits.total = 20ms;
    const error problem = exchange_async(*stuck.over, stuck.request).get().error();
    EXPECT_EQ(problem.category, error_category::request_timeout);
    EXPECT_TRUE(problem.description.ends_with("waiting for a free connection"));
}

TEST(Bounds, SendNothingOfWhatIsOverAlready) {
    crowd_server server{1, json_answer("200 OK", "{}")};
    const auto transport = make_curl_transport({});
    std::stop_source source;
    source.request_stop();
    outgoing_request cancelled = get(server.url());
    cancelled.bounds.stop = source.get_token();
    outgoing_request late = get(server.url());
    late.bounds.deadline = steady_clock::now();

    EXPECT_EQ(transport->exchange(cancelled).error().category, error_category::cancelled);
    EXPECT_EQ(transport->exchange(late).error().category, error_category::request_timeout);
    EXPECT_EQ(
        exchange_async(*transport, cancelled).get().error().category, error_category::cancelled
    );
    EXPECT_EQ(
        exchange_async(*transport, late).get().error().category, error_category::request_timeout
    );
    EXPECT_EQ(server.connections(), 0U);
}

TEST(Bounds, LeaveTheOtherExchangesAlone) {
    crowd_server server{1'000, json_answer("200 OK", "{}")};
    const auto transport = make_curl_transport({.connections_per_host = 100});
    std::stop_source source;
    std::vector<later> stopped;
    std::vector<later> others;
    for (int each = 0; each < 200; ++each) {
        outgoing_request request = get(server.url());
        others.push_back(exchange_async(*transport, request));
        request.bounds.stop = source.get_token();
        stopped.push_back(exchange_async(*transport, request));
    }
    server.wait_for_requests(100);

    source.request_stop();
    for (later& each : stopped) {
        EXPECT_EQ(each.get().error().category, error_category::cancelled);
    }
    server.release();
    for (later& each : others) EXPECT_TRUE(each.get());
}

}  // namespace
}  // namespace partner_center
