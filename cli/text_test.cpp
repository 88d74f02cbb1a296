// Texts for terminals: nothing of theirs moves the cursor, and widths are those that are seen.
// SPDX-License-Identifier: MIT
#include "cli/text.hpp"

#include <gtest/gtest.h>

namespace partner_center::cli {
namespace {

TEST(Text, TakesTheSpellOffControlCharacters) {
    EXPECT_EQ(printable("a\x1b[2Jb\n\u009bc\u202ed"), "a�[2Jb��c�d");
    EXPECT_EQ(printable_lines("a\nb\rc"), "a\nb�c");
}

TEST(Text, ReplacesBytesThatAreNoUtf8) {
    EXPECT_EQ(printable("\xff\xc0\xafz\xe2\x82"), "���z��");
    EXPECT_EQ(printable("\xed\xa0\x80"), "���");
    EXPECT_EQ(printable("Zoë 北京 😀"), "Zoë 北京 😀");
}

TEST(Text, CountsTheColumnsThatAreSeen) {
    EXPECT_EQ(display_width("abc"), 3U);
    EXPECT_EQ(display_width("Zoë"), 3U);
    EXPECT_EQ(display_width("北京"), 4U);
    EXPECT_EQ(display_width("e\u0301"), 1U);
}

TEST(Text, CutsBetweenCharacters) {
    EXPECT_EQ(cut_to_width("abcdef", 6), "abcdef");
    EXPECT_EQ(cut_to_width("abcdef", 4), "abc…");
    EXPECT_EQ(cut_to_width("北京市", 4), "北…");
}

}  // namespace
}  // namespace partner_center::cli
