// Tests one-time passwords against the vectors of their RFCs. Calls totp.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/totp.hpp"

#include <array>

#include <gtest/gtest.h>

namespace partner_center {
namespace {

/// The secret of both RFCs, in ASCII and in base32.
constexpr std::string_view secret = "12345678901234567890";
constexpr std::string_view base32_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

[[nodiscard]] system_time at(std::int64_t seconds) {
    return system_time{std::chrono::seconds{seconds}};
}

TEST(OneTimePassword, IsThatOfRfc4226AppendixD) {
    constexpr std::array<std::string_view, 10> expected{
        "755224",
        "287082",
        "359152",
        "969429",
        "338314",
        "254676",
        "287922",
        "162583",
        "399871",
        "520489"};
    for (std::size_t count = 0; count < expected.size(); ++count) {
        EXPECT_EQ(one_time_password(secret, static_cast<std::int64_t>(count)), expected[count]);
    }
}

/// The last six of the eight digits of RFC 6238, appendix B, in the column of SHA-1.
struct vector_of_time {
    std::int64_t seconds;
    std::string_view digits;
};
constexpr std::array<vector_of_time, 6> vectors{{
    {59, "287082"},
    {1'111'111'109, "081804"},
    {1'111'111'111, "050471"},
    {1'234'567'890, "005924"},
    {2'000'000'000, "279037"},
    {20'000'000'000, "353130"},
}};

TEST(Totp, AcceptsTheVectorsOfRfc6238AppendixB) {
    for (const auto& [seconds, digits] : vectors) {
        EXPECT_EQ(matching_totp_step(base32_secret, digits, at(seconds)), seconds / 30) << seconds;
    }
}

TEST(Totp, AcceptsTheStepBeforeAndAfterAndNoOther) {
    constexpr std::int64_t step = 1'234'567'890 / 30;
    constexpr std::string_view digits = "005924";
    for (const std::int64_t seconds : {(step - 1) * 30, step * 30, (step + 2) * 30 - 1}) {
        EXPECT_EQ(matching_totp_step(base32_secret, digits, at(seconds)), step) << seconds;
    }
    for (const std::int64_t seconds : {(step - 1) * 30 - 1, (step + 2) * 30}) {
        EXPECT_FALSE(matching_totp_step(base32_secret, digits, at(seconds))) << seconds;
    }
}

TEST(Totp, ReadsASecretAsPeopleCopyIt) {
    for (const std::string_view text : {
             "gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
             "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
             "gezd-gnbv-gy3t-qojq-gezd-gnbv-gy3t-qojq",
             " GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ====== ",
         }) {
        EXPECT_EQ(from_base32(text), secret) << text;
    }
    EXPECT_EQ(from_base32("MZXW6YTBMZXW6YTBOI======"), "foobafoobar");
    EXPECT_EQ(matching_totp_step("gezd gnbv gy3t qojq gezd gnbv gy3t qojq", "287 082", at(59)), 1);
}

TEST(Totp, RefusesASecretThatIsNone) {
    for (const std::string_view text : {
             "",
             "=",
             "GEZDGNBVGY3TQOJ",                    // nine bytes
             "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1",   // no 1 in base32
             "GEZDGNBVGY3TQOJQ=GEZDGNBVGY3TQOJQ",  // padding inside
             "GEZDGNBVGY3TQOJQG",                  // a letter too many for whole bytes
         }) {
        EXPECT_FALSE(from_base32(text)) << text;
        EXPECT_FALSE(matching_totp_step(text, "287082", at(59))) << text;
    }
}

TEST(Totp, RefusesWhatIsNotSixDigits) {
    for (const std::string_view digits :
         {"", "28708", "2870822", "287083", "28708a", "      ", "94287082", "-287082x"}) {
        EXPECT_FALSE(matching_totp_step(base32_secret, digits, at(59))) << digits;
    }
}

TEST(TotpSecret, IsSealedForOneUser) {
    const sealing_key key{1};
    const guid user = parse_guid("5f4e9b70-15d3-4a8b-8e8f-c60a1b7d9922").value();
    const std::string base32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const std::string sealed = seal_totp_secret(key, user, base32);
    EXPECT_EQ(sealed.find(base32), std::string::npos);
    EXPECT_EQ(open_totp_secret(key, user, sealed), base32);
    EXPECT_EQ(open_totp_secret(key, guid{}, sealed), "");
    EXPECT_EQ(open_totp_secret(sealing_key{2}, user, sealed), "");
    EXPECT_EQ(open_totp_secret(key, user, base32), "") << "not sealed";
    EXPECT_EQ(seal_totp_secret(key, user, ""), "");
    EXPECT_EQ(matching_totp_step("", "000000", system_time{}), std::nullopt);
}

}  // namespace
}  // namespace partner_center
