// GET /v1/profiles/support: the bytes, and the cloud that does not have it.
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

TEST(GetSupportProfile, AnswersWithItsOwnSpellingOfTheType) {
    partner_world api;

    EXPECT_EQ(
        api.get("/v1/profiles/support").body,
        R"({"email":"support@lumen.example","website":"https://lumen.example",)"
        R"("profileType":"support_profile","links":{"self":{"uri":"/v1/profiles/support",)"
        R"("method":"GET","headers":[]}},"attributes":{"objectType":"PartnerSupportProfile"}})"
    );
}

TEST(GetSupportProfile, IsReadAtOnePathOnly) {
    partner_world api;
    const auto answer = api.get("/v1/profiles/supportprofile");

    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(answer.find("Allow"), "PUT");
}

TEST(GetSupportProfile, IsNotThereInChina) {
    const auto& api = api_under_test::instance();
    const auto in_china = api.user_client_of(api.partner_in(clouds::china)).profiles();

    EXPECT_EQ(in_china.support().get().error().http_status, 404U);
    EXPECT_EQ(in_china.support().update({}).error().http_status, 404U);
    EXPECT_TRUE(in_china.billing().get());
}

TEST(GetSupportProfile, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto own = api.user_client_of(api.other_partner()).profiles().support();

    EXPECT_EQ(own.get().value().email, "help@brindle-quay.example");
    EXPECT_EQ(own.get_async().get().value().telephone, "01632 960118");
}

}  // namespace
}  // namespace partner_center
