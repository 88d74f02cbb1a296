// PUT /v1/profiles/legalbusiness: what is replaced and what stays the service's.
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

constexpr const char* path = "/v1/profiles/legalbusiness";

TEST(UpdateLegalBusinessProfile, LeavesTheVettingToTheService) {
    partner_world api;

    const auto answer = api.put(
        path,
        R"({"companyName":"Lumen GmbH","companyApproverEmail":"a@lumen.example",)"
        R"("vettingStatus":"rejected","vettingSubStatus":"EmailOwnership"})",
        {}
    );

    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(
        answer.body,
        R"({"companyName":"Lumen GmbH","companyApproverEmail":"a@lumen.example",)"
        R"("vettingStatus":"authorized","vettingSubStatus":"none",)"
        R"("profileType":"LegalBusinessProfile","links":{"self":{)"
        R"("uri":"/v1/profiles/legalbusiness","method":"GET","headers":[]}},)"
        R"("attributes":{"objectType":"LegalBusinessProfile"}})"
    );
    EXPECT_EQ(api.get(path).body, answer.body);
}

TEST(UpdateLegalBusinessProfile, ChecksBothAddresses) {
    partner_world api;
    const std::string before = api.get(path).body;

    const auto answer = api.put(
        path,
        R"({"companyName":"x","address":{"country":"ZZ"},"companyApproverAddress":{},)"
        R"("companyApproverEmail":"x"})",
        {}
    );

    EXPECT_EQ(code_of(answer), 3000);
    EXPECT_THAT(answer.body, HasSubstr("\"address.country must be"));
    EXPECT_THAT(answer.body, HasSubstr("\"companyApproverAddress.city must be present"));
    EXPECT_THAT(answer.body, HasSubstr("\"companyApproverEmail must be an e-mail address"));
    EXPECT_EQ(api.get(path).body, before);
}

TEST(UpdateLegalBusinessProfile, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto own =
        api.user_client_of(api.partner_in(clouds::us_government)).profiles().legal_business();
    legal_business_profile profile = own.get().value();
    profile.company_approver_address->address_line2 = "Second floor";

    EXPECT_EQ(own.update(profile).value(), profile);
    EXPECT_EQ(own.update_async(profile).get().value(), own.get().value());
}

}  // namespace
}  // namespace partner_center
