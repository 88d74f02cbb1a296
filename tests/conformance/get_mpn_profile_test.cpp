// GET /v1/profiles/mpn: the caller's own, anybody's by its id, and nobody's.
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

TEST(GetMpnProfile, AnswersWithTheCallersOwn) {
    partner_world api;

    EXPECT_EQ(
        api.get("/v1/profiles/mpn").body,
        R"({"partnerName":"lumen.example","mpnId":"5000000","profileType":"MpnProfile",)"
        R"("links":{"self":{"uri":"/v1/profiles/mpn","method":"GET","headers":[]}},)"
        R"("attributes":{"objectType":"MpnProfile"}})"
    );
}

TEST(GetMpnProfile, FindsAnyPartnerByItsId) {
    partner_world api;

    const auto answer = api.get("/v1/profiles/mpn?MPNID=5000001");

    EXPECT_EQ(answer.status, 200U);
    EXPECT_THAT(answer.body, HasSubstr(R"({"partnerName":"other.example","mpnId":"5000001",)"));
    EXPECT_THAT(answer.body, HasSubstr(R"("uri":"/v1/profiles/mpn?mpnId=5000001")"));
}

TEST(GetMpnProfile, NamesTheIdThatNobodyHas) {
    partner_world api;

    const auto answer = api.get("/v1/profiles/mpn?mpnId=4711");

    EXPECT_EQ(answer.status, 404U);
    EXPECT_EQ(
        answer.body,
        R"({"code":3000,"description":"no partner has the MPN id 4711","data":[],"source":"PartnerFD"})"
    );
    for (const char* const other : {"abc", "-1", "9999999999999999"}) {
        const auto refused = api.get(std::string{"/v1/profiles/mpn?mpnId="} + other);
        EXPECT_EQ(refused.status, 404U) << other;
        EXPECT_THAT(refused.body, HasSubstr(std::string{"the MPN id "} + other + '"'));
    }
    for (const std::string& other :
         {std::string{}, std::string{"4711%00"}, std::string{"a@b"}, std::string(17, '7')}) {
        const auto refused = api.get(std::string{"/v1/profiles/mpn?mpnId="} + other);
        EXPECT_EQ(refused.status, 404U) << other;
        EXPECT_THAT(refused.body, HasSubstr("\"no partner has this MPN id\""));
    }
}

TEST(GetMpnProfile, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto mpn = api.user_client_of(api.partner()).profiles().mpn();
    const auto of_other = api.user_client_of(api.other_partner()).profiles().mpn().get().value();

    EXPECT_NE(mpn.get().value().mpn_id, of_other.mpn_id);
    EXPECT_EQ(mpn.get(*of_other.mpn_id).value().partner_name, "Brindle Quay Services");
    EXPECT_EQ(mpn.get_async(*of_other.mpn_id).get().value().mpn_id, of_other.mpn_id);
    EXPECT_EQ(mpn.get("1").error().category, error_category::not_found);
    EXPECT_EQ(mpn.get("1").error().code, "3000");
    EXPECT_EQ(mpn.get_async().get().value().partner_name, "Lumen Partner");
}

}  // namespace
}  // namespace partner_center
