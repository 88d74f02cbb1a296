// Tests of reading and writing CSV as RFC 4180 has it.
// SPDX-License-Identifier: MIT
#include "cli/transfer/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partner_center::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The records of a text in which nothing is wrong.
[[nodiscard]] std::vector<csv_record> read(std::string_view text) {
    std::vector<bad_line> problems;
    auto records = read_csv(text, problems);
    EXPECT_THAT(problems, IsEmpty());
    return records;
}

/// What is wrong with a text, which is one thing.
[[nodiscard]] bad_line problem_of(std::string_view text) {
    std::vector<bad_line> problems;
    static_cast<void>(read_csv(text, problems));
    EXPECT_EQ(problems.size(), 1U);
    return problems.empty() ? bad_line{} : problems.front();
}

TEST(Csv, ReadsFieldsAndKnowsTheirLines) {
    EXPECT_THAT(
        read("a,b\r\n1,\"x,\ny\"\n\"\",\"say \"\"hi\"\"\"\r\n,"),
        ElementsAre(
            csv_record{1, {"a", "b"}},
            csv_record{2, {"1", "x,\ny"}},
            csv_record{4, {"", "say \"hi\""}},
            csv_record{5, {"", ""}}
        )
    );
    EXPECT_THAT(read(""), IsEmpty());
}

TEST(Csv, ReadsWhatItWrote) {
    const std::vector<std::vector<std::string>> all{
        {"", "plain", "with, comma"}, {"\"quoted\"", "two\r\nlines", " blanks "}, {"", "", ""}};
    std::string text;
    for (const auto& fields : all) append_csv(text, fields);

    const auto records = read(text);

    ASSERT_EQ(records.size(), all.size());
    for (std::size_t at = 0; at < all.size(); ++at) EXPECT_EQ(records[at].fields, all[at]);
}

TEST(Csv, TellsWhereAQuoteIsOutOfPlace) {
    EXPECT_EQ(problem_of("a\n1\nx\"y\n").line, 3U);
    EXPECT_THAT(problem_of("a\nx\"y\n").text, HasSubstr("in the midst"));
    EXPECT_THAT(problem_of("a\n\"x\"y\n").text, HasSubstr("after its end"));
    EXPECT_EQ(problem_of("a\n1\n\"x\n\n").line, 3U) << "where it began";
    EXPECT_THAT(problem_of("a\n\"x\n\n").text, HasSubstr("does not end"));
    EXPECT_THAT(problem_of("a\rb\n").text, HasSubstr("carriage return"));
}

TEST(Csv, TellsWhichRecordHasTooFewOrTooManyFields) {
    std::vector<bad_line> problems;

    static_cast<void>(read_csv("a,b\n1\n1,2\n1,2,3\n", problems));

    EXPECT_THAT(
        problems,
        ElementsAre(
            bad_line{2, "1 fields, but the header has 2"},
            bad_line{4, "3 fields, but the header has 2"}
        )
    );
}

}  // namespace
}  // namespace partner_center::cli
