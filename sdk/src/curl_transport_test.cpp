// Tests of exchanges over real sockets.
// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <latch>

#include <gtest/gtest.h>

#include "sdk/src/test_server.hpp"
#include <partner_center/curl_transport.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using tests::json_answer;
using tests::test_server;

[[nodiscard]] outgoing_request get(const std::string& url) {
    return {
        .base_url = url,
        .request{.method = "GET", .target = "/v1/a%2Fb/../c?d=e", .fields{{"X-Locale", "en-US"}}},
    };
}

[[nodiscard]] outcome<http::response> exchange(const outgoing_request& request) {
    return make_curl_transport({})->exchange(request);
}

TEST(CurlTransport, SendsTheRequestAndGivesTheAnswer) {
    std::string seen;
    const test_server server{[&](const std::string& request) {
        seen = request;
        return json_answer("404 Not Found", "{}");
    }};

    const auto answer = exchange(get(server.url()));

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 404U);
    EXPECT_EQ(answer->body, "{}");
    EXPECT_EQ(answer->find("content-type"), "application/json");
    EXPECT_TRUE(seen.starts_with("GET /v1/a%2Fb/../c?d=e HTTP/1.1\r\n")) << seen;
    EXPECT_NE(seen.find("X-Locale: en-US\r\n"), std::string::npos) << seen;
}

TEST(CurlTransport, SendsBodiesOfAnyMethod) {
    std::string seen;
    const test_server server{[&](const std::string& request) {
        seen = request;
        return json_answer("200 OK", "{}");
    }};
    for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
        outgoing_request request = get(server.url());
        request.request.method = method;
        request.request.body = method == "DELETE" ? "" : "{\"a\":1}";

        ASSERT_TRUE(exchange(request));

        EXPECT_TRUE(seen.starts_with(method + " /v1/")) << seen;
        EXPECT_TRUE(seen.ends_with("\r\n\r\n" + request.request.body)) << seen;
        EXPECT_NE(seen.find("Content-Length: "), std::string::npos) << seen;
        EXPECT_EQ(seen.find("Content-Type"), std::string::npos) << seen;
        EXPECT_EQ(seen.find("Expect"), std::string::npos) << seen;
    }
}

TEST(CurlTransport, ReadsNoBodyAfterHead) {
    const test_server server{[](const std::string&) {
        return std::string{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"};
    }};
    outgoing_request request = get(server.url());
    request.request.method = "HEAD";
    const auto answer = exchange(request);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "");
}

TEST(CurlTransport, LeavesNothingOfARequestToTheNext) {
    std::string seen;
    const test_server server{[&](const std::string& request) {
        seen = request;
        const std::string answer = json_answer("200 OK", "{}");
        return request.starts_with("HEAD") ? answer.substr(0, answer.size() - 2) : answer;
    }};
    const auto transport = make_curl_transport({});
    for (const std::string method : {"POST", "GET", "HEAD", "PUT", "HEAD", "GET", "DELETE"}) {
        outgoing_request request = get(server.url());
        request.request.method = method;
        const bool has_body = method == "POST" || method == "PUT";
        if (has_body) request.request.body = method;

        const auto answer = transport->exchange(request);

        ASSERT_TRUE(answer) << method;
        EXPECT_EQ(answer->body, method == "HEAD" ? "" : "{}");
        EXPECT_TRUE(seen.starts_with(method + " /v1/")) << seen;
        EXPECT_TRUE(seen.ends_with("\r\n\r\n" + request.request.body)) << seen;
        const bool has_length = seen.find("Content-Length: ") != std::string::npos;
        EXPECT_EQ(has_length, has_body || method == "DELETE") << seen;
    }
    EXPECT_EQ(server.connections(), 1U);
}

TEST(CurlTransport, KeepsItsConnectionOpen) {
    const test_server server{[](const std::string&) { return json_answer("200 OK", "{}"); }};
    const auto transport = make_curl_transport({});
    for (int call = 0; call < 3; ++call) ASSERT_TRUE(transport->exchange(get(server.url())));
    EXPECT_EQ(server.requests(), 3U);
    EXPECT_EQ(server.connections(), 1U);
}

TEST(CurlTransport, FollowsNoRedirect) {
    const test_server server{[](const std::string&) {
        return std::string{"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"};
    }};
    const auto answer = exchange(get(server.url()));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 302U);
    EXPECT_EQ(server.requests(), 1U);
}

TEST(CurlTransport, ForgetsTheHeadersOfInterimAnswers) {
    const test_server server{[](const std::string&) {
        return "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + json_answer("200 OK", "{}");
    }};
    const auto answer = exchange(get(server.url()));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200U);
    EXPECT_FALSE(answer->find("Link"));
}

TEST(CurlTransport, FailsOnATruncatedAnswer) {
    const test_server server{[](const std::string&) {
        return std::string{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 99\r\n\r\n{"};
    }};
    const auto answer = exchange(get(server.url()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, error_category::response_parsing);
}

TEST(CurlTransport, FailsWhenTheConnectionEndsWithoutAnAnswer) {
    const test_server server{[](const std::string&) { return std::string{}; }};
    const auto answer = exchange(get(server.url()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, error_category::not_specified);
}

TEST(CurlTransport, FailsOnWhatIsNotHttp) {
    const test_server server{
        [](const std::string&) { return std::string{"SSH-2.0 Connection: close\r\n"}; }};
    EXPECT_FALSE(exchange(get(server.url())));
}

TEST(CurlTransport, StopsReadingAtTheLimit) {
    const test_server server{
        [](const std::string&) { return json_answer("200 OK", std::string(1000, ' ')); }};
    outgoing_request request = get(server.url());
    request.limits.response_bytes_max = 1000;
    EXPECT_TRUE(exchange(request));
    request.limits.response_bytes_max = 999;
    const auto answer = exchange(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, error_category::response_parsing);
    EXPECT_EQ(answer.error().http_status, 200U);  // so that nobody asks for it again
    EXPECT_NE(answer.error().description.find("larger"), std::string::npos);
}

TEST(CurlTransport, DoesNotWaitForEver) {
    std::latch over{1};
    const test_server server{[&](const std::string&) {
        over.wait();
        return json_answer("200 OK", "{}");
    }};
    outgoing_request request = get(server.url());
    request.limits.total = 20ms;
    const auto answer = exchange(request);
    over.count_down();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, error_category::request_timeout);
}

TEST(CurlTransport, SaysThatNothingListens) {
    const auto answer = exchange(get(tests::closed_url()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, error_category::not_specified);
    EXPECT_NE(answer.error().description.find("is the service running"), std::string::npos);
}

TEST(CurlTransport, UsesNoProxyForThisMachine) {
    const test_server server{[](const std::string&) { return json_answer("200 OK", "{}"); }};
    ::setenv("http_proxy", tests::closed_url().c_str(), 1);
    const auto answer = exchange(get(server.url()));
    ::unsetenv("http_proxy");
    EXPECT_TRUE(answer);
}

}  // namespace
}  // namespace partner_center
