// Tests how names are folded and cut. Calls name_order.cpp.
// SPDX-License-Identifier: MIT
#include "store/name_order.hpp"

#include <gtest/gtest.h>

#include "store/database.hpp"

namespace partner_center {
namespace {

TEST(Folded, LeavesOutWhatPeopleDoNotSee) {
    EXPECT_EQ(folded("TideWATER Co-op"), "tidewater co-op");
    EXPECT_EQ(folded("STRASSE"), folded("straße"));
    EXPECT_EQ(folded("ΟΔΟΣ"), folded("οδος"));
    EXPECT_EQ(folded("Cafe\u0301"), "caf\u00e9");    // composed
    EXPECT_EQ(folded("\uFF21\uFF22\uFF23"), "abc");  // full width
    EXPECT_EQ(folded("\uFB01nance"), "finance");     // a ligature
    EXPECT_EQ(folded("co\u00ADop"), "coop");         // a soft hyphen
    EXPECT_EQ(folded(std::string{"a\0B", 3}), std::string("a\0b", 3));
    EXPECT_EQ(folded(""), "");
}

TEST(Folded, HasNoHighestCodePoint) {
    EXPECT_EQ(folded("\U0010FFFFa\U0010FFFF\U0010FFFFb\U0010FFFF"), "ab");
}

TEST(Folded, RefusesWhatIsNotUtf8) {
    for (const char* text : {"\xff", "a\xc3", "\xed\xa0\x80"}) {
        EXPECT_THROW(static_cast<void>(folded(text)), store_error) << text;
    }
}

TEST(OrderPart, EndsWithAWholeCharacter) {
    const std::string short_name(name_order_bytes_max, 'a');
    EXPECT_EQ(order_part(short_name), short_name);
    EXPECT_EQ(order_part(short_name + 'b'), short_name);
    // Four bytes each, after one or more: the last does not fit.
    for (std::size_t before = 1; before < 4; ++before) {
        std::string name(before, 'a');
        while (name.size() <= name_order_bytes_max) name += "\U0001F3ED";
        const std::string_view part = order_part(name);
        EXPECT_EQ(part.size(), name_order_bytes_max - 4 + before);
        EXPECT_TRUE(name.starts_with(part));
    }
}

}  // namespace
}  // namespace partner_center
