// Tests of tokens: how they are asked for, kept and renewed, with a clock of the test's own.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sdk/src/test_server.hpp"
#include <partner_center/credential.hpp>
#include <partner_center/testing/fake_transport.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;

class application_credential_test : public ::testing::Test {
protected:
    [[nodiscard]] application_credential make(token_endpoint endpoint) {
        return {
            clouds::global,
            who_,
            {.endpoint = endpoint, .transport = fake_, .clock = [this] { return now_; }},
        };
    }

    void answer(const std::string& token, const std::string& lifetime) {
        fake_->answer(http::response{
            .status = 200,
            .body = R"({"token_type":"Bearer","expires_in":)" + lifetime + R"(,"access_token":")" +
                    token + "\"}",
        });
    }

    [[nodiscard]] std::size_t asked() const { return fake_->requests().size(); }

    application who_{.tenant = "contoso.example", .client_id = "id", .client_secret = "s&cret+ /"};
    std::shared_ptr<testing::fake_transport> fake_ = std::make_shared<testing::fake_transport>();
    std::chrono::system_clock::time_point now_{std::chrono::sys_days{2026y / 1 / 22}};
};

using ApplicationCredential = application_credential_test;

TEST_F(ApplicationCredential, AsksTheCloudsAuthority) {
    const auto credential = make(token_endpoint::v2);
    answer("t1", "3599");

    EXPECT_EQ(credential.bearer_token().value(), "t1");

    const outgoing_request asked_for = fake_->requests().at(0);
    EXPECT_EQ(asked_for.base_url, "https://login.microsoftonline.com");
    EXPECT_EQ(asked_for.request.method, "POST");
    EXPECT_EQ(asked_for.request.target, "/contoso.example/oauth2/v2.0/token");
    EXPECT_EQ(
        asked_for.request.body,
        "grant_type=client_credentials&client_id=id&client_secret=s%26cret%2B%20%2F"
        "&scope=https%3A%2F%2Fapi.partnercenter.microsoft.com%2F.default"
    );
}

TEST_F(ApplicationCredential, KnowsTheOlderEndpointAndItsTexts) {
    const auto credential = make(token_endpoint::v1);
    answer("t1", "\"3599\"");

    EXPECT_EQ(credential.bearer_token().value(), "t1");

    const http::request request = fake_->requests().at(0).request;
    EXPECT_EQ(request.target, "/contoso.example/oauth2/token");
    EXPECT_TRUE(request.body.ends_with("&resource=https%3A%2F%2Fapi.partnercenter.microsoft.com"));
}

TEST_F(ApplicationCredential, RenewsFiveMinutesAhead) {
    const auto credential = make(token_endpoint::v2);
    answer("t1", "7200");
    answer("t2", "7200");

    EXPECT_EQ(credential.bearer_token().value(), "t1");
    now_ += 7200s - 301s;
    EXPECT_EQ(credential.bearer_token().value(), "t1");
    now_ += 1s;
    EXPECT_EQ(credential.bearer_token().value(), "t2");
    EXPECT_EQ(asked(), 2U);
}

TEST_F(ApplicationCredential, RenewsATenthOfAShortLifetimeAhead) {
    const auto credential = make(token_endpoint::v2);
    answer("t1", "1000");
    answer("t2", "1000");

    EXPECT_EQ(credential.bearer_token().value(), "t1");
    now_ += 899s;
    EXPECT_EQ(credential.bearer_token().value(), "t1");
    now_ += 1s;
    EXPECT_EQ(credential.bearer_token().value(), "t2");
}

TEST_F(ApplicationCredential, DoesNotUseTheLastThirtySeconds) {
    const auto credential = make(token_endpoint::v2);
    answer("t1", "100");

    EXPECT_EQ(credential.bearer_token().value(), "t1");
    now_ += 69s;
    EXPECT_EQ(credential.bearer_token().value(), "t1");
    EXPECT_EQ(asked(), 1U);
    now_ += 1s;
    EXPECT_FALSE(credential.bearer_token());  // the script is at its end
}

TEST_F(ApplicationCredential, KeepsAGoodTokenWhenRenewingFails) {
    const auto credential = make(token_endpoint::v2);
    answer("t1", "3600");
    EXPECT_EQ(credential.bearer_token().value(), "t1");

    now_ += 3300s;
    EXPECT_EQ(credential.bearer_token().value(), "t1");
    EXPECT_EQ(credential.bearer_token().value(), "t1");
    EXPECT_EQ(asked(), 2U);  // not again on every call
    now_ += 30s;
    answer("t2", "3600");
    EXPECT_EQ(credential.bearer_token().value(), "t2");
}

TEST_F(ApplicationCredential, DoesNotRememberFailures) {
    const auto credential = make(token_endpoint::v2);
    EXPECT_FALSE(credential.bearer_token());
    answer("t1", "3600");
    EXPECT_EQ(credential.bearer_token().value(), "t1");
}

TEST_F(ApplicationCredential, GivesTheAuthoritysReason) {
    const auto credential = make(token_endpoint::v2);
    fake_->answer(http::response{
        .status = 401,
        .body = R"({"error":"invalid_client","error_description":"AADSTS7000215: wrong secret."})",
    });

    const auto token = credential.bearer_token();

    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().category, error_category::unauthorized);
    EXPECT_EQ(token.error().http_status, 401U);
    EXPECT_EQ(token.error().code, "invalid_client");
    EXPECT_NE(token.error().description.find("AADSTS7000215"), std::string::npos);
}

TEST_F(ApplicationCredential, TellsAnAuthorityThatIsDownFromARefusal) {
    const auto credential = make(token_endpoint::v2);
    fake_->answer(http::response{.status = 503, .body = "<html>"});
    EXPECT_EQ(credential.bearer_token().error().category, error_category::server_busy);
}

TEST_F(ApplicationCredential, RefusesAnswersWithoutTokenOrLifetime) {
    for (const std::string body :
         {"",
          "<html>",
          "{}",
          R"({"access_token":"t"})",
          R"({"access_token":"t","expires_in":"soon"})",
          R"({"expires_in":3600})"}) {
        fake_->answer(http::response{.status = 200, .body = body});
        const auto token = make(token_endpoint::v2).bearer_token();
        ASSERT_FALSE(token) << body;
        EXPECT_EQ(token.error().category, error_category::response_parsing) << body;
    }
}

TEST_F(ApplicationCredential, SendsNoSecretOverPlainHttp) {
    cloud where = clouds::global;
    where.authority = "http://10.0.0.1";
    const application_credential credential{where, who_, {.transport = fake_}};
    EXPECT_FALSE(credential.bearer_token());
    EXPECT_EQ(asked(), 0U);
}

TEST_F(ApplicationCredential, RefusesBlankSettings) {
    for (const application& who :
         {application{"", "i", "s"}, {"..", "i", "s"}, {"t", "", "s"}, {"t", "i", ""}}) {
        who_ = who;
        const auto token = make(token_endpoint::v2).bearer_token();
        ASSERT_FALSE(token);
        EXPECT_EQ(token.error().category, error_category::bad_input);
    }
    EXPECT_EQ(asked(), 0U);
}

TEST_F(ApplicationCredential, AsksOnceHoweverManyThreadsNeedAToken) {
    constexpr unsigned thread_count = 32;
    std::atomic<unsigned> arrived{};
    // Each call tells the time first: the authority waits until all threads have done so.
    const tests::test_server authority{[&](const std::string&) {
        for (unsigned seen = arrived; seen < thread_count; seen = arrived) arrived.wait(seen);
        return tests::json_answer("200 OK", R"({"access_token":"t1","expires_in":3600})");
    }};
    cloud where = clouds::global;
    const std::string url = authority.url();
    where.authority = url;
    const auto clock = [&] {
        ++arrived;
        arrived.notify_all();
        return now_;
    };
    const application_credential credential{where, who_, {.clock = clock}};

    std::atomic<unsigned> good{};
    std::vector<std::thread> threads;
    for (unsigned each = 0; each < thread_count; ++each) {
        threads.emplace_back([&] {
            if (credential.bearer_token().value() == "t1") ++good;
        });
    }
    for (std::thread& each : threads) each.join();

    EXPECT_EQ(good, thread_count);
    EXPECT_EQ(authority.requests(), 1U);
}

TEST(StaticCredential, GivesItsTokenUntilThirtySecondsBeforeTheEnd) {
    std::chrono::system_clock::time_point now{};
    const static_credential credential{"t", now + 60s, [&] { return now; }};

    now += 29s;
    EXPECT_EQ(credential.bearer_token().value(), "t");
    now += 1s;
    const auto token = credential.bearer_token();
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().category, error_category::unauthorized);
}

}  // namespace
}  // namespace partner_center
