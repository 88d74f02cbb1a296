// Tests of addresses: what is loopback, what is refused, how texts are encoded.
// SPDX-License-Identifier: MIT
#include "sdk/src/url.hpp"

#include <gtest/gtest.h>

namespace partner_center::detail {
namespace {

TEST(RefuseBaseUrl, LetsHttpsAndLoopbackPass) {
    for (const std::string_view url : {
             "https://api.partnercenter.microsoft.com",
             "https://10.0.0.1:8443/prefix",
             "http://127.0.0.1:8080",
             "http://127.8.9.10",
             "http://localhost:1",
             "http://LocalHost",
             "http://[::1]:8080",
             "http://[::1]",
         }) {
        EXPECT_FALSE(refuse_base_url(url)) << url;
    }
}

TEST(RefuseBaseUrl, KeepsSecretsFromPlainHttpToOtherMachines) {
    for (const std::string_view url : {
             "http://api.partnercenter.microsoft.com",
             "http://10.0.0.1:8080",
             "http://127.0.0.1.evil.com",
             "http://localhost.evil.com",
             "http://evil-localhost",
             "http://127.0.0.1.",
             "http://127.1",
             "http://127.0.0.256.1",
             "http://127.0.0",
             "http://127.0.0.256",
             "http://127.0.0.01",
             "http://127.0..1",
             "http://0127.0.0.1",
             "http://[::2]",
             "http://[::ffff:10.0.0.1]",
         }) {
        const auto refusal = refuse_base_url(url);
        ASSERT_TRUE(refusal) << url;
        EXPECT_NE(refusal->description.find("plain http"), std::string::npos) << url;
    }
}

TEST(RefuseBaseUrl, RefusesWhatOthersMightReadDifferently) {
    for (const std::string_view url : {
             "",
             "api.partnercenter.microsoft.com",
             "ftp://127.0.0.1",
             "HTTPS://example.com",
             "http://",
             "https://:80",
             "http://127.0.0.1@evil.com",
             "http://127.0.0.1\\@evil.com",
             "http://127.0.0.1#@evil.com",
             "http://127.0.0.1?x",
             "http://127.0.0.1:80@evil.com",
             "http://127.0.0.1:",
             "http://127.0.0.1:0",
             "http://127.0.0.1:65536",
             "http://127.0.0.1 ",
             "http://[::1",
             "http://[::1]evil.com",
             "https://host/a?b",
             "https://host/a%2f",
         }) {
        EXPECT_TRUE(refuse_base_url(url)) << url;
    }
}

TEST(PercentEncode, LeavesOnlyUnreservedCharacters) {
    EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
    EXPECT_EQ(percent_encode("a b/c?d&e=%+\xC3\xBC"), "a%20b%2Fc%3Fd%26e%3D%25%2B%C3%BC");
}

TEST(PathSegment, RefusesWhatWouldBeAnotherPath) {
    for (const std::string_view text : {"", " ", "\t\n", ".", ".."}) {
        const auto segment = path_segment(text, "customer_id");
        ASSERT_FALSE(segment) << text;
        EXPECT_EQ(segment.error().category, error_category::bad_input);
    }
    EXPECT_EQ(path_segment("...", "customer_id").value(), "...");
}

}  // namespace
}  // namespace partner_center::detail
