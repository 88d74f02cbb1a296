// Tests stamped texts. Calls stamp.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/stamp.hpp"

#include <gtest/gtest.h>

#include "server/identity/base64url.hpp"

namespace partner_center {
namespace {

constexpr sealing_key key{1, 2, 3};

TEST(Stamp, IsReadForItsKeyAndPurposeOnly) {
    const std::string stamped = stamp(key, "purpose", "text");

    EXPECT_EQ(read_stamped(key, "purpose", stamped), "text");
    EXPECT_EQ(read_stamped(key, "purpose", stamp(key, "purpose", "")), "");
    EXPECT_EQ(stamped, stamp(key, "purpose", "text"));
    EXPECT_FALSE(read_stamped(key, "another", stamped));
    EXPECT_FALSE(read_stamped(sealing_key{}, "purpose", stamped));
}

TEST(Stamp, IsReadOnNothingThatWasAltered) {
    const std::string bytes = from_base64url(stamp(key, "purpose", "text")).value();
    ASSERT_EQ(bytes.size(), 4 + stamp_bytes);

    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string altered = bytes;
        altered[at] = static_cast<char>(altered[at] ^ 1);
        EXPECT_FALSE(read_stamped(key, "purpose", to_base64url(altered))) << at;
        EXPECT_FALSE(read_stamped(key, "purpose", to_base64url(bytes.substr(0, at)))) << at;
    }
    EXPECT_FALSE(read_stamped(key, "purpose", to_base64url(bytes + "x")));
    EXPECT_FALSE(read_stamped(key, "purpose", ""));
    EXPECT_FALSE(read_stamped(key, "purpose", "no base64!"));
}

// The HMACs were made by `openssl dgst -sha256 -mac HMAC`.
TEST(Stamp, StaysWhatItIs) {
    EXPECT_EQ(stamp(key, "purpose", "text"), "dGV4dKc-CWphWmrAU2KqagMzCEk");
}

}  // namespace
}  // namespace partner_center
