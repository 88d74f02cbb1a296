// Tests of billing profiles as rows of CSV and of JSON lines.
// SPDX-License-Identifier: MIT
#include "cli/transfer/profile_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partner_center::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string one = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
const std::string other = "a3327be0-0b44-4d8a-9d52-7711c60fe2b9";

[[nodiscard]] billing_profile whole_profile() {
    billing_profile out{
        .id = "9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55",
        .first_name = "Zoë, \"Z\"",
        .email = "ap@tidewater.example",
        .culture = "en-US",
        .company_name = "Über\nCo",
    };
    out.default_address = address{.country = "US", .city = "Astoria", .phone_number = ""};
    out.attributes.etag = "-31";
    return out;
}

[[nodiscard]] std::vector<bad_line> problems_of(std::string_view text, row_format format) {
    std::vector<bad_line> problems;
    static_cast<void>(read_rows(text, format, problems));
    return problems;
}

[[nodiscard]] auto problem(std::size_t line, const std::string& part) {
    return AllOf(Field(&bad_line::line, line), Field(&bad_line::text, HasSubstr(part)));
}

TEST(ProfileRows, ComeBackAsTheyWentInBothFormats) {
    for (const row_format format : {row_format::csv, row_format::jsonl}) {
        const std::string text = header_of(format) + line_of(one, whole_profile(), format);
        for (const std::string& mark : {std::string{}, std::string{"\xEF\xBB\xBF"}}) {
            std::vector<bad_line> problems;
            const auto rows = read_rows(mark + text, format, problems);

            EXPECT_THAT(problems, IsEmpty());
            ASSERT_THAT(rows, SizeIs(1));
            EXPECT_EQ(rows.front().customer_id, one);
            EXPECT_EQ(rows.front().etag, "-31");
            EXPECT_EQ(with_row(whole_profile(), rows.front()), whole_profile());
            const billing_profile filled = with_row({}, rows.front());
            EXPECT_EQ(filled.first_name, "Zoë, \"Z\"");
            EXPECT_EQ(filled.company_name, "Über\nCo");
            EXPECT_EQ(filled.default_address.value().city, "Astoria");
        }
    }
}

TEST(ProfileRows, LeaveAloneWhatTheyDoNotMention) {
    std::vector<bad_line> problems;
    const auto rows = read_rows(
        "customerId,email,firstName,defaultAddress.phoneNumber\n" + one + ",new@x.example,,\n",
        row_format::csv,
        problems
    );
    ASSERT_THAT(rows, SizeIs(1));

    const billing_profile changed = with_row(whole_profile(), rows.front());

    billing_profile wanted = whole_profile();
    wanted.email = "new@x.example";
    wanted.first_name.reset();  // blank: taken away
    EXPECT_EQ(changed, wanted) << "what was blank stays, absent or empty";
}

TEST(ProfileRows, NameWhatIsWrongWithAHeader) {
    const auto csv = [](const std::string& header) {
        return problems_of(header + "\n", row_format::csv);
    };

    EXPECT_THAT(csv("customerId,e-mail,email"), ElementsAre(problem(1, "'e-mail' is no column")));
    EXPECT_THAT(csv("customerId,email,email"), ElementsAre(problem(1, "email comes twice")));
    EXPECT_THAT(csv("email"), ElementsAre(problem(1, "there is no column customerId")));
    EXPECT_THAT(
        csv("customerId;email"),
        ElementsAre(problem(1, "is no column"), problem(1, "not semicolons"))
    );
    EXPECT_THAT(csv("customerId"), ElementsAre(problem(0, "there are no rows")));
    EXPECT_THAT(problems_of("", row_format::csv), ElementsAre(problem(0, "there are no rows")));
}

TEST(ProfileRows, NameCustomersWhoComeTwiceOrAreNone) {
    const std::string upper = "6F1C9A52-3D0E-4B7C-9C11-5A2E8D40B7F3";

    EXPECT_THAT(
        problems_of(
            "customerId\n" + one + "\n" + other + "\n" + upper + "\ncontoso\n", row_format::csv
        ),
        ElementsAre(problem(4, "is in line 2 already"), problem(5, "'contoso' is not the id"))
    );
}

TEST(ProfileRows, RefuseOtherEncodings) {
    for (const row_format format : {row_format::csv, row_format::jsonl}) {
        EXPECT_THAT(
            problems_of("customerId,companyName\n" + one + ",M\xFCller\n", format),
            ElementsAre(problem(2, "not UTF-8"))
        );
        const std::string utf16{
            "\xFF\xFE"
            "c\0u\0",
            6};
        EXPECT_THAT(problems_of(utf16, format), ElementsAre(problem(1, "not UTF-8")));
    }
}

TEST(ProfileRows, NameWhatIsWrongWithALineOfJson) {
    const std::string start = R"({"customerId":")" + one + '"';
    const auto json = [](const std::string& text) { return problems_of(text, row_format::jsonl); };

    EXPECT_THAT(json(start + R"(,"email":"a@b.example"})"), IsEmpty());
    EXPECT_THAT(json(start), ElementsAre(problem(1, "not a JSON object")));
    EXPECT_THAT(json(start + "}\n[]\n"), ElementsAre(problem(2, "not a JSON object")));
    EXPECT_THAT(
        json(start + R"(,"defaultAddress":{"postcode":"1"}})"),
        ElementsAre(problem(1, "'defaultAddress.postcode' is no column"))
    );
    EXPECT_THAT(
        json(start + R"(,"defaultAddress":{"postalCode":97103}})"),
        ElementsAre(problem(1, "defaultAddress.postalCode is not a text in quotes"))
    );
    EXPECT_THAT(json(R"({"email":"a@b.example"})"), ElementsAre(problem(1, "'' is not the id")));
}

}  // namespace
}  // namespace partner_center::cli
