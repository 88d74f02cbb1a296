// The decision table of If-Match and attributes.etag.
// SPDX-License-Identifier: MIT
#include "server/api/version_condition.hpp"

#include <gtest/gtest.h>

namespace partner_center {
namespace {

constexpr const char* current = "-3187205566410928834";

/// What comes of a request that replaces the version `current`; the name of the fault, or "goes
/// on".
[[nodiscard]] std::string_view outcome_of(
    const std::optional<std::string>& if_match, const std::optional<std::string>& in_body
) {
    const auto condition = condition_of(if_match, in_body, true);
    if (!condition) return row_of(condition.error().kind).name;
    return condition->holds(current) ? "goes on" : row_of(condition->otherwise).name;
}

struct situation {
    const char* name{};
    std::optional<std::string> if_match{};
    std::optional<std::string> in_body{};
    std::string_view outcome{};
};

void PrintTo(const situation& of, std::ostream* out) {
    *out << of.name;
}

class Condition : public ::testing::TestWithParam<situation> {};

TEST_P(Condition, Decides) {
    EXPECT_EQ(outcome_of(GetParam().if_match, GetParam().in_body), GetParam().outcome);
}

const std::string quoted = "\"-3187205566410928834\"";

INSTANTIATE_TEST_SUITE_P(
    Of,
    Condition,
    ::testing::Values(
        situation{"HeaderMatches", quoted, {}, "goes on"},
        situation{"HeaderMatchesBodyDiffers", quoted, "7", "goes on"},
        situation{"HeaderMatchesBodyToo", quoted, current, "goes on"},
        situation{"AnyVersion", "*", "7", "goes on"},
        situation{"HeaderDiffers", "\"7\"", {}, "stale_if_match"},
        situation{"HeaderDiffersBodyMatches", "\"7\"", current, "stale_if_match"},
        situation{"BodyMatches", {}, current, "goes on"},
        situation{"BodyInQuotesMatches", {}, quoted, "goes on"},
        situation{"BodyDiffers", {}, "7", "stale_etag"},
        situation{"Neither", {}, {}, "missing_etag"},
        situation{"BodyEmpty", {}, "", "missing_etag"},
        situation{"BodyOfQuotesAlone", {}, "\"\"", "missing_etag"},
        situation{"Weak", "W/" + quoted, {}, "goes on"},
        situation{"Unquoted", current, {}, "goes on"},
        situation{"OneOfAList", "\"7\", W/\"8\" ," + quoted, {}, "goes on"},
        situation{"NoneOfAList", "\"7\",\"8\"", {}, "stale_if_match"},
        situation{"TagWithAComma", "\"7,8\"", {}, "stale_if_match"},
        situation{
            "OfAnotherResource", "\"eyJpZCI6ImEiLCJ2ZXJzaW9uIjoxfQ==\"", {}, "stale_if_match"},
        situation{"EightKibibytes", std::string(8192, 'x'), {}, "stale_if_match"},
        situation{"PlusSign", "\"+3187205566410928834\"", {}, "stale_if_match"},
        situation{"LeadingZero", "\"-03187205566410928834\"", {}, "stale_if_match"},
        situation{"TwoWords", "abc def", {}, "missing_etag"},
        situation{"Empty", "", current, "missing_etag"},
        situation{"NothingButCommas", ",,", {}, "missing_etag"},
        situation{"NotClosed", "\"7", {}, "missing_etag"},
        situation{"ClosedTwice", "\"7\"\"", {}, "missing_etag"}
    ),
    [](const auto& each) { return std::string{each.param.name}; }
);

TEST(Condition, NeedNotBeThereUnderItsSwitch) {
    const auto condition = condition_of({}, {}, false).value();

    EXPECT_TRUE(condition.holds(current));
}

}  // namespace
}  // namespace partner_center
