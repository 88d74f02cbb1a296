// Tests of what a trace shows, and above all of what it does not.
// SPDX-License-Identifier: MIT
#include <latch>
#include <mutex>
#include <new>
#include <regex>
#include <vector>

#include <gtest/gtest.h>

#include "sdk/src/test_server.hpp"
#include <partner_center/curl_transport.hpp>
#include <partner_center/testing/fake_transport.hpp>
#include <partner_center/trace_transport.hpp>

namespace partner_center {
namespace {

[[nodiscard]] std::string without_times(const std::string& text) {
    return std::regex_replace(text, std::regex{" after [0-9]+ ms"}, " after … ms");
}

[[nodiscard]] std::string trace(const http::request& request, outcome<http::response> answer) {
    auto fake = std::make_shared<testing::fake_transport>();
    fake->answer(std::move(answer));
    std::string text;
    const trace_transport traced{fake, [&](std::string_view part) { text += part; }};
    static_cast<void>(traced.exchange({.base_url = "https://pc.example", .request = request}));
    return without_times(text);
}

TEST(TraceTransport, ShowsAnExchange) {
    const std::string text = trace(
        {.method = "GET", .target = "/v1/x", .fields{{"authorization", "Bearer SECRET"}}},
        http::response{
            .status = 200,
            .fields{{"Content-Type", "application/json; charset=utf-8"}, {"Set-Cookie", "SECRET"}},
            .body = R"({"companyName":"Tidewater \"\u00fc\""})",
        }
    );
    EXPECT_EQ(
        text,
        "> GET https://pc.example/v1/x\n"
        "> authorization: (hidden)\n"
        "< 200 after … ms\n"
        "< Content-Type: application/json; charset=utf-8\n"
        "< Set-Cookie: (hidden)\n"
        "\n"
        R"({"companyName":"Tidewater \"\u00fc\""})"
        "\n"
    );
}

TEST(TraceTransport, HidesSecretsInBodies) {
    for (const std::string body : {
             R"({"access_token":"SECRET","expires_in":1})",
             R"({"a":["x","y"],"userCredentials":{"userName":"admin","Password" : "SEC\"RET"}})",
             R"({"device_code":"SECRET","interval":5})",
             R"({"headers":[{"key":"MS-ContinuationToken","value":"SECRET"}]})",
             R"({"password":"SECRET)",
             R"({"password":"SECRET\)",
         }) {
        const std::string text = trace(
            {.method = "POST", .target = "/", .body = "client_secret=SECRET"},
            http::response{
                .status = 200, .fields{{"Content-Type", "application/json"}}, .body = body}
        );
        EXPECT_EQ(text.find("SEC"), std::string::npos) << text;
        EXPECT_EQ(text.find("RET"), std::string::npos) << text;
        EXPECT_NE(text.find("(hidden)"), std::string::npos) << text;
        EXPECT_NE(text.find("(20 bytes, not shown)"), std::string::npos) << text;
    }
}

TEST(TraceTransport, ShowsAnAsynchronousExchangeAsOneText) {
    constexpr unsigned count = 20;
    tests::crowd_server server{count, tests::json_answer("200 OK", R"({"password":"SECRET"})")};
    std::mutex mutex;
    std::vector<std::string> texts;
    const auto traced = std::make_shared<const trace_transport>(
        make_curl_transport({}),
        [&](std::string_view text) {
            const std::lock_guard lock{mutex};
            texts.emplace_back(text);
        }
    );
    std::latch answered{count};

    for (unsigned each = 0; each < count; ++each) {
        outgoing_request request{.base_url = server.url(), .request{.method = "GET"}};
        request.request.target = "/" + std::to_string(each);
        traced->exchange_async(std::move(request), [&](const outcome<http::response>& answer) {
            if (answer) answered.count_down();
        });
    }

    answered.wait();
    ASSERT_EQ(texts.size(), count);
    for (const std::string& text : texts) {
        EXPECT_TRUE(text.starts_with("> GET " + server.url() + "/")) << text;
        EXPECT_TRUE(text.ends_with("\n\n{\"password\":\"(hidden)\"}\n")) << text;
    }
}

TEST(TraceTransport, CountsForLessThanTheAnswer) {
    auto fake = std::make_shared<testing::fake_transport>();
    fake->answer(http::response{.status = 204});
    const trace_transport traced{fake, [](std::string_view) { throw std::bad_alloc{}; }};
    unsigned status = 0;
    traced.exchange_async({}, [&](const outcome<http::response>& answer) {
        status = answer.value().status;
    });
    EXPECT_EQ(status, 204U);
}

TEST(TraceTransport, ShowsNoBodyAndNoQueryInASupportTicket) {
    auto fake = std::make_shared<testing::fake_transport>();
    fake->answer(http::response{
        .status = 200,
        .fields{{"Content-Type", "application/json"}},
        .body = R"({"companyName":"Tidewater"})"});
    std::string text;
    const trace_transport traced{
        fake, [&](std::string_view part) { text += part; }, trace_content::heads};

    static_cast<void>(traced.exchange(
        {.base_url = "https://pc.example",
         .request{.method = "GET", .target = "/v1/customers?filter=Tidewater"}}
    ));

    EXPECT_EQ(
        without_times(text),
        "> GET https://pc.example/v1/customers?(hidden)\n"
        "< 200 after … ms\n"
        "< Content-Type: application/json\n"
        "\n(27 bytes, not shown)\n"
    );
}

TEST(TraceTransport, SaysThatNoAnswerCame) {
    EXPECT_EQ(
        trace({.method = "GET", .target = "/"}, error{.description = "nothing listens"}),
        "> GET https://pc.example/\n< no answer after … ms: nothing listens\n"
    );
}

}  // namespace
}  // namespace partner_center
