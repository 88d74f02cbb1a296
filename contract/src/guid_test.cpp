// The text form of a GUID.
// SPDX-License-Identifier: MIT
#include <unordered_set>

#include <gtest/gtest.h>

#include <partner_center/guid.hpp>

namespace partner_center {
namespace {

TEST(Guid, IsReadInAnyCaseAndPrintedInLowerCase) {
    const auto id = parse_guid("6F1C9A52-3d0e-4B7C-9c11-5A2E8D40B7F3");

    ASSERT_TRUE(id);
    EXPECT_EQ(id->bytes[0], 0x6f);
    EXPECT_EQ(id->bytes[15], 0xf3);
    EXPECT_EQ(to_string(*id), "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3");
}

TEST(Guid, RefusesEveryOtherForm) {
    for (const char* text :
         {"",
          "6f1c9a523d0e4b7c9c115a2e8d40b7f3",
          "{6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3}",
          "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f",
          "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f33",
          "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7g3",
          "6f1c9a523-d0e-4b7c-9c11-5a2e8d40b7f3",
          " f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3",
          "-f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3",
          "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b-f3",
          "6f1c9a52-3d0e-4b7c-911c-a085d21c-7f3"}) {
        EXPECT_FALSE(parse_guid(text)) << text;
    }
}

TEST(Guid, KnowsTheZeroGuid) {
    EXPECT_TRUE(parse_guid("00000000-0000-0000-0000-000000000000")->is_zero());
    EXPECT_FALSE(parse_guid("00000000-0000-0000-0000-000000000001")->is_zero());
}

TEST(Guid, CanBeAKey) {
    const std::unordered_set<guid> ids{guid{}, *parse_guid("6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3")};

    EXPECT_TRUE(ids.contains(guid{}));
    EXPECT_EQ(ids.size(), 2U);
}

}  // namespace
}  // namespace partner_center
