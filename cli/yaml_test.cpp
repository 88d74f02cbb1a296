// YAML: what is written reads back, and what is wrong is told with its place.
// SPDX-License-Identifier: MIT
#include "cli/yaml.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/failure.hpp"

namespace partner_center::cli {
namespace {

using ::testing::HasSubstr;

[[nodiscard]] std::string refusal_of(std::string_view yaml) {
    try {
        return "taken: " + json_of_yaml(yaml);
    } catch (const failure& problem) {
        EXPECT_EQ(problem.status(), exit_status::invalid_input);
        return problem.what();
    }
}

TEST(Yaml, ReadsBackWhatItWrote) {
    constexpr std::string_view json =
        R"({"plain":"Tidewater Co.","quoted":["97103","","true","null","~","no","y","- x","a: b",)"
        R"("# c"," lead","trail ","two\nlines","tab\t","quo\"te","back\\slash","北京","O'Neil & Sons"],)"
        R"("empty":{},"none":[],"deep":{"er":[{"a":"b","c":[["d"]]},{"e":"f"}]}})";

    const std::string yaml =
        yaml_text(boost::json::parse(boost::json::string_view{json.data(), json.size()}));
    EXPECT_EQ(json_of_yaml(yaml), json) << yaml;
    EXPECT_THAT(yaml, HasSubstr("plain: Tidewater Co.\n"));
    EXPECT_THAT(yaml, HasSubstr("  - \"97103\"\n"));
    EXPECT_THAT(yaml, HasSubstr("  - 北京\n"));
}

TEST(Yaml, KeepsControlCharactersAndBytesOfOthersQuoted) {
    const std::string yaml = yaml_text(boost::json::parse(R"({"a":"\u001b[2J\u0007"})"));
    EXPECT_EQ(yaml.find('\x1b'), std::string::npos);
    EXPECT_EQ(json_of_yaml(yaml), R"({"a":"\u001b[2J\u0007"})");
}

TEST(Yaml, ReadsWhatPeopleWrite) {
    EXPECT_EQ(
        json_of_yaml("# note\na: 1\nb: null\nc:\nd: true\ne: 'it''s'\nf: [x, {g: ~}]\n"),
        R"({"a":"1","b":null,"c":null,"d":true,"e":"it's","f":["x",{"g":null}]})"
    );
    EXPECT_EQ(json_of_yaml(R"({"a": {"b": ["c"]}})"), R"({"a":{"b":["c"]}})");
    EXPECT_EQ(json_of_yaml("a: >\n  one\n  two\n"), "{\"a\":\"one two\\n\"}");
}

TEST(Yaml, TellsWhereItIsWrong) {
    EXPECT_THAT(refusal_of("a: 1\nb: [\n"), HasSubstr("line 3"));
    EXPECT_THAT(refusal_of("a: &x 1\nb: *x\n"), HasSubstr("line 2, column 4: aliases"));
    EXPECT_THAT(refusal_of("a: 1\n---\nb: 2\n"), HasSubstr("more than one document"));
    EXPECT_THAT(refusal_of("a: \xff\n"), HasSubstr("UTF-8"));
    EXPECT_THAT(refusal_of(std::string(100, '[')), HasSubstr("nested too deep"));
}

}  // namespace
}  // namespace partner_center::cli
