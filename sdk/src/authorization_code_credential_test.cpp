// Tests of signing in with a browser, which the tests play over real sockets.
// SPDX-License-Identifier: MIT
#include <future>
#include <optional>

#include "sdk/src/digest.hpp"
#include "sdk/src/test_authority.hpp"
#include "sdk/src/test_server.hpp"
#include <partner_center/curl_transport.hpp>
#include <partner_center/user_credentials.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;

/// What the credential asked the browser to open.
struct opened_page {
    std::string url{};

    [[nodiscard]] std::string parameter(const std::string& name) const {
        const auto at = url.find(name + '=') + name.size() + 1;
        return url.substr(at, url.find('&', at) - at);
    }
    /// "http://localhost:1234"
    [[nodiscard]] std::string redirect_uri() const {
        std::string uri = parameter("redirect_uri");
        for (const auto& [escape, plain] : {std::pair{"%3A", ":"}, std::pair{"%2F", "/"}}) {
            for (auto at = uri.find(escape); at != std::string::npos; at = uri.find(escape)) {
                uri.replace(at, 3, plain);
            }
        }
        return uri;
    }
};

class authorization_code_test : public tests::authority_test {
protected:
    using browser_function = std::function<void(const opened_page&)>;

    /// A browser goes where it is sent; the answer's status, or 0 without one.
    unsigned go(const opened_page& from, const std::string& target) {
        const auto answer = network_->exchange(
            {.base_url = from.redirect_uri(), .request{.method = "GET", .target = target}}
        );
        if (!answer) return 0;
        last_page_ = answer->body;
        return answer->status;
    }
    /// The authority sends it back.
    unsigned come_back(const opened_page& from, const std::string& parameters) {
        return go(from, "/?" + parameters + "&state=" + from.parameter("state"));
    }

    [[nodiscard]] authorization_code_options options_of(browser_function open) {
        return {
            .authority = options(),
            .open =
                [this, open = std::move(open)](const std::string& url) {
                    page_.url = url;
                    open(page_);
                },
            .redirect_host = "127.0.0.1",
            .timeout = 1h,
            .stop = stop_.get_token(),
        };
    }
    [[nodiscard]] outcome<std::string> sign_in(const authorization_code_options& options) const {
        return make_authorization_code_credential(clouds::global, who_, options)->bearer_token();
    }

    application who_{.tenant = "contoso.example", .client_id = "id"};
    std::stop_source stop_{};
    opened_page page_{};
    std::string last_page_{};
    std::shared_ptr<const transport> network_ = make_curl_transport({});
};

using AuthorizationCode = authorization_code_test;

TEST_F(AuthorizationCode, IsRedeemedForTokens) {
    answer_token("t1", "r1");
    const auto browser = [this](const opened_page& page) {
        EXPECT_EQ(come_back(page, "code=c%2B1%20x&session_state=s"), 200U);
        EXPECT_NE(last_page_.find("You have signed in."), std::string::npos);
    };

    EXPECT_EQ(sign_in(options_of(browser)).value(), "t1");

    EXPECT_TRUE(page_.url.starts_with(
        "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize?client_id=id"
        "&response_type=code&response_mode=query&redirect_uri=http%3A%2F%2F127.0.0.1%3A"
    ));
    EXPECT_TRUE(page_.url.ends_with(
        "&code_challenge_method=S256"
        "&scope=https%3A%2F%2Fapi.partnercenter.microsoft.com%2Fuser_impersonation"
        "%20offline_access%20openid%20profile"
    ));
    EXPECT_EQ(target(0), "/contoso.example/oauth2/v2.0/token");
    const std::string sent = body(0);
    const std::string start =
        "grant_type=authorization_code&client_id=id&code=c%2B1%20x&redirect_uri=" +
        page_.parameter("redirect_uri") + "&code_verifier=";
    ASSERT_TRUE(sent.starts_with(start)) << sent;
    const std::string verifier = sent.substr(start.size(), 43);
    EXPECT_EQ(page_.parameter("code_challenge"), detail::to_base64url(detail::sha256(verifier)));
    EXPECT_EQ(page_.parameter("state").size(), 43U);
}

TEST_F(AuthorizationCode, CountsOnlyTheRequestWithItsState) {
    answer_token("t1", "r1");
    const auto browser = [this](const opened_page& page) {
        EXPECT_EQ(go(page, "/favicon.ico"), 404U);
        EXPECT_EQ(go(page, "/?code=evil&state=" + std::string(43, 'A')), 400U);
        EXPECT_EQ(go(page, "/?code=evil"), 400U);
        EXPECT_EQ(come_back(page, "nothing=1"), 400U);
        EXPECT_EQ(come_back(page, "code=good"), 200U);
    };

    EXPECT_EQ(sign_in(options_of(browser)).value(), "t1");

    EXPECT_EQ(asked(), 1U);
    EXPECT_NE(body(0).find("&code=good&"), std::string::npos);
}

TEST_F(AuthorizationCode, HasAnotherStateAndVerifierEachTime) {
    std::vector<std::string> states;
    for (int each = 0; each < 2; ++each) {
        answer_token("t1", "r1");
        const auto browser = [&](const opened_page& page) {
            states.push_back(page.parameter("state") + page.parameter("code_challenge"));
            come_back(page, "code=c");
        };
        EXPECT_TRUE(sign_in(options_of(browser)));
    }
    EXPECT_NE(states.at(0).substr(0, 43), states.at(1).substr(0, 43));
    EXPECT_NE(states.at(0).substr(43), states.at(1).substr(43));
}

TEST_F(AuthorizationCode, TellsThatThePersonDeclined) {
    const auto browser = [this](const opened_page& page) {
        EXPECT_EQ(
            come_back(page, "error=access_denied&error_description=AADSTS65004%3a+<b>no%zz"), 200U
        );
        EXPECT_EQ(last_page_.find("AADSTS"), std::string::npos);
    };
    const auto token = sign_in(options_of(browser));
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().category, error_category::unauthorized);
    EXPECT_EQ(token.error().code, "access_denied");
    EXPECT_EQ(token.error().description, "the token authority refused: AADSTS65004: <b>no%zz");
    EXPECT_EQ(asked(), 0U);
}

TEST_F(AuthorizationCode, IsNotHeldUpByConnectionsThatSayNothing) {
    answer_token("t1", "r1");
    std::vector<tests::idle_connection> idle;
    const auto browser = [&](const opened_page& page) {
        const std::string uri = page.redirect_uri();
        const auto port = static_cast<unsigned short>(std::stoul(uri.substr(uri.rfind(':') + 1)));
        for (int each = 0; each < 40; ++each) idle.emplace_back(port);
        EXPECT_EQ(come_back(page, "code=c"), 200U);
    };
    EXPECT_EQ(sign_in(options_of(browser)).value(), "t1");
}

TEST_F(AuthorizationCode, RefusesRequestsWithoutEnd) {
    answer_token("t1", "r1");
    const auto browser = [this](const opened_page& page) {
        EXPECT_EQ(come_back(page, "code=" + std::string(40'000, 'x')), 0U);
        EXPECT_EQ(come_back(page, "code=c"), 200U);
    };
    EXPECT_EQ(sign_in(options_of(browser)).value(), "t1");
}

TEST_F(AuthorizationCode, GivesUpWhenNobodyComes) {
    authorization_code_options impatient = options_of([](const opened_page&) {});
    impatient.timeout = 1ms;
    const auto token = sign_in(impatient);
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().category, error_category::request_timeout);
    EXPECT_NE(token.error().description.find("the browser"), std::string::npos);
}

TEST_F(AuthorizationCode, EndsWhenItIsStopped) {
    const auto browser = [this](const opened_page&) { stop_.request_stop(); };
    EXPECT_EQ(sign_in(options_of(browser)).error().category, error_category::cancelled);
}

TEST_F(AuthorizationCode, EndsWithTheCredential) {
    auto credential = make_authorization_code_credential(
        clouds::global, who_, options_of([](const opened_page&) {})
    );
    std::promise<outcome<std::string>> landed;
    credential->bearer_token_async([&](outcome<std::string> token) {
        landed.set_value(std::move(token));
    });
    credential.reset();
    EXPECT_EQ(landed.get_future().get().error().category, error_category::cancelled);
}

TEST_F(AuthorizationCode, OpensNothingForAnAuthorityWithoutTls) {
    cloud where = clouds::global;
    where.authority = "http://10.0.0.1";
    const auto credential = make_authorization_code_credential(
        where, who_, options_of([](const opened_page&) { FAIL() << "opened"; })
    );
    EXPECT_FALSE(credential->bearer_token());
}

TEST_F(AuthorizationCode, AsksThePersonAgainWhenTheRefreshTokenIsRefused) {
    unsigned opened = 0;
    const auto browser = [&](const opened_page& page) {
        ++opened;
        come_back(page, "code=c");
    };
    const auto credential =
        make_authorization_code_credential(clouds::global, who_, options_of(browser));
    answer_token("t1", "r1");
    EXPECT_TRUE(credential->bearer_token());
    now_ += 1h;
    answer_token("t2", "r2");
    EXPECT_EQ(credential->bearer_token().value(), "t2");
    EXPECT_EQ(opened, 1U);
    now_ += 1h;
    refuse("invalid_grant");
    answer_token("t3", "r3");
    EXPECT_EQ(credential->bearer_token().value(), "t3");
    EXPECT_EQ(opened, 2U);
}

}  // namespace
}  // namespace partner_center
