// Whose validation codes are listed: the cloud decides, whatever the store has.
// SPDX-License-Identifier: MIT
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/small_world.hpp"

namespace partner_center {
namespace {

using testing::small_world;

/// What a partner of that cloud is answered who has a code.
[[nodiscard]] std::string listed_in(std::string cloud) {
    small_world world{"{}"};
    const government_code code{
        .id = "A",
        .organization_name = "District",
        .creates_max = 2,
        .creates_left = 1,
        .etag = -7};
    EXPECT_TRUE(block_on(world.data().add_validation_code(world.partner_id, code)));
    std::vector<statement> moving;
    moving.push_back({.sql = "UPDATE partners SET cloud = $1", .values = {std::move(cloud)}});
    static_cast<void>(block_on(world.connect()->write(std::move(moving))));
    return world
        .send(
            {.method = "GET",
             .target = "/v1/customers/all/validations",
             .fields = {{"Authorization", "Bearer " + world.token()}}}
        )
        .body;
}

TEST(ListValidationCodes, GivesThemToPartnersOfTheUsGovernmentsCloudOnly) {
    EXPECT_EQ(listed_in("global"), "[]");
    EXPECT_EQ(
        listed_in("us_government"),
        R"([{"partnerId":"b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70","organizationName":"District","validationId":"A","maxCreates":2,"remainingCreates":1,"eTag":"-7"}])"
    );
}

}  // namespace
}  // namespace partner_center
