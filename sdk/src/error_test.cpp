// Tests of how answers that are not the wanted one become errors.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "sdk/src/answer_error.hpp"
#include <partner_center/error.hpp>
#include <partner_center/send.hpp>

namespace partner_center {
namespace {

using enum error_category;
using detail::error_of;
using namespace std::chrono_literals;

TEST(CategoryOf, FollowsMicrosoftsSdk) {
    const std::vector<std::pair<unsigned, error_category>> table{
        {400, bad_input},
        {401, unauthorized},
        {403, forbidden},
        {404, not_found},
        {405, invalid_operation},
        {406, unsupported_data_format},
        {408, request_timeout},
        {409, already_exists},
        {429, too_many_requests},
        {503, server_busy},
        {504, gateway_timeout},
        {302, server_error},
        {412, server_error},
        {415, server_error},
        {500, server_error},
    };
    for (const auto& [status, category] : table) EXPECT_EQ(category_of(status), category) << status;
}

TEST(ErrorOf, ReadsAFault) {
    const error problem = error_of({
        .status = 403,
        .fields = {{"ms-requestid", "r"}, {"MS-CorrelationId", "c"}},
        .body =
            R"({"code":20002,"description":"no relationship","data":["a"],"source":"PartnerFD"})",
    });

    EXPECT_EQ(problem.category, forbidden);
    EXPECT_EQ(problem.http_status, 403U);
    EXPECT_EQ(problem.code, "20002");
    EXPECT_EQ(problem.description, "no relationship");
    EXPECT_EQ(problem.data, std::vector<std::string>{"a"});
    EXPECT_EQ(problem.source, "PartnerFD");
    EXPECT_EQ(problem.request_id, "r");
    EXPECT_EQ(problem.correlation_id, "c");
    EXPECT_FALSE(problem.retry_after);
}

TEST(ErrorOf, ReadsACodeThatIsATextAndAByteOrderMark) {
    const error problem =
        error_of({.status = 404, .body = "\xEF\xBB\xBF{\"code\":\"60003\",\"description\":\"x\"}"});
    EXPECT_EQ(problem.code, "60003");
    EXPECT_EQ(problem.description, "x");
}

TEST(ErrorOf, ReadsTheGatewaysFormOf429) {
    const error problem = error_of({
        .status = 429,
        .fields = {{"Retry-After", "12"}},
        .body =
            R"({ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 12 seconds." })",
    });
    EXPECT_EQ(problem.category, too_many_requests);
    EXPECT_EQ(problem.description, "Rate limit is exceeded. Try again in 12 seconds.");
    EXPECT_EQ(problem.retry_after, 12s);
}

TEST(ErrorOf, ReadsRetryAfterAsADate) {
    const auto retry_after = [](std::string value) {
        return error_of({
                            .status = 503,
                            .fields =
                                {{"Date", "Mon, 22 Jan 2024 09:14:52 GMT"},
                                 {"Retry-After", std::move(value)}},
                        })
            .retry_after;
    };
    EXPECT_EQ(retry_after("Mon, 22 Jan 2024 09:15:22 GMT"), 30s);
    EXPECT_EQ(retry_after("Mon, 22 Jan 2024 09:00:00 GMT"), 0s);
    EXPECT_EQ(retry_after("soon"), std::nullopt);
    EXPECT_EQ(retry_after("-5"), std::nullopt);
    EXPECT_EQ(retry_after("99999999999"), std::nullopt);
}

TEST(ErrorOf, UsesABodyThatIsNoFaultAsItsText) {
    EXPECT_EQ(
        error_of({.status = 502, .body = "<html>\r\nBad gateway</html>"}).description,
        "<html>  Bad gateway</html>"
    );
    EXPECT_EQ(error_of({.status = 400, .body = R"({"code":20)"}).description, R"({"code":20)");
    EXPECT_EQ(error_of({.status = 400, .body = R"({"data":{}})"}).description, R"({"data":{}})");
    EXPECT_EQ(
        error_of({.status = 500}).description, "the service answered 500 without an explanation"
    );
}

TEST(ErrorOf, CutsALongTextBetweenCharacters) {
    const std::string text = std::string(1023, 'x') + "\xC3\xBC" + "tail";
    EXPECT_EQ(error_of({.status = 500, .body = text}).description, std::string(1023, 'x'));
}

TEST(Unreadable, SaysWhatCameWithoutQuotingIt) {
    const error problem = detail::unreadable(
        {.status = 200, .fields = {{"Content-Type", "text/html"}}, .body = "<b>Maren"},
        fault{fault_kind::invalid_body, "not JSON", {}}
    );
    EXPECT_EQ(problem.category, response_parsing);
    EXPECT_EQ(problem.http_status, 200U);
    EXPECT_EQ(problem.description, "the answer cannot be read (8 bytes of text/html): not JSON");
}

TEST(Outcome, ThrowsItsErrorWhenItHasNoValue) {
    const outcome<int> failed = error{.category = not_found, .description = "gone"};
    try {
        static_cast<void>(failed.value());
        FAIL() << "nothing was thrown";
    } catch (const partner_error& thrown) {
        EXPECT_STREQ(thrown.what(), "not_found: gone");
        EXPECT_EQ(thrown.problem().category, not_found);
    }
}

}  // namespace
}  // namespace partner_center
