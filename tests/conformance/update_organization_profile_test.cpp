// PUT /v1/profiles/organization: what may change, in which version.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include "tests/support/partner_world.hpp"

namespace partner_center {
namespace {

using testing::api_under_test;
using testing::code_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::partner_world;

constexpr const char* path = "/v1/profiles/organization";

TEST(UpdateOrganizationProfile, NormalisesWhatItStores) {
    partner_world api;

    const auto answer = api.put(
        path,
        R"({"companyName":"Lumen GmbH","defaultAddress":{"country":"us","state":"or",)"
        R"("city":"Portland","addressLine1":"18 Lantern Row","postalCode":"97205"},)"
        R"("email":"a@lumen.example","language":"EN","culture":"EN-us"})",
        {{"If-Match", api.etag(1)}}
    );

    EXPECT_EQ(answer.status, 200U) << answer.body;
    EXPECT_THAT(answer.body, HasSubstr(R"("country":"US","city":"Portland","state":"OR")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("language":"en","culture":"en-US")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("domain":"lumen.example")"));
    EXPECT_THAT(answer.body, HasSubstr(api.etag(2)));
    EXPECT_EQ(api.get(path).body, answer.body);
}

TEST(UpdateOrganizationProfile, LeavesIdTenantAndDomainAlone) {
    partner_world api;
    const std::string before = api.get(path).body;
    for (const std::string member : {"id", "tenantId", "domain"}) {
        const auto answer = api.put(
            path, R"({"companyName":"x",")" + member + R"(":"other"})", {{"If-Match", "*"}}
        );
        EXPECT_EQ(code_of(answer), 3000);
        EXPECT_THAT(answer.body, HasSubstr(member + " must be left out or be the partner's own"));
    }
    EXPECT_EQ(api.get(path).body, before);
    EXPECT_EQ(api.put(path, before, {}).status, 200U);
}

TEST(UpdateOrganizationProfile, TellsOfThemAmongTheOtherProblems) {
    partner_world api;

    const auto answer =
        api.put(path, R"({"email":"x","id":"other","domain":"other"})", {{"If-Match", "*"}});

    EXPECT_THAT(
        answer.body,
        HasSubstr(R"("data":["companyName must be present","email must be an e-mail address",)"
                  R"("id must be left out or be the partner's own",)"
                  R"("domain must be left out or be the partner's own"])")
    );
}

TEST(UpdateOrganizationProfile, RefusesAStaleVersionAndALanguageOfElsewhere) {
    partner_world api;

    const auto stale = api.put(path, R"({"companyName":"x"})", {{"If-Match", api.etag(2)}});
    const auto wrong = api.put(
        path,
        R"({"companyName":"x","language":"fr","culture":"fr-FR","defaultAddress":{"country":"GB",)"
        R"("city":"Leith","addressLine1":"9 Hollow Close","postalCode":"EH6 6QQ"}})",
        {{"If-Match", "*"}}
    );

    EXPECT_EQ(stale.status, 412U);
    EXPECT_EQ(code_of(stale), 2055);
    EXPECT_THAT(wrong.body, HasSubstr("language must be one of"));
    EXPECT_THAT(wrong.body, HasSubstr("culture must be one of"));
}

TEST(UpdateOrganizationProfile, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto own =
        api.user_client_of(api.partner_in(clouds::us_government)).profiles().organization();
    organization_profile profile = own.get().value();
    profile.email = "new@granite-ferry.example";

    const organization_profile stored = own.update(profile).value();

    EXPECT_EQ(stored.email, "new@granite-ferry.example");
    EXPECT_EQ(own.update(profile).error().code, "2055");
    EXPECT_TRUE(own.update_async(stored).get());
}

}  // namespace
}  // namespace partner_center
