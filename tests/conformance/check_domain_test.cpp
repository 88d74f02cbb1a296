// HEAD /v1/domains/{domain}.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using testing::api_under_test;

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

[[nodiscard]] http::response send(const char* method, const std::string& domain) {
    return api().exchange(
        {.method = method,
         .target = "/v1/domains/" + domain,
         .fields = {{"Authorization", "Bearer " + api().token_of(api().partner())}}}
    );
}

TEST(CheckDomain, TellsTakenDomainsFromFreeOnesThroughTheCallChain) {
    const domain_collection_operations domains = api().client_of(api().partner()).domains();

    for (const demo_partner& partner : api().world().partners) {
        EXPECT_TRUE(domains.by_domain(partner.domain).exists().value()) << partner.domain;
    }
    EXPECT_TRUE(domains.by_domain("TidewaterCoop.OnMicrosoft.com").exists().value());
    EXPECT_FALSE(domains.by_domain("no-such-name.onmicrosoft.com").exists().value());
    EXPECT_TRUE(domains.by_domain("tidewatercoop.onmicrosoft.com").exists_async().get().value());
    EXPECT_FALSE(domains.by_domain("no-such-name.onmicrosoft.com").exists_async().get().value());
}

TEST(CheckDomain, PassesOtherFailuresOn) {
    const auto later = std::chrono::system_clock::now() + std::chrono::hours{1};
    const client client{
        clouds::global,
        std::make_shared<static_credential>("nonsense", later),
        {.base_url = api().base_url(), .transport = api().carrier()}};

    const auto refused = client.domains().by_domain("a.example").exists();

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().category, error_category::unauthorized);
    EXPECT_FALSE(client.domains().by_domain(" ").exists());
}

TEST(CheckDomain, AnswersWithoutABody) {
    for (const char* taken :
         {"tidewatercoop.onmicrosoft.com",
          "TIDEWATERCOOP.ONMICROSOFT.COM",
          "tidewater%63oop%2Eonmicrosoft.com",
          "lumenpartner.onmicrosoft.com/"}) {
        const auto answer = send("HEAD", taken);
        EXPECT_EQ(answer.status, 200U) << taken;
        EXPECT_EQ(answer.body, "");
        EXPECT_FALSE(answer.find("Content-Type"));
    }
    for (const char* free :
         {"no-such-name.onmicrosoft.com", "tidewatercoop", "a%2Fb", "%25", "%FF", "-"}) {
        const auto answer = send("HEAD", free);
        EXPECT_EQ(answer.status, 404U) << free;
        EXPECT_EQ(answer.body, "");
        EXPECT_FALSE(answer.find("Content-Type"));
    }
}

TEST(CheckDomain, HasNoOtherMethod) {
    for (const char* method : {"GET", "PUT", "POST"}) {
        const auto answer = send(method, "tidewatercoop.onmicrosoft.com");
        EXPECT_EQ(answer.status, 405U) << method;
        EXPECT_EQ(answer.find("Allow"), "HEAD") << method;
    }
}

}  // namespace
}  // namespace partner_center
