// Tests decoding of form data and Basic credentials. Calls form.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/form.hpp"

#include <gtest/gtest.h>

namespace partner_center::oauth {
namespace {

TEST(Form, DecodesBlanksAndEscapes) {
    const auto read = form::parse("a=1+2%2B3&b%20c=%C3%BC&&empty=&alone&x=y=z");

    ASSERT_TRUE(read);
    EXPECT_EQ(read->find("a"), "1 2+3");
    EXPECT_EQ(read->find("b c"), "\xC3\xBC");
    EXPECT_EQ(read->find("empty"), "");
    EXPECT_EQ(read->find("alone"), "");
    EXPECT_EQ(read->find("x"), "y=z");
    EXPECT_EQ(read->find("A"), "");
}

TEST(Form, RefusesBrokenEscapesAndRepeatedNames) {
    for (const std::string_view text :
         {"a=%", "a=%4", "a=%zz", "a=%4g", "a=%+1", "a=% 1", "%=a", "a=1&a=1", "a=1&%61=2"}) {
        EXPECT_FALSE(form::parse(text)) << text;
    }
}

TEST(Basic, ReadsFormEncodedHalves) {
    const auto read = parse_basic("bAsIc YSUzQWI6YytkJTJC");  // a%3Ab:c+d%2B

    ASSERT_TRUE(read);
    EXPECT_EQ(read->client_id, "a:b");
    EXPECT_EQ(read->secret, "c d+");
}

TEST(Basic, ReadsPaddedBase64) {
    EXPECT_EQ(parse_basic("Basic YTo=")->client_id, "a");
    EXPECT_EQ(parse_basic("Basic Og==")->secret, "");
    EXPECT_EQ(parse_basic("Basic Ojov")->secret, ":/");
}

TEST(Basic, RefusesWhatItCannotRead) {
    for (const std::string_view text :
         {"",
          "Basic",
          "Basic ",
          "Bearer YTpi",
          "Basic YWI=",
          "Basic YTpi=",
          "Basic YTo",
          "Basic Y\nTo",
          "Basic O===",
          "Basic YTol",
          "Basic Oj8_"}) {
        EXPECT_FALSE(parse_basic(text)) << text;
    }
}

}  // namespace
}  // namespace partner_center::oauth
