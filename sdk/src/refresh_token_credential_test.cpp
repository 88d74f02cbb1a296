// Tests of the tokens that a refresh token stands for.
// SPDX-License-Identifier: MIT
#include "sdk/src/test_authority.hpp"
#include <partner_center/user_credentials.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;

class refresh_token_test : public tests::authority_test {
protected:
    [[nodiscard]] std::shared_ptr<const credential> make(const std::string& refresh_token) {
        return make_refresh_token_credential(
            clouds::global,
            {.tenant = "contoso.example", .client_id = "id", .client_secret = "s"},
            refresh_token,
            {.authority = options(),
             .on_renewed = [this](const std::string& token) { renewed_.push_back(token); }}
        );
    }
    [[nodiscard]] bool sent(std::size_t at, const std::string& refresh_token) const {
        return body(at).find("&refresh_token=" + refresh_token + '&') != std::string::npos;
    }

    std::vector<std::string> renewed_{};
};

using RefreshToken = refresh_token_test;

TEST_F(RefreshToken, IsTradedForTokens) {
    answer_token("t1", "r1");
    EXPECT_EQ(make("r0")->bearer_token().value(), "t1");
    EXPECT_EQ(target(0), "/contoso.example/oauth2/v2.0/token");
    EXPECT_EQ(
        body(0),
        "grant_type=refresh_token&client_id=id&client_secret=s&refresh_token=r0"
        "&scope=https%3A%2F%2Fapi.partnercenter.microsoft.com%2Fuser_impersonation"
        "%20offline_access%20openid%20profile"
    );
}

TEST_F(RefreshToken, IsReplacedByTheNextAndSaysSo) {
    const auto credential = make("r0");
    answer_token("t1", "r1");
    answer_token("t2", "");
    answer_token("t3", "r1");
    answer_token("t4", "r4");
    for (const std::string token : {"t1", "t2", "t3", "t4"}) {
        EXPECT_EQ(credential->bearer_token().value(), token);
        now_ += 1h;
    }

    EXPECT_TRUE(sent(0, "r0") && sent(1, "r1") && sent(2, "r1") && sent(3, "r1"));
    EXPECT_EQ(renewed_, (std::vector<std::string>{"r1", "r4"}));
}

TEST_F(RefreshToken, StaysWhenTheAuthorityGivesNoOther) {
    const auto credential = make("r0");
    answer_token("t1", "");
    answer_token("t2", "");
    EXPECT_TRUE(credential->bearer_token());
    now_ += 1h;
    EXPECT_TRUE(credential->bearer_token());
    EXPECT_TRUE(sent(1, "r0"));
    EXPECT_TRUE(renewed_.empty());
}

TEST_F(RefreshToken, TellsWhenItIsNotTaken) {
    refuse("invalid_grant");
    const auto token = make("r0")->bearer_token();
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().category, error_category::unauthorized);
    EXPECT_EQ(token.error().code, "invalid_grant");
    EXPECT_EQ(token.error().description.find("r0"), std::string::npos);
}

TEST_F(RefreshToken, MustNotBeEmpty) {
    EXPECT_EQ(make("")->bearer_token().error().category, error_category::bad_input);
    EXPECT_EQ(asked(), 0U);
}

}  // namespace
}  // namespace partner_center
