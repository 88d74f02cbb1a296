// GET /v1/profiles/organization: the bytes and the call chain.
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

TEST(GetOrganizationProfile, AnswersWithTheTenantAndAVersion) {
    partner_world api;
    const std::string id = to_string(api.partner_id);

    EXPECT_EQ(
        api.get("/v1/profiles/organization").body,
        R"({"id":")" + id + R"(","companyName":"lumen.example","tenantId":")" + id +
            R"(","domain":"lumen.example","profileType":"OrganizationProfile",)"
            R"("links":{"self":{"uri":"/v1/profiles/organization","method":"GET","headers":[]}},)"
            R"("attributes":{"etag":")" +
            api.etag(1) + R"(","objectType":"OrganizationProfile"}})"
    );
}

TEST(GetOrganizationProfile, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto own = api.user_client_of(api.other_partner()).profiles().organization();

    EXPECT_EQ(own.get().value().domain, "brindlequay.onmicrosoft.com");
    EXPECT_EQ(own.get_async().get().value().culture, "en-GB");
}

}  // namespace
}  // namespace partner_center
