// GET /v1/profiles/billing: the bytes, the etag, and the call chain.
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

TEST(GetPartnerBillingProfile, AnswersWithTheProfileAndItsVersion) {
    partner_world api;

    const auto answer = api.get("/v1/profiles/billing");

    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(
        answer.body,
        R"({"companyName":"lumen.example","billingCurrency":"USD","profileType":"BillingProfile",)"
        R"("links":{"self":{"uri":"/v1/profiles/billing","method":"GET","headers":[]}},)"
        R"("attributes":{"etag":")" +
            api.etag(1) + R"(","objectType":"BillingProfile"}})"
    );
}

TEST(GetPartnerBillingProfile, HasAllMembersInTheContractsOrder) {
    const auto& api = api_under_test::instance();
    const auto answer = api.get(
        "/v1/profiles/billing", {{"Authorization", "Bearer " + api.user_token_of(api.partner())}}
    );

    std::size_t before = 0;
    for (const char* const member :
         {"companyName",
          "address",
          "primaryContact",
          "firstName",
          "lastName",
          "email",
          "phoneNumber",
          "purchaseOrderNumber",
          "taxId",
          "billingCurrency",
          "profileType",
          "links",
          "attributes"}) {
        const auto at = answer.body.find(std::string{"\""} + member + "\":", before);
        ASSERT_NE(at, std::string::npos) << member << " in " << answer.body;
        before = at;
    }
}

TEST(GetPartnerBillingProfile, LinksAsTheSwitchSays) {
    partner_world api;
    api.options.links = links_form::unversioned;

    EXPECT_THAT(api.get("/v1/profiles/billing").body, HasSubstr(R"("uri":"/profiles/billing")"));
}

TEST(GetPartnerBillingProfile, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto own = api.user_client_of(api.other_partner()).profiles().billing();

    EXPECT_EQ(own.get().value().company_name, "Brindle Quay Services");
    EXPECT_EQ(own.get_async().get().value().billing_currency, "USD");
}

}  // namespace
}  // namespace partner_center
