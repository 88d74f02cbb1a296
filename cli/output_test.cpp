// Output: every form of one resource, of lists and of what a query gives.
// SPDX-License-Identifier: MIT
#include "cli/output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/failure.hpp"

namespace partner_center::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view profile =
    R"({"id":"9a3e","companyName":"Tide\tCo","defaultAddress":{"city":"Astoria","lines":["a","b"]},)"
    R"("links":{"self":{"uri":"/v1"}},"attributes":{"etag":"-31"}})";

constexpr std::string_view contoso =
    R"({"id":"1","companyProfile":{"companyName":"Contoso"},"allowed":true})";
constexpr std::string_view fabrikam = R"({"id":"22","companyProfile":{"companyName":"Fabrikam"}})";

[[nodiscard]] std::string shown(const output_options& options, std::string_view json) {
    ::testing::internal::CaptureStdout();
    output{options}.show_json(json);
    return ::testing::internal::GetCapturedStdout();
}

[[nodiscard]] std::string listed(
    const output_options& options, const std::vector<std::string_view>& items
) {
    ::testing::internal::CaptureStdout();
    output out{options};
    out.begin_list({"id", "companyProfile.companyName"});
    for (const std::string_view each : items) out.add_json(each);
    out.end_list();
    return ::testing::internal::GetCapturedStdout();
}

TEST(Output, IndentsJsonWithoutATerminal) {
    EXPECT_EQ(
        shown({}, R"({"a":[],"b":{"c":1}})"), "{\n  \"a\": [],\n  \"b\": {\n    \"c\": 1\n  }\n}\n"
    );
}

TEST(Output, WritesAResourceInEveryForm) {
    EXPECT_EQ(
        shown({.format = output_format::tsv}, profile),
        "id\t9a3e\ncompanyName\tTide\\tCo\ndefaultAddress.city\tAstoria\n"
        "defaultAddress.lines\ta, b\n"
    );
    EXPECT_EQ(
        shown({.format = output_format::table}, profile),
        "id                    9a3e\ncompanyName           Tide\xEF\xBF\xBD"
        "Co\ndefaultAddress.city   Astoria\ndefaultAddress.lines  a, b\n"
    );
    EXPECT_EQ(shown({.format = output_format::jsonl}, profile), std::string{profile} + '\n');
    EXPECT_THAT(shown({.format = output_format::yaml}, profile), HasSubstr("\n  city: Astoria\n"));
}

TEST(Output, WritesAListInEveryForm) {
    const std::vector<std::string_view> both{contoso, fabrikam};
    EXPECT_EQ(
        listed({.format = output_format::table}, both),
        "ID  COMPANYNAME\n1   Contoso\n22  Fabrikam\n"
    );
    EXPECT_EQ(listed({.format = output_format::tsv}, both), "1\tContoso\n22\tFabrikam\n");
    EXPECT_EQ(
        listed({.format = output_format::jsonl}, both),
        std::string{contoso} + '\n' + std::string{fabrikam} + '\n'
    );
    EXPECT_EQ(
        listed({.format = output_format::json}, {R"({"id":1})", R"({"id":2})"}),
        "[\n  {\n    \"id\": 1\n  },\n  {\n    \"id\": 2\n  }\n]\n"
    );
    EXPECT_EQ(
        listed({.format = output_format::yaml}, {R"({"id":1,"a":[2]})", R"({"id":2})"}),
        "- id: 1\n  a:\n    - 2\n- id: 2\n"
    );
}

TEST(Output, WritesAListWithoutItems) {
    EXPECT_EQ(listed({.format = output_format::json}, {}), "[]\n");
    EXPECT_EQ(listed({.format = output_format::yaml}, {}), "[]\n");
    EXPECT_EQ(listed({.format = output_format::tsv}, {}), "");
    EXPECT_EQ(listed({.format = output_format::table}, {}), "ID  COMPANYNAME\n");
}

TEST(Output, ShowsWhatAQueryGives) {
    const std::vector<std::string_view> both{contoso, fabrikam};
    EXPECT_EQ(listed({.query = "map(.id) | join(\"+\")"}, both), "\"1+22\"\n");
    EXPECT_EQ(
        listed({.format = output_format::tsv, .query = ".[].companyProfile.companyName"}, both),
        "Contoso\nFabrikam\n"
    );
    EXPECT_EQ(
        listed({.format = output_format::tsv, .query = ".[] | [.id, .allowed]"}, both),
        "1\ttrue\n22\t\n"
    );
    EXPECT_EQ(
        listed({.format = output_format::table, .query = "map({id, allowed})"}, both),
        "ID  ALLOWED\n1   true\n22\n"
    );
    EXPECT_EQ(
        listed({.format = output_format::yaml, .query = ".[] | {id}"}, both),
        "---\nid: \"1\"\n---\nid: \"22\"\n"
    );
}

TEST(Output, RefusesAQueryThatIsNone) {
    try {
        output{{.query = ".["}};
        FAIL() << "was taken";
    } catch (const failure& problem) {
        EXPECT_EQ(problem.status(), exit_status::usage);
        EXPECT_THAT(problem.what(), HasSubstr("syntax error"));
    }
    EXPECT_THROW(shown({.query = ".id.b"}, R"({"id":"1"})"), failure);
    ::testing::internal::GetCapturedStdout();
}

}  // namespace
}  // namespace partner_center::cli
