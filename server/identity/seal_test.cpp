// Tests sealed texts, digests and time-based digits. Calls seal.cpp, digest.cpp and totp.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/seal.hpp"

#include <gtest/gtest.h>

#include "server/identity/base64url.hpp"
#include "server/identity/digest.hpp"
#include "server/identity/testing.hpp"
#include "server/identity/totp.hpp"

namespace partner_center {
namespace {

using namespace testing;

TEST(Seal, OpensForItsKeyAndPurposeOnly) {
    const sealing_key key = make_sealing_key(our_key().key);
    const std::string sealed = seal(key, "purpose", "text");

    EXPECT_EQ(key, make_sealing_key(our_key().key.copy()));
    EXPECT_EQ(open_seal(key, "purpose", sealed), "text");
    EXPECT_EQ(open_seal(key, "purpose", seal(key, "purpose", "")), "");
    EXPECT_NE(sealed, seal(key, "purpose", "text"));
    EXPECT_FALSE(open_seal(key, "another", sealed));
    EXPECT_FALSE(open_seal(sealing_key{}, "purpose", sealed));
}

TEST(Seal, OpensNothingThatWasAltered) {
    const sealing_key key = make_sealing_key(our_key().key);
    const std::string bytes = from_base64url(seal(key, "purpose", "text")).value();

    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string altered = bytes;
        altered[at] = static_cast<char>(altered[at] ^ 1);
        EXPECT_FALSE(open_seal(key, "purpose", to_base64url(altered))) << at;
    }
    EXPECT_FALSE(open_seal(key, "purpose", to_base64url(bytes.substr(1))));
    EXPECT_FALSE(open_seal(key, "purpose", ""));
    EXPECT_FALSE(open_seal(key, "purpose", "no base64!"));
}

// RFC 7636, appendix B.
TEST(Digest, IsWhatPkceExpects) {
    EXPECT_EQ(
        sha256_base64url("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
    EXPECT_TRUE(equal_in_constant_time("a", "a"));
    EXPECT_FALSE(equal_in_constant_time("a", "b"));
    EXPECT_FALSE(equal_in_constant_time("a", "ab"));
}

// RFC 6238, appendix B: the last six of its eight digits.
TEST(Totp, KnowsTheDigitsOfItsStepAndTheStepsBeside) {
    constexpr std::string_view secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const auto step = [&](std::string_view digits, std::int64_t time) {
        return matching_totp_step(secret, digits, system_time{std::chrono::seconds{time}});
    };

    EXPECT_EQ(step("287082", 59), 1);
    EXPECT_EQ(step("081804", 1'111'111'109), 37'037'036);
    EXPECT_EQ(step("050471", 1'111'111'111), 37'037'037);
    EXPECT_EQ(step("005924", 1'234'567'890), 41'152'263);
    EXPECT_EQ(step("081804", 1'111'111'139), 37'037'036);
    EXPECT_EQ(step("050471", 1'111'111'080), 37'037'037);
    EXPECT_FALSE(step("081804", 1'111'111'140));
    EXPECT_FALSE(step("050471", 1'111'111'079));
    EXPECT_FALSE(step("", 59));
    EXPECT_FALSE(step("94287082", 59));
}

}  // namespace
}  // namespace partner_center
