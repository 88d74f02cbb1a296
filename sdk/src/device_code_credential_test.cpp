// Tests of signing in on another device: what is asked and shown, how long is waited, how it ends.
// SPDX-License-Identifier: MIT
#include <future>
#include <latch>

#include "sdk/src/test_authority.hpp"
#include "sdk/src/test_server.hpp"
#include <partner_center/user_credentials.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;

class device_code_test : public tests::authority_test {
protected:
    [[nodiscard]] std::shared_ptr<const credential> make() {
        device_code_options chosen{
            .authority = options(),
            .show = [this](const device_code_prompt& prompt) { shown_.push_back(prompt); },
            .stop = stop_.get_token(),
            .timer = timer(),
        };
        chosen.authority.endpoint = endpoint_;
        return make_device_code_credential(clouds::global, who_, chosen);
    }
    void answer_code() {
        answer(
            200,
            R"({"user_code":"BCDF-GHJK","device_code":"d1","verification_uri":"https://a.example/d",)"
            R"("verification_uri_complete":"https://a.example/d?user_code=BCDF-GHJK",)"
            R"("expires_in":900,"interval":5,"message":"Enter it."})"
        );
    }

    application who_{.tenant = "contoso.example", .client_id = "id"};
    token_endpoint endpoint_{};
    std::stop_source stop_{};
    std::vector<device_code_prompt> shown_{};
};

using DeviceCode = device_code_test;

TEST_F(DeviceCode, ShowsTheCodeAndPollsUntilThePersonHasSignedIn) {
    answer_code();
    refuse("authorization_pending");
    answer_token("t1", "r1");

    EXPECT_EQ(make()->bearer_token().value(), "t1");

    ASSERT_EQ(shown_.size(), 1U);
    EXPECT_EQ(shown_[0].user_code, "BCDF-GHJK");
    EXPECT_EQ(shown_[0].verification_uri, "https://a.example/d");
    EXPECT_EQ(shown_[0].verification_uri_complete, "https://a.example/d?user_code=BCDF-GHJK");
    EXPECT_EQ(shown_[0].message, "Enter it.");
    EXPECT_EQ(shown_[0].expires_in, 900s);
    EXPECT_EQ(target(0), "/contoso.example/oauth2/v2.0/devicecode");
    EXPECT_EQ(
        body(0),
        "scope=https%3A%2F%2Fapi.partnercenter.microsoft.com%2Fuser_impersonation"
        "%20offline_access%20openid%20profile&client_id=id"
    );
    EXPECT_EQ(target(1), "/contoso.example/oauth2/v2.0/token");
    EXPECT_EQ(
        body(1),
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=id"
        "&device_code=d1"
    );
    EXPECT_EQ(body(2), body(1));
    EXPECT_EQ(waits_, (std::vector<std::int64_t>{5, 5}));
}

TEST_F(DeviceCode, KnowsTheOlderEndpoint) {
    endpoint_ = token_endpoint::v1;
    answer(
        200,
        R"({"user_code":"U","device_code":"d1","verification_url":"https://a.example/v1",)"
        R"("expires_in":"900","interval":"3"})"
    );
    answer_token("t1", "r1");

    EXPECT_EQ(make()->bearer_token().value(), "t1");

    EXPECT_EQ(shown_.at(0).verification_uri, "https://a.example/v1");
    EXPECT_EQ(target(0), "/contoso.example/oauth2/devicecode");
    EXPECT_EQ(body(0), "resource=https%3A%2F%2Fapi.partnercenter.microsoft.com&client_id=id");
    EXPECT_EQ(
        body(1),
        "grant_type=device_code&client_id=id&code=d1"
        "&resource=https%3A%2F%2Fapi.partnercenter.microsoft.com"
    );
    EXPECT_EQ(waits_, (std::vector<std::int64_t>{3}));
}

TEST_F(DeviceCode, PollsMoreSlowlyWhenAskedToOrWhenTheAuthorityIsOut) {
    answer_code();
    refuse("slow_down");
    refuse("authorization_pending");
    fake_->answer(error{.description = "nothing listens"});
    answer(503, "<html>");
    answer_token("t1", "r1");

    EXPECT_EQ(make()->bearer_token().value(), "t1");

    EXPECT_EQ(waits_, (std::vector<std::int64_t>{5, 10, 10, 15, 20}));
}

TEST_F(DeviceCode, SendsTheSecretOfAConfidentialApplication) {
    who_.client_secret = "s&cret";
    answer_code();
    answer_token("t1", "r1");
    EXPECT_TRUE(make()->bearer_token());
    EXPECT_NE(
        body(1).find("&client_id=id&client_secret=s%26cret&device_code=d1"), std::string::npos
    );
}

TEST_F(DeviceCode, FailsWhenThePersonDeclines) {
    for (const std::string word : {"authorization_declined", "access_denied", "expired_token"}) {
        answer_code();
        refuse(word);
        const auto token = make()->bearer_token();
        ASSERT_FALSE(token);
        EXPECT_EQ(token.error().category, error_category::unauthorized);
        EXPECT_EQ(token.error().code, word);
    }
}

TEST_F(DeviceCode, FailsWhenTheCodeExpires) {
    answer_code();
    for (int each = 0; each < 200; ++each) refuse("authorization_pending");

    const auto token = make()->bearer_token();

    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().code, "expired_token");
    EXPECT_EQ(asked(), 1U + 900 / 5);
}

TEST_F(DeviceCode, RefusesAnswersWithoutACode) {
    for (const std::string body : {"", "{}", R"({"user_code":"U"})", R"({"device_code":"d"})"}) {
        answer(200, body);
        EXPECT_EQ(make()->bearer_token().error().category, error_category::response_parsing);
    }
    refuse("unauthorized_client");
    EXPECT_EQ(make()->bearer_token().error().code, "unauthorized_client");
    EXPECT_TRUE(shown_.empty());
}

TEST_F(DeviceCode, RenewsWithoutThePerson) {
    answer_code();
    answer_token("t1", "r1");
    const auto credential = make();
    EXPECT_EQ(credential->bearer_token().value(), "t1");

    for (const std::string token : {"t2", "t3"}) {
        now_ += 1h;
        answer_token(token, "");  // the old refresh token goes on
        EXPECT_EQ(credential->bearer_token().value(), token);
    }

    EXPECT_EQ(shown_.size(), 1U);
    EXPECT_EQ(
        body(3),
        "grant_type=refresh_token&client_id=id&refresh_token=r1"
        "&scope=https%3A%2F%2Fapi.partnercenter.microsoft.com%2Fuser_impersonation"
        "%20offline_access%20openid%20profile"
    );
}

TEST_F(DeviceCode, AsksThePersonAgainWhenTheRefreshTokenIsRefused) {
    answer_code();
    answer_token("t1", "r1");
    const auto credential = make();
    EXPECT_TRUE(credential->bearer_token());

    now_ += 1h;
    fake_->answer(error{.description = "nothing listens"});
    EXPECT_FALSE(credential->bearer_token());  // an outage is no reason to trouble anybody
    EXPECT_EQ(asked(), 3U);

    refuse("invalid_grant");
    answer_code();
    answer_token("t2", "r2");
    EXPECT_EQ(credential->bearer_token().value(), "t2");
    EXPECT_EQ(shown_.size(), 2U);
}

TEST_F(DeviceCode, CountsLifetimesFromReceipt) {
    answer_code();
    for (int each = 0; each < 100; ++each) refuse("authorization_pending");
    answer_token("t1", "r1");
    const auto credential = make();
    EXPECT_TRUE(credential->bearer_token());

    now_ += 3299s;
    EXPECT_EQ(credential->bearer_token().value(), "t1");
    now_ += 1s;
    answer_token("t2", "");
    EXPECT_EQ(credential->bearer_token().value(), "t2");
}

TEST_F(DeviceCode, EndsWhenItIsStopped) {
    answer_code();
    refuse("authorization_pending");
    stop_.request_stop();
    EXPECT_EQ(make()->bearer_token().error().category, error_category::cancelled);
    EXPECT_EQ(asked(), 1U);
}

TEST_F(DeviceCode, EndsWithTheCredential) {
    answer_code();
    std::latch shown{1};
    auto credential = make_device_code_credential(
        clouds::global,
        who_,
        {.authority = options(), .show = [&](const device_code_prompt&) { shown.count_down(); }}
    );
    std::promise<outcome<std::string>> landed;
    credential->bearer_token_async([&](outcome<std::string> token) {
        landed.set_value(std::move(token));
    });
    shown.wait();

    credential.reset();

    EXPECT_EQ(landed.get_future().get().error().category, error_category::cancelled);
}

}  // namespace
}  // namespace partner_center
