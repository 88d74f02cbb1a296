// Resources as people give them: what is taken, and what is refused by its name.
// SPDX-License-Identifier: MIT
#include "cli/model_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <partner_center/models/customer.hpp>

namespace partner_center::cli {
namespace {

using ::testing::HasSubstr;

[[nodiscard]] std::string refusal_of(std::string_view json) {
    try {
        static_cast<void>(model_of<customer>(json));
        return "taken";
    } catch (const failure& problem) {
        EXPECT_EQ(problem.status(), exit_status::invalid_input);
        return problem.what();
    }
}

TEST(ModelText, TakesJsonAndYamlAlike) {
    EXPECT_EQ(json_of(" {\"a\": 1}"), " {\"a\": 1}");
    EXPECT_EQ(json_of("a: x\n"), R"({"a":"x"})");
}

TEST(ModelText, NamesAMemberThatDoesNotExist) {
    EXPECT_EQ(
        refusal_of(R"({"billingProfile":{"defaultAddress":{"zip":"1"}}})"),
        "there is no member billingProfile.defaultAddress.zip"
    );
    EXPECT_EQ(refusal_of(R"({"billingProfile":{"DefaultAddress":{"City":"x"}}})"), "taken");
    EXPECT_EQ(
        refusal_of(R"({"links":{"self":{"headers":[{"key":"a"},{"vlaue":"b"}]}}})"),
        "there is no member links.self.headers.vlaue"
    );
}

TEST(ModelText, NamesAMemberOfTheWrongType) {
    EXPECT_THAT(refusal_of(R"({"billingProfile":"x"})"), HasSubstr("billingProfile"));
    EXPECT_THAT(refusal_of("{"), HasSubstr("JSON"));
}

TEST(ModelText, MakesAssignments) {
    EXPECT_EQ(
        with_assignments(
            R"({"a":"1","b":{"c":"2"}})", {{"a", ""}, {"b.c", "3"}, {"d.e", "4"}, {"f", "x=y"}}
        ),
        R"({"b":{"c":"3"},"d":{"e":"4"},"f":"x=y"})"
    );
    EXPECT_EQ(read_assignment("f=x=y").value, "x=y");
    EXPECT_THROW(static_cast<void>(read_assignment("=x")), failure);
    EXPECT_THROW(static_cast<void>(read_assignment("x")), failure);
}

}  // namespace
}  // namespace partner_center::cli
