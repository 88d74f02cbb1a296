// Tests of what a log is told of exchanges, and above all of what it is not.
// SPDX-License-Identifier: MIT
#include <chrono>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sdk/src/test_server.hpp"
#include <partner_center/client.hpp>
#include <partner_center/curl_transport.hpp>
#include <partner_center/testing/fake_transport.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using tests::test_server;

const outgoing_request request{
    .base_url = "https://pc.example",
    .request{
        .method = "POST",
        .target = "/v1/customers?filter=Tidewater",
        .fields =
            {{"authorization", "Bearer SECRET"},
             {"MS-RequestId", "r1"},
             {"ms-correlationid", "c1"},
             {"If-Match", "5"}},
        .body = "SECRET"}};

/// Says all there is in a record.
[[nodiscard]] std::string text_of(const logged_exchange& record) {
    std::string out = record.method + ' ' + record.url + ' ' + std::to_string(record.http_status) +
                      ' ' + std::string{to_string(record.category)} + ' ' + record.problem + ' ' +
                      std::to_string(record.request_bytes) + ' ' +
                      std::to_string(record.response_bytes) + ' ' + record.request_id + ' ' +
                      record.correlation_id;
    for (const http::field& each : record.sent) out += " >" + each.name + ':' + each.value;
    for (const http::field& each : record.came) out += " <" + each.name + ':' + each.value;
    return out;
}

class log_transport_test : public ::testing::TestWithParam<bool> {
protected:
    /// What is told of the request, in the form that the parameter says: asynchronous or not.
    [[nodiscard]] logged_exchange record_of(outcome<http::response> answer) {
        const auto fake = std::make_shared<testing::fake_transport>();
        fake->answer(std::move(answer));
        logged_exchange out;
        unsigned told = 0;
        const log_transport logged{fake, [&](const logged_exchange& record) {
                                       out = record;
                                       ++told;
                                   }};
        if (GetParam()) {
            logged.exchange_async(request, [](const outcome<http::response>&) {});
        } else {
            static_cast<void>(logged.exchange(request));
        }
        EXPECT_EQ(told, 1U);
        return out;
    }
};

using LogTransport = log_transport_test;
INSTANTIATE_TEST_SUITE_P(Forms, LogTransport, ::testing::Bool());

TEST_P(LogTransport, TellsWhatMayBeKnownOfAnExchange) {
    const logged_exchange record = record_of(http::response{
        .status = 409,
        .fields = {{"Set-Cookie", "SECRET"}, {"retry-after", "7"}},
        .body = "SECRET SECRET"});

    EXPECT_EQ(
        text_of(record),
        "POST https://pc.example/v1/customers 409 already_exists  6 13 r1 c1 "
        ">MS-RequestId:r1 >ms-correlationid:c1 >If-Match:5 <retry-after:7"
    );
    EXPECT_GE(record.took, 0us);
}

TEST_P(LogTransport, TellsWhyNoAnswerCame) {
    const logged_exchange record = record_of(error{
        .category = error_category::request_timeout, .description = "nobody answered"});

    EXPECT_EQ(record.http_status, 0U);
    EXPECT_EQ(record.category, error_category::request_timeout);
    EXPECT_EQ(record.problem, "nobody answered");
}

TEST(Log, CountsForLessThanTheAnswer) {
    const auto fake = std::make_shared<testing::fake_transport>();
    fake->answer(http::response{.status = 204});
    const log_transport logged{fake, [](const logged_exchange&) { throw std::bad_alloc{}; }};
    EXPECT_EQ(logged.exchange(request).value().status, 204U);
}

TEST(ClientLog, HasEachAttemptOfACallWithOneRequestId) {
    std::atomic<unsigned> asked{};
    const test_server server{[&](const std::string&) {
        const bool is_first = asked++ == 0;
        return tests::json_answer(is_first ? "503 Busy" : "200 OK", R"({"companyName":"T"})");
    }};
    std::vector<logged_exchange> records;
    const client client{
        clouds::global,
        std::make_shared<static_credential>("SECRET", std::chrono::system_clock::now() + 1h),
        {.base_url = server.url(),
         .retries = {.wait = 0ms},
         .on_exchange = [&](const logged_exchange& record) { records.push_back(record); }}};

    ASSERT_TRUE(client.customers().by_id("c").profiles().billing().get());

    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].http_status, 503U);
    EXPECT_EQ(records[1].http_status, 200U);
    EXPECT_EQ(records[1].url, server.url() + "/v1/customers/c/profiles/billing");
    EXPECT_TRUE(parse_guid(records[0].request_id));
    EXPECT_EQ(records[0].request_id, records[1].request_id);
    EXPECT_EQ((text_of(records[0]) + text_of(records[1])).find("SECRET"), std::string::npos);
}

}  // namespace
}  // namespace partner_center
