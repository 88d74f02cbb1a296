// Tests of what is tried again, when and how often, with a timer of the test's own.
// SPDX-License-Identifier: MIT
#include <deque>
#include <future>
#include <latch>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sdk/src/test_server.hpp"
#include <partner_center/client.hpp>
#include <partner_center/curl_transport.hpp>
#include <partner_center/retry_transport.hpp>
#include <partner_center/testing/fake_transport.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// Which of the two forms is tested: they do the same.
enum class form { blocking, asynchronous };

class retry_transport_test : public ::testing::TestWithParam<form> {
protected:
    void answer(unsigned status) { fake_->answer(http::response{.status = status}); }
    void answer(unsigned status, const std::string& retry_after) {
        fake_->answer(http::response{.status = status, .fields{{"Retry-After", retry_after}}});
    }
    void no_answer(error_category category) { fake_->answer(error{.category = category}); }

    /// Waits take no time; how long they would be is remembered.
    [[nodiscard]] retry_options options() {
        return {
            .wait = 100ms,
            .wait_max = 10s,
            .on_retry = [this](const retry_notice& told) { told_.push_back(told.attempt); },
            .timer =
                [this](milliseconds wait, const std::stop_token& stop, const auto& then) {
                    waits_.push_back(wait);
                    then(!stop.stop_requested());
                },
            .fraction = [] { return 0.5; },
        };
    }

    [[nodiscard]] outcome<http::response> exchange(
        const transport& over, const outgoing_request& outgoing
    ) const {
        if (GetParam() == form::blocking) return over.exchange(outgoing);
        std::promise<outcome<http::response>> landed;
        over.exchange_async(outgoing, [&](outcome<http::response> answer) {
            landed.set_value(std::move(answer));
        });
        return landed.get_future().get();
    }
    [[nodiscard]] outcome<http::response> exchange(const outgoing_request& outgoing) {
        return exchange(retry_transport{fake_, options()}, outgoing);
    }

    [[nodiscard]] static outgoing_request get() {
        return {.base_url = "https://pc.example", .request{.method = "GET", .target = "/v1/x"}};
    }
    [[nodiscard]] static outgoing_request change(const std::string& method) {
        outgoing_request outgoing = get();
        outgoing.request.method = method;
        outgoing.request.fields = {{"ms-requestid", "an-id"}};
        outgoing.request.body = "{}";
        return outgoing;
    }
    [[nodiscard]] std::size_t asked() const { return fake_->requests().size(); }

    std::shared_ptr<testing::fake_transport> fake_ = std::make_shared<testing::fake_transport>();
    std::vector<unsigned> told_{};
    std::vector<milliseconds> waits_{};
};

using RetryTransport = retry_transport_test;
INSTANTIATE_TEST_SUITE_P(
    BothForms, RetryTransport, ::testing::Values(form::blocking, form::asynchronous)
);

TEST_P(RetryTransport, TriesAgainUntilItIsAnswered) {
    answer(503);
    no_answer(error_category::not_specified);
    answer(200);

    EXPECT_EQ(exchange(get()).value().status, 200U);

    EXPECT_EQ(asked(), 3U);
    EXPECT_EQ(told_, (std::vector<unsigned>{1, 2}));
}

TEST_P(RetryTransport, WaitsLongerEachTimeAndNotForEver) {
    for (int each = 0; each < 9; ++each) answer(503);
    outgoing_request outgoing = get();
    outgoing.retries_max = 8;

    EXPECT_EQ(exchange(outgoing).value().status, 503U);

    EXPECT_EQ(
        waits_, (std::vector<milliseconds>{50ms, 150ms, 350ms, 750ms, 1550ms, 3150ms, 5s, 5s})
    );
}

TEST_P(RetryTransport, GivesTheLastAnswerAfterTheLastAttempt) {
    for (const unsigned status : {503U, 503U, 503U, 429U, 200U}) answer(status);
    EXPECT_EQ(exchange(get()).value().status, 429U);
    EXPECT_EQ(asked(), 4U);
}

TEST_P(RetryTransport, TriesAgainOnlyWhatMayHelp) {
    for (const unsigned status : {408U, 429U, 500U, 502U, 503U, 504U}) {
        answer(status);
        answer(200);
        EXPECT_EQ(exchange(get()).value().status, 200U) << status;
    }
    for (const unsigned status : {200U, 304U, 400U, 401U, 404U, 409U, 412U, 501U}) {
        answer(status);
        EXPECT_EQ(exchange(get()).value().status, status);
    }
    using enum error_category;
    for (const error_category category : {not_specified, request_timeout, response_parsing}) {
        no_answer(category);
        answer(200);
        EXPECT_TRUE(exchange(get())) << to_string(category);
    }
    for (const error_category category : {bad_input, unauthorized, cancelled}) {
        no_answer(category);
        EXPECT_EQ(exchange(get()).error().category, category);
    }
    fake_->answer(error{.category = response_parsing, .http_status = 200});  // too large, say
    EXPECT_FALSE(exchange(get()));
}

TEST_P(RetryTransport, RepeatsChangesThatTheServiceCanTellApart) {
    for (const std::string method : {"PUT", "DELETE", "PATCH", "POST"}) {
        answer(503);
        answer(200);
        EXPECT_EQ(exchange(change(method)).value().status, 200U) << method;
    }
    for (const outgoing_request& each : fake_->requests()) {
        EXPECT_EQ(each.request.fields.at(0).value, "an-id");
        EXPECT_EQ(each.request.body, "{}");
    }
    for (const std::string method : {"PATCH", "POST"}) {
        answer(500);
        EXPECT_EQ(exchange(change(method)).value().status, 500U) << method;
    }
}

TEST_P(RetryTransport, HandsThroughWhatMustNotBeSentTwice) {
    outgoing_request token = change("POST");
    token.request.fields.clear();
    answer(503);
    EXPECT_EQ(exchange(token).value().status, 503U);
    EXPECT_EQ(asked(), 1U);
}

TEST_P(RetryTransport, WaitsAsTheServiceAsks) {
    answer(429, "7");
    fake_->answer(http::response{
        .status = 503,
        .fields{
            {"Date", "Thu, 22 Jan 2026 09:00:00 GMT"},
            {"Retry-After", "Thu, 22 Jan 2026 09:00:09 GMT"},
        },
    });
    answer(503, "soon");
    answer(200);

    EXPECT_EQ(exchange(get()).value().status, 200U);

    EXPECT_EQ(waits_, (std::vector<milliseconds>{7050ms, 9150ms, 350ms}));
}

TEST_P(RetryTransport, GivesUpWhenTheServiceAsksForTooLong) {
    answer(429, "11");
    EXPECT_EQ(exchange(get()).value().status, 429U);
    EXPECT_EQ(asked(), 1U);
}

TEST_P(RetryTransport, GivesUpWhenTheDeadlineComesFirst) {
    answer(429, "5");
    outgoing_request outgoing = get();
    outgoing.bounds.deadline = std::chrono::steady_clock::now() + 4s;
    EXPECT_EQ(exchange(outgoing).value().status, 429U);
    EXPECT_EQ(asked(), 1U);
}

TEST_P(RetryTransport, StopsWhileItWaits) {
    std::stop_source source;
    retry_options watched = options();
    watched.timer = make_timer();
    watched.fraction = [] { return 1.0; };
    watched.wait = watched.wait_max = 1h;
    watched.on_retry = [&](const retry_notice&) { source.request_stop(); };
    answer(503);
    outgoing_request outgoing = get();
    outgoing.bounds.stop = source.get_token();

    const auto answer = exchange(retry_transport{fake_, watched}, outgoing);

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, error_category::cancelled);
    EXPECT_NE(answer.error().description.find("waiting to try again"), std::string::npos);
    EXPECT_EQ(asked(), 1U);
}

TEST_P(RetryTransport, StopsRetryingWhenTheServiceIsDown) {
    retry_options poor = options();
    poor.budget = 4;
    const retry_transport over{fake_, poor};
    for (int each = 0; each < 100; ++each) answer(503);

    for (int each = 0; each < 10; ++each) EXPECT_TRUE(exchange(over, get()));

    EXPECT_EQ(asked(), 10U + 4U);
}

TEST_P(RetryTransport, EarnsRetriesByCallsThatNeedNone) {
    retry_options poor = options();
    poor.budget = 1;
    const retry_transport over{fake_, poor};
    const auto retries_of = [&](std::initializer_list<unsigned> statuses) {
        for (const unsigned status : statuses) answer(status);
        const std::size_t before = told_.size();
        for (std::size_t end = asked() + statuses.size(); asked() < end;) {
            static_cast<void>(exchange(over, get()));
        }
        return told_.size() - before;
    };

    EXPECT_EQ(retries_of({503, 503}), 1U);
    EXPECT_EQ(retries_of({200, 200, 200, 200, 200, 200, 200, 200, 200, 503}), 0U);
    EXPECT_EQ(retries_of({404, 503, 200}), 1U);
}

TEST_P(RetryTransport, TakesTheCallsOwnNumber) {
    answer(503);
    outgoing_request outgoing = get();
    outgoing.retries_max = 0;
    EXPECT_EQ(exchange(outgoing).value().status, 503U);
    EXPECT_EQ(asked(), 1U);
}

TEST_P(RetryTransport, IsNotDisturbedByWhoWatches) {
    retry_options watched = options();
    watched.on_retry = [](const retry_notice&) { throw std::bad_alloc{}; };
    answer(503);
    answer(200);
    EXPECT_TRUE(exchange(retry_transport{fake_, watched}, get()));
}

TEST(RetryTransportAsync, HoldsNoThreadAndReallyWaits) {
    constexpr unsigned count = 64;
    std::atomic<unsigned> refused{};
    const auto answer_of = [&](const std::string&) {
        const bool is_first = refused++ < count;
        return tests::json_answer(is_first ? "503 Busy" : "200 OK", "{}");
    };
    tests::test_server server{answer_of};
    retry_options options{.wait = 1ms, .budget = 10 * count};
    options.retries_max = 2 * count;
    const retry_transport over{make_curl_transport({}), options};
    std::atomic<unsigned> good{};
    std::latch done{count};

    for (unsigned each = 0; each < count; ++each) {
        outgoing_request outgoing{.base_url = server.url(), .request{.method = "GET"}};
        outgoing.request.target = "/";
        over.exchange_async(std::move(outgoing), [&](const outcome<http::response>& answer) {
            if (answer && answer->status == 200) ++good;
            done.count_down();
        });
    }

    done.wait();
    EXPECT_EQ(good, count);
}

TEST(RetryTransportAsync, EndsWhatWaitsWhenItIsDestroyed) {
    const auto fake = std::make_shared<testing::fake_transport>();
    fake->answer(http::response{.status = 503, .fields{{"Retry-After", "20"}}});
    std::promise<outcome<http::response>> landed;
    auto over = std::make_unique<const retry_transport>(fake, retry_options{});
    over->exchange_async({.request{.method = "GET"}}, [&](outcome<http::response> answer) {
        landed.set_value(std::move(answer));
    });

    over.reset();

    EXPECT_EQ(landed.get_future().get().error().category, error_category::cancelled);
}

TEST(ClientRetries, AreMadeByDefaultWithOneRequestIdAndSwitchedOffByCall) {
    std::mutex mutex;
    std::vector<std::string> requests;
    const tests::test_server server{[&](const std::string& request) {
        const std::lock_guard lock{mutex};
        requests.push_back(request);
        return requests.size() == 2 ? tests::json_answer("200 OK", "{}")
                                    : tests::json_answer("503 Busy", "{}");
    }};
    const client client{
        clouds::global,
        std::make_shared<static_credential>("t", std::chrono::system_clock::now() + 1h),
        {.base_url = server.url(), .retries{.wait = 1ms}}};

    EXPECT_TRUE(client.customers().list());
    EXPECT_EQ(
        client.within({.retries_max = 0}).customers().list().error().category,
        error_category::server_busy
    );

    ASSERT_EQ(requests.size(), 3U);
    EXPECT_EQ(requests[0], requests[1]);
    EXPECT_NE(requests[1], requests[2]);
}

}  // namespace
}  // namespace partner_center
