// Tests whose validation codes are listed. Calls the store on a real file.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;

[[nodiscard]] government_code sample_code(std::string id) {
    return {
        .id = std::move(id),
        .organization_name = "District",
        .creates_max = 5,
        .creates_left = 4,
        .etag = -7};
}

TEST(ValidationCodes, AreListedForTheirPartnerAlone) {
    fresh_store fresh;
    for (const unsigned number : {1U, 2U}) {
        ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(number))));
    }
    for (const char* id : {"B", "A"}) {
        ASSERT_TRUE(run(fresh.store.add_validation_code(id_of(1), sample_code(id))));
    }
    ASSERT_TRUE(run(fresh.store.add_validation_code(id_of(2), sample_code("A"))));

    const auto codes = run(fresh.store.list_validation_codes(id_of(1)));

    ASSERT_EQ(codes.size(), 2U);
    EXPECT_EQ(codes[0].id, "A");
    EXPECT_EQ(codes[1].id, "B");
    EXPECT_EQ(codes[1].organization_name, "District");
    EXPECT_EQ(codes[1].creates_max, 5);
    EXPECT_EQ(codes[1].creates_left, 4);
    EXPECT_EQ(codes[1].etag, -7);
    EXPECT_TRUE(run(fresh.store.list_validation_codes(id_of(3))).empty());
}

TEST(ValidationCodes, AreAddedOnce) {
    fresh_store fresh;
    ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(1))));

    EXPECT_TRUE(run(fresh.store.add_validation_code(id_of(1), sample_code("A"))));
    EXPECT_FALSE(run(fresh.store.add_validation_code(id_of(1), sample_code("A"))));
}

}  // namespace
}  // namespace partner_center
