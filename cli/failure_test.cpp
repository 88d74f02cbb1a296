// Errors of the SDK as statuses and as texts that say what to do next.
// SPDX-License-Identifier: MIT
#include "cli/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partner_center::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

[[nodiscard]] error answered(unsigned status, const std::string& code) {
    return {
        .category = category_of(status),
        .http_status = status,
        .code = code,
        .description = "what the service said",
        .request_id = "r",
        .correlation_id = "c",
    };
}

TEST(Failure, HasAStatusForEachKindOfError) {
    EXPECT_EQ(status_of(answered(404, "")), exit_status::not_found);
    EXPECT_EQ(status_of(answered(401, "")), exit_status::refused);
    EXPECT_EQ(status_of(answered(403, "")), exit_status::refused);
    EXPECT_EQ(status_of(answered(409, "")), exit_status::conflict);
    EXPECT_EQ(status_of(answered(412, "")), exit_status::conflict);
    EXPECT_EQ(status_of(answered(400, "2055")), exit_status::conflict);
    EXPECT_EQ(status_of(answered(429, "")), exit_status::throttled);
    EXPECT_EQ(status_of(answered(400, "2000")), exit_status::invalid_input);
    EXPECT_EQ(status_of(answered(500, "")), exit_status::error);
    EXPECT_EQ(status_of({.category = error_category::cancelled}), exit_status::interrupted);
}

TEST(Failure, NamesTheRolesThatMay) {
    const auto roles_for = [](permission needed) {
        return text_of(answered(403, "900150"), {.needed = needed});
    };
    EXPECT_THAT(roles_for(permission::write_customers), HasSubstr("AdminAgents, SalesAgents (or"));
    EXPECT_THAT(roles_for(permission::write_billing_profiles), HasSubstr("BillingAdmins"));
    EXPECT_THAT(roles_for(permission::remove_customers), Not(HasSubstr("SalesAgents")));
}

TEST(Failure, GivesTheIdsToQuote) {
    const std::string text = text_of(answered(503, "5"), {});
    EXPECT_THAT(text, HasSubstr("HTTP status 503, code 5\n"));
    EXPECT_THAT(text, HasSubstr("correlation id c, request id r"));
}

TEST(Failure, SaysHowLongToWait) {
    error problem = answered(429, "");
    EXPECT_THAT(text_of(problem, {}), HasSubstr("wait a minute"));
    problem.retry_after = std::chrono::seconds{57};
    EXPECT_THAT(text_of(problem, {}), HasSubstr("wait 57 s"));
}

TEST(Failure, TellsWhetherAChangeMayHaveBeenMade) {
    const attempt change{.needed = permission::write_customers, .takes_request_id = true};
    EXPECT_THAT(text_of(answered(500, ""), change), HasSubstr("--request-id r"));
    EXPECT_THAT(
        text_of(answered(500, ""), {.needed = permission::remove_customers}),
        HasSubstr("look before")
    );
    EXPECT_THAT(
        text_of(answered(500, ""), {.needed = permission::read_customers}),
        Not(HasSubstr("may have"))
    );
    EXPECT_THAT(text_of(answered(400, ""), change), Not(HasSubstr("may have")));
}

}  // namespace
}  // namespace partner_center::cli
