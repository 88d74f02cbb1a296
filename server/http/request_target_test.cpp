// Which targets and Hosts are taken. Calls request_target.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/request_target.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace partner_center::http {
namespace {

TEST(RequestTarget, TakesPathsAndQueries) {
    for (const std::string_view target :
         {"/",
          "/v1/customers",
          "/a//b",
          "/a%20b",
          "/...",
          "/.well-known/x",
          "/a.b/..c",
          "/a?b=../c",
          "/a?{\"Field\":1}",
          "/a?50%",
          "/%2e%2e%2e",
          "/a%252e"}) {
        EXPECT_EQ(problem_of_target(target), "") << target;
    }
}

TEST(RequestTarget, RefusesWhatIsNotAPath) {
    for (const std::string_view target :
         {"", "*", "a", "http://host/", "host:443", "//\x7f", "/a#b", "/\xc3\xa9", "/a b"}) {
        EXPECT_NE(problem_of_target(target), "") << target;
    }
}

TEST(RequestTarget, RefusesDotSegmentsInEverySpelling) {
    for (const std::string_view target :
         {"/.",
          "/..",
          "/../a",
          "/a/../b",
          "/a/./b",
          "/%2e%2E/a",
          "/.%2e",
          "/a/%2e",
          "/a/..?b",
          "/a%2f..%2fb",
          "/..%2F",
          "/a/..\\b",
          "/a%5c..%5cb"}) {
        EXPECT_NE(problem_of_target(target), "") << target;
    }
}

TEST(RequestTarget, RefusesBrokenPercentEncodings) {
    for (const std::string_view target : {"/%", "/%2", "/%zz", "/%2g", "/a%00", "/a?b=%00"}) {
        EXPECT_NE(problem_of_target(target), "") << target;
    }
}

TEST(Host, TakesNamesAndAddressesWithPorts) {
    for (const std::string_view host :
         {"a", "a.example", "a-b_c:8080", "127.0.0.1:1", "[::1]", "[::1]:8080", "a:"}) {
        EXPECT_TRUE(is_host(host)) << host;
    }
}

TEST(Host, RefusesAnythingElse) {
    for (const std::string_view host :
         {"",
          ":80",
          "a b",
          "a/b",
          "user@a",
          "a,b",
          "a:b",
          "a:1:2",
          "[]",
          "[::1",
          "::1",
          "[g]",
          "[::1]x",
          "a?b",
          "a#b",
          "a%41",
          "a\"",
          "\xc3\xa9"}) {
        EXPECT_FALSE(is_host(host)) << host;
    }
}

TEST(Token, HasNoSeparators) {
    EXPECT_TRUE(is_token("X-Field_1!#$%&'*+.^`|~"));
    for (const std::string_view text : {"", "a b", "a:", "a(", "\"", "\x7f", "\xc3\xa9"}) {
        EXPECT_FALSE(is_token(text)) << text;
    }
}

}  // namespace
}  // namespace partner_center::http
