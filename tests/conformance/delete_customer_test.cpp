// DELETE /v1/customers/{customer-tenant-id}: in the sandbox only, and nothing is left that anybody
// could read.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include "tests/support/changing_world.hpp"

namespace partner_center {
namespace {

using testing::api_under_test;
using testing::code_of;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* own = "/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr const char* foreign = "/v1/customers/a3327be0-0b44-4d8a-9d52-7711c60fe2b9";
constexpr const char* unknown = "/v1/customers/11111111-2222-4333-8444-555555555555";

class world : public testing::changing_world {
public:
    [[nodiscard]] http::response remove(const std::string& target, const std::string& token) {
        return send(request("DELETE", target, {}, token));
    }
};

class sandbox : public world {
public:
    sandbox() { make_sandbox(); }
};

TEST(DeleteCustomer, AnswersWithoutABody) {
    sandbox api;

    const auto answer = api.remove(own, {});

    EXPECT_EQ(answer.status, 204U);
    EXPECT_EQ(answer.body, "");
    EXPECT_FALSE(answer.find("Content-Type"));
}

TEST(DeleteCustomer, LeavesNothingToRead) {
    sandbox api;
    ASSERT_EQ(api.domain_status("ours.example"), 200U);

    ASSERT_EQ(api.remove(own, {}).status, 204U);

    for (const char* more : {"", "/profiles/billing"}) {
        const auto answer = api.get_at(own + std::string{more});
        EXPECT_EQ(answer.status, 404U) << more;
        EXPECT_EQ(code_of(answer), 60003);
    }
    EXPECT_THAT(api.get_at("/v1/customers").body, Not(HasSubstr("6f1c9a52")));
    EXPECT_EQ(api.domain_status("ours.example"), 404U);
    EXPECT_EQ(api.number("SELECT count(*) FROM profiles"), 2);  // the other partner's
    EXPECT_EQ(code_of(api.remove(own, {})), 60003);
}

TEST(DeleteCustomer, IsForTheSandboxOnly) {
    world api;

    const auto answer = api.remove(own, {});

    EXPECT_EQ(answer.status, 400U);
    EXPECT_EQ(code_of(answer), 900127);
    EXPECT_EQ(api.get_at(own).status, 200U);
}

TEST(DeleteCustomer, TakesThePartnersOwnOnly) {
    sandbox api;

    EXPECT_EQ(code_of(api.remove(foreign, {})), 20002);
    EXPECT_EQ(code_of(api.remove(unknown, {})), 60003);
    EXPECT_EQ(code_of(api.remove("/v1/customers/x", {})), 2000);
    EXPECT_EQ(api.number("SELECT count(*) FROM customers"), 2);
}

TEST(DeleteCustomer, TakesARoleThatMay) {
    sandbox api;

    EXPECT_EQ(code_of(api.remove(own, api.user_token(api.admin, "SalesAgents"))), 900150);
    EXPECT_EQ(api.remove(own, api.admin_token()).status, 204U);
}

TEST(DeleteCustomer, AnswersTheSameRequestOnceMoreWithTheFirstAnswer) {
    sandbox api;
    http::request request = api.request("DELETE", own, {}, {});
    request.fields.push_back({"MS-RequestId", "0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14"});

    const auto answers = api.send_at_once(std::vector<http::request>(100, request));

    EXPECT_EQ(std::ranges::count(answers, 204U, &http::response::status), 100);
    EXPECT_EQ(api.send(request).status, 204U);
    EXPECT_EQ(api.audit().size(), 1U);
}

TEST(DeleteCustomer, IsDoneByOneOfThoseWhoAskAtOnce) {
    sandbox api;
    const std::vector<http::request> rivals(64, api.request("DELETE", own, {}, {}));

    const auto answers = api.send_at_once(rivals);

    EXPECT_EQ(std::ranges::count(answers, 204U, &http::response::status), 1);
    EXPECT_EQ(std::ranges::count(answers, 60003, &code_of), 63);
}

TEST(DeleteCustomer, WritesDownWhatWasDeleted) {
    sandbox api;
    ASSERT_EQ(api.remove(own, {}).status, 204U);

    const auto lines = api.audit();

    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].operation_type, "delete_tip_customer");
    EXPECT_EQ(lines[0].customer_id, "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3");
    EXPECT_THAT(lines[0].resource_old_value.value(), HasSubstr("Tidewater Cooperative"));
    EXPECT_FALSE(lines[0].resource_new_value);
}

TEST(DeleteCustomer, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto customers = api.client_of(api.partner()).customers();
    const auto own_customer = customers.by_id(api.partner().customers.at(0));

    EXPECT_EQ(own_customer.remove().error().code, "900127");
    EXPECT_EQ(own_customer.remove_async().get().error().code, "900127");
    EXPECT_EQ(customers.by_id(unknown + 14).remove().error().category, error_category::not_found);
    EXPECT_TRUE(own_customer.get());
}

}  // namespace
}  // namespace partner_center
