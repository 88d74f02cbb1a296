// What a token says of itself, also when it is none.
// SPDX-License-Identifier: MIT
#include "cli/token_claims.hpp"

#include <gtest/gtest.h>

namespace partner_center::cli {
namespace {

TEST(TokenClaims, AreReadFromBothVersions) {
    // {"tid":"t","appid":"a","upn":"u@x.example","exp":1}
    const token_claims first =
        claims_of("e30.eyJ0aWQiOiJ0IiwiYXBwaWQiOiJhIiwidXBuIjoidUB4LmV4YW1wbGUiLCJleHAiOjF9.c2ln");
    EXPECT_EQ(first.tid, "t");
    EXPECT_EQ(first.appid, "a");
    EXPECT_EQ(first.upn, "u@x.example");
    EXPECT_EQ(first.exp, 1);
    // {"azp":"a","preferred_username":"u"}
    const token_claims second =
        claims_of("e30.eyJhenAiOiJhIiwicHJlZmVycmVkX3VzZXJuYW1lIjoidSJ9.c2ln");
    EXPECT_EQ(second.appid, "a");
    EXPECT_EQ(second.upn, "u");
}

TEST(TokenClaims, AreEmptyForWhatIsNoToken) {
    for (const char* text : {"", "opaque", "a.b", "a.!!.c", "..", "e30.e30"}) {
        EXPECT_TRUE(claims_of(text).tid.empty()) << text;
    }
}

TEST(TokenClaims, TellTimesOfUtc) {
    EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(rfc3339(1795449600), "2026-11-23T16:00:00Z");
    EXPECT_EQ(rfc3339(-5), "1970-01-01T00:00:00Z");
    EXPECT_EQ(rfc3339(INT64_MAX), "9999-12-31T23:59:59Z");
}

}  // namespace
}  // namespace partner_center::cli
