// GET /v1/customers/all/validations.
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

TEST(ListValidationCodes, GivesThoseOfAPartnerOfTheUsGovernmentsCloud) {
    const demo_partner& partner = api().partner_in(clouds::us_government);
    const client client = api().client_of(partner);

    const auto codes = client.customers().validation_codes().get().value();

    ASSERT_EQ(codes.size(), 2U);
    EXPECT_EQ(codes[0].partner_id, to_string(partner.tenant_id));
    EXPECT_EQ(codes[0].organization_name, "Heron River District");
    EXPECT_EQ(codes[0].validation_id, "GF-HRD-2041");
    EXPECT_EQ(codes[0].max_creates, 5);
    EXPECT_EQ(codes[0].remaining_creates, 4);
    EXPECT_TRUE(codes[0].e_tag);
    EXPECT_EQ(codes[1].remaining_creates, 0);
    EXPECT_EQ(client.customers().validation_codes().get_async().get().value(), codes);
}

TEST(ListValidationCodes, GivesABareArrayWhichIsEmptyElsewhere) {
    for (const cloud* where : clouds::all) {
        const std::string token = api().token_of(api().partner_in(*where));

        const auto answer =
            api().get("/v1/customers/all/validations", {{"Authorization", "Bearer " + token}});

        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.find("Content-Type"), "application/json; charset=utf-8");
        if (where == &clouds::us_government) {
            EXPECT_THAT(answer.body, ::testing::StartsWith(R"([{"partnerId":")"));
            EXPECT_THAT(answer.body, ::testing::HasSubstr(R"("eTag":")"));
        } else {
            EXPECT_EQ(answer.body, "[]") << where->name;
        }
    }
}

}  // namespace
}  // namespace partner_center
