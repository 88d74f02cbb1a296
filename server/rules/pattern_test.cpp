// Tests of patterns: what a match is, and that no text makes one slow.
// SPDX-License-Identifier: MIT
#include "server/rules/pattern.hpp"

#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace partner_center {
namespace {

TEST(Pattern, MatchesWholeTextsOnly) {
    const pattern digits{"[0-9]{5}"};

    EXPECT_TRUE(digits.matches("97103"));
    for (const char* text : {"", "9710", "971033", " 97103", "97103 ", "97103\n", "x97103"}) {
        EXPECT_FALSE(digits.matches(text)) << text;
    }
    EXPECT_FALSE(pattern{"^[0-9]{5}$"}.matches("97103\n"));
}

TEST(Pattern, CountsCodePoints) {
    const pattern two{"^.{2}$"};

    EXPECT_TRUE(two.matches("äö"));
    EXPECT_TRUE(two.matches("\xF0\x9F\x8C\x8Dß"));
    EXPECT_FALSE(two.matches("ä"));
}

TEST(Pattern, IsNotSlowOnAnyText) {
    // An engine that backtracks would not come back from this.
    EXPECT_FALSE(pattern{"^(a+)+$"}.matches(std::string(100'000, 'a') + 'b'));
}

TEST(Pattern, MayBeUsedFirstByManyThreads) {
    const pattern digits{"[0-9]+"};
    std::vector<int> matched(8);
    {
        std::vector<std::jthread> threads;
        for (int& each : matched) {
            threads.emplace_back([&digits, &each] { each = digits.matches("123") ? 1 : 0; });
        }
    }
    EXPECT_EQ(matched, std::vector<int>(8, 1));
}

TEST(Pattern, KeepsWorkingWhereItIsMovedTo) {
    pattern first{"a"};
    EXPECT_TRUE(first.matches("a"));

    const pattern second = std::move(first);

    EXPECT_TRUE(second.matches("a"));
    EXPECT_FALSE(second.matches("b"));
    EXPECT_EQ(second.expression(), "a");
}

TEST(Pattern, ThrowsAtItsFirstUseWhenItIsNone) {
    const pattern open{"(a"};

    EXPECT_THROW(static_cast<void>(open.matches("a")), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(open.matches("a")), std::invalid_argument) << "and at each";
}

}  // namespace
}  // namespace partner_center
