// What real clients send in Accept and Content-Type, and what is refused.
// SPDX-License-Identifier: MIT
#include "server/api/media_type.hpp"

#include <initializer_list>

#include <gtest/gtest.h>

namespace partner_center {
namespace {

[[nodiscard]] bool accepts(std::initializer_list<std::string_view> values) {
    std::vector<http::field_view> fields;
    for (const std::string_view each : values) fields.push_back({"accept", each});
    return accepts_json({.fields = fields});
}

[[nodiscard]] bool sends_json(std::string_view content_type) {
    const std::vector<http::field_view> fields{{"content-type", content_type}};
    return has_json_content_type({.fields = fields});
}

TEST(Accept, TakesWhatRealClientsSend) {
    for (const char* value :
         {"application/json",
          "*/*",
          "application/*",
          "application/json, text/plain, */*",
          "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
          "APPLICATION/JSON",
          "",
          "  ",
          "application/json;odata=verbose",
          "text/plain ;q=0.5 , application/json ; q=0.1"}) {
        EXPECT_TRUE(accepts({value})) << value;
    }
    EXPECT_TRUE(accepts({}));
    EXPECT_TRUE(accepts({"text/html", "application/json"}));
}

TEST(Accept, RefusesOtherTypesOnly) {
    for (const char* value :
         {"text/html",
          "application/xml, text/plain",
          "application/json;q=0",
          "*/*;q=0.000",
          "application/jsonx",
          "json",
          "application/jso"}) {
        EXPECT_FALSE(accepts({value})) << value;
    }
}

TEST(ContentType, TakesJsonInUtf8) {
    for (const char* value :
         {"application/json",
          "application/json; charset=utf-8",
          "application/json;charset=\"UTF-8\"",
          "Application/JSON ; Charset = us-ascii",
          "application/json; profile=x; charset=utf-8"}) {
        EXPECT_TRUE(sends_json(value)) << value;
    }
    EXPECT_TRUE(has_json_content_type({}));
}

TEST(ContentType, RefusesEverythingElse) {
    for (const char* value :
         {"text/plain",
          "text/plain; charset=utf-8",
          "text/json",
          "application/json; charset=utf-16",
          "application/xml",
          "",
          "application/x-www-form-urlencoded",
          "application/json; charset=utf-8; charset=latin1"}) {
        EXPECT_FALSE(sends_json(value)) << value;
    }
}

}  // namespace
}  // namespace partner_center
