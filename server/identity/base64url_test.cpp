// Tests the strictness of base64url. Calls base64url.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/base64url.hpp"

#include <gtest/gtest.h>

namespace partner_center {
namespace {

using namespace std::string_literals;

TEST(Base64url, WritesAndReadsEveryLengthAndByte) {
    std::string bytes;
    for (int each = 255; each >= 0; --each) {
        bytes += static_cast<char>(each);
        EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    }
}

TEST(Base64url, UsesTheUrlAlphabetWithoutPadding) {
    EXPECT_EQ(to_base64url("\xfb\xff"s), "-_8");
    EXPECT_EQ(to_base64url("A"), "QQ");
    EXPECT_EQ(to_base64url(""), "");
}

TEST(Base64url, RefusesEveryOtherWayToWriteTheSameBytes) {
    EXPECT_EQ(from_base64url("QQ"), "A");
    for (const std::string_view text : {"QQ==", "QQ=", "QR", "QQ\n", " QQ", "+_8", "-/8", "Q"}) {
        EXPECT_FALSE(from_base64url(text)) << text;
    }
    EXPECT_FALSE(from_base64url("QQ\0"s));
}

}  // namespace
}  // namespace partner_center
