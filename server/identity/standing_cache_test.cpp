// Tests for how long, and for whom, an answer of the directory is believed. Calls
// standing_cache.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/standing_cache.hpp"

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace partner_center {
namespace {

using std::chrono::milliseconds;
using testing::id_of;

constexpr precise_time noon{std::chrono::seconds{1'705'914'892}};

[[nodiscard]] principal application(unsigned number) {
    return {.partner_id = id_of(1), .application_id = id_of(number)};
}

TEST(StandingCache, BelievesAnAnswerForHalfASecond) {
    standing_cache standings;
    EXPECT_FALSE(standings.is_good(application(7), noon));

    standings.remember(application(7), noon);
    EXPECT_TRUE(standings.is_good(application(7), noon));
    EXPECT_TRUE(standings.is_good(application(7), noon + milliseconds{499}));
    EXPECT_FALSE(standings.is_good(application(7), noon + milliseconds{500}));

    standings.remember(application(7), noon + milliseconds{600});
    EXPECT_TRUE(standings.is_good(application(7), noon + milliseconds{1000}));
}

TEST(StandingCache, BelievesNothingWhenTheClockWasSetBack) {
    standing_cache standings;
    standings.remember(application(7), noon);

    EXPECT_FALSE(standings.is_good(application(7), noon - milliseconds{1}));
}

TEST(StandingCache, TellsCallersApart) {
    standing_cache standings;
    standings.remember(application(7), noon);
    principal user = application(7);
    user.user_id = id_of(77);
    principal elsewhere = application(7);
    elsewhere.where = &clouds::china;
    principal of_another = application(7);
    of_another.partner_id = id_of(2);

    EXPECT_FALSE(standings.is_good(application(8), noon));
    EXPECT_FALSE(standings.is_good(user, noon));
    EXPECT_FALSE(standings.is_good(elsewhere, noon));
    EXPECT_FALSE(standings.is_good(of_another, noon));
    standings.remember(user, noon);
    EXPECT_TRUE(standings.is_good(user, noon));
}

TEST(StandingCache, TellsTheCloudOfWhomItKnows) {
    standing_cache standings;
    principal caller = application(7);
    caller.where = &clouds::china;
    standings.remember(caller, noon);

    EXPECT_EQ(standings.where(application(7), noon), &clouds::china);
    EXPECT_EQ(standings.where(application(7), noon + milliseconds{500}), nullptr);
    EXPECT_EQ(standings.where(application(8), noon), nullptr);
}

TEST(StandingCache, IsBounded) {
    standing_cache standings;
    for (unsigned number = 0; number < 3 * standing_cache::entries_max; ++number) {
        standings.remember(application(number), noon);
        ASSERT_LE(standings.size(), standing_cache::entries_max);
        ASSERT_TRUE(standings.is_good(application(number), noon));
    }
}

}  // namespace
}  // namespace partner_center
