// PUT /v1/profiles/support and /v1/profiles/supportprofile: one operation at two paths.
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

TEST(UpdateSupportProfile, IsTheSameAtBothPaths) {
    partner_world api;
    for (const std::string path : {"/v1/profiles/support", "/v1/profiles/SupportProfile/"}) {
        const auto answer = api.put(path, R"({"Email":"help@lumen.example","Telephone":4711})", {});

        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(
            answer.body,
            R"({"email":"help@lumen.example","telephone":"4711","profileType":"support_profile",)"
            R"("links":{"self":{"uri":"/v1/profiles/support","method":"GET","headers":[]}},)"
            R"("attributes":{"objectType":"PartnerSupportProfile"}})"
        );
        EXPECT_EQ(api.get("/v1/profiles/support").body, answer.body);
        ASSERT_EQ(api.put(path, R"({"email":"x@lumen.example"})", {}).status, 200U);
    }
    EXPECT_EQ(api.audit().size(), 4U);
}

TEST(UpdateSupportProfile, RefusesWhatNobodyCanReach) {
    partner_world api;
    for (const char* const body :
         {"{}",
          R"({"email":"nowhere"})",
          R"({"email":"a@b.example","website":"javascript:alert"})",
          R"({"email":"a@b.example","website":"https://a b"})"}) {
        const auto answer = api.put("/v1/profiles/support", body, {});
        EXPECT_EQ(answer.status, 400U) << body;
        EXPECT_EQ(code_of(answer), 3000);
    }
}

TEST(UpdateSupportProfile, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto own = api.user_client_of(api.partner_in(clouds::us_government)).profiles().support();
    support_profile profile = own.get().value();
    profile.website = "https://granite-ferry.example/help";

    EXPECT_EQ(own.update(profile).value(), profile);
    EXPECT_EQ(own.update_async(profile).get().value(), own.get().value());
}

}  // namespace
}  // namespace partner_center
