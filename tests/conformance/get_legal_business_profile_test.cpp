// GET /v1/profiles/legalbusiness: the bytes, the versions that can be asked for, the call chain.
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

TEST(GetLegalBusinessProfile, AnswersApplicationsToo) {
    partner_world api;

    const auto answer = api.as_application("GET", path);

    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(
        answer.body,
        R"({"companyName":"lumen.example","vettingStatus":"authorized","vettingSubStatus":"none",)"
        R"("profileType":"LegalBusinessProfile","links":{"self":{)"
        R"("uri":"/v1/profiles/legalbusiness","method":"GET","headers":[]}},)"
        R"("attributes":{"objectType":"LegalBusinessProfile"}})"
    );
}

TEST(GetLegalBusinessProfile, KnowsItsVersionsInAnyLetterCase) {
    partner_world api;
    const std::string current = api.get(path).body;
    const std::string asked = std::string{path} + "?vettingVersion=";
    for (const char* const word :
         {"Current",
          "LastFinalized",
          "None",
          "CURRENT",
          "lastfinalized",
          "last_finalized",
          "none"}) {
        EXPECT_EQ(api.get(asked + word).body, current) << word;
    }

    const auto unknown = api.get(asked + "Previous");
    EXPECT_EQ(unknown.status, 400U);
    EXPECT_EQ(code_of(unknown), 900126);
}

TEST(GetLegalBusinessProfile, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto own = api.client_of(api.other_partner()).profiles().legal_business();

    const legal_business_profile profile = own.get().value();

    EXPECT_EQ(profile.vetting_status, vetting_status::authorized);
    EXPECT_EQ(own.get(vetting_version::last_finalized).value(), profile);
    EXPECT_EQ(own.get_async(vetting_version::current).get().value(), profile);
    EXPECT_EQ(own.get_async().get().value(), profile);
}

}  // namespace
}  // namespace partner_center
