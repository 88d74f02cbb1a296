// PATCH /v1/customers/{customer-tenant-id}: the end of a relationship.
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
using testing::golden;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* own = "/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr const char* foreign = "/v1/customers/a3327be0-0b44-4d8a-9d52-7711c60fe2b9";

class world : public testing::changing_world {
public:
    [[nodiscard]] http::response patch(const std::string& target, std::string body) {
        return send(request("PATCH", target, std::move(body), admin_token()));
    }
    [[nodiscard]] http::response end() { return patch(own, golden("update_customer/request")); }
};

TEST(UpdateCustomer, AnswersWithTheGoldenBody) {
    world api;

    const auto answer = api.patch(own + std::string{"/"}, golden("update_customer/request"));

    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, golden("update_customer/answer"));
}

TEST(UpdateCustomer, LeavesACustomerThatNobodyMayRead) {
    world api;

    ASSERT_EQ(api.end().status, 200U);

    for (const char* more : {"", "/profiles/billing"}) {
        const auto answer = api.get_at(own + std::string{more});
        EXPECT_EQ(answer.status, 403U) << more;
        EXPECT_EQ(code_of(answer), 20002);
    }
    EXPECT_THAT(api.get_at("/v1/customers").body, Not(HasSubstr("6f1c9a52")));
    EXPECT_EQ(api.domain_status("ours.example"), 200U);  // stays taken
    EXPECT_EQ(code_of(api.end()), 20002);
    EXPECT_EQ(api.number("SELECT count(*) FROM profiles"), 2);  // the other partner's
}

TEST(UpdateCustomer, DeletesInTheSandbox) {
    world api;
    api.make_sandbox();

    EXPECT_EQ(api.end().body, golden("update_customer/answer"));

    EXPECT_EQ(code_of(api.get_at(own)), 60003);
    EXPECT_EQ(api.domain_status("ours.example"), 404U);
}

TEST(UpdateCustomer, ChangesNothingElse) {
    world api;

    for (const char* body :
         {"{}",
          R"({"relationshipToPartner":"reseller"})",
          R"({"relationshipToPartner":null})",
          R"({"billingProfile":{"companyName":"x"}})"}) {
        EXPECT_EQ(code_of(api.patch(own, body)), 3000) << body;
    }
    EXPECT_EQ(code_of(api.patch(own, R"({"relationshipToPartner":"spouse"})")), 900126);
    EXPECT_EQ(code_of(api.patch(own, "")), 800002);
    EXPECT_EQ(api.get_at(own).status, 200U);
}

TEST(UpdateCustomer, TakesThePartnersOwnOnly) {
    world api;

    EXPECT_EQ(code_of(api.patch(foreign, golden("update_customer/request"))), 20002);
    EXPECT_EQ(api.number("SELECT count(*) FROM customers WHERE relationship = 'none'"), 0);
}

TEST(UpdateCustomer, NamesTheWordsThatItKnows) {
    world api;

    const auto answer = api.patch(own, R"({"relationshipToPartner":"Foo"})");

    EXPECT_EQ(code_of(answer), 900126);
    EXPECT_THAT(
        answer.body, HasSubstr("relationshipToPartner must be one of unknown, reseller, advisor, ")
    );
    EXPECT_THAT(
        api.patch(own, R"({"relationshipToPartner":"reseller"})").body,
        HasSubstr(R"("data":["relationshipToPartner must be none"])")
    );
}

TEST(UpdateCustomer, IsForPeopleWhoMayRemoveCustomers) {
    world api;
    const std::string body = golden("update_customer/request");

    EXPECT_EQ(code_of(api.send(api.request("PATCH", own, body, {}))), 900329);
    const std::string sales = api.user_token(api.admin, "SalesAgents");
    EXPECT_EQ(code_of(api.send(api.request("PATCH", own, body, sales))), 900150);
}

TEST(UpdateCustomer, IsMissingFromTheNationalClouds) {
    for (const cloud* where : {&clouds::china, &clouds::us_government}) {
        world api;
        api.move_to(*where);

        const auto answer = api.end();

        EXPECT_EQ(answer.status, 405U);
        EXPECT_EQ(answer.find("Allow"), "GET, DELETE");
        EXPECT_EQ(api.get_at(own).status, 200U);
    }
}

TEST(UpdateCustomer, WritesDownWhoEndedIt) {
    world api;
    ASSERT_EQ(api.end().status, 200U);

    const auto lines = api.audit();

    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].operation_type, "remove_partner_customer_relationship");
    EXPECT_EQ(lines[0].resource_type, "partner_customer_relationship");
    EXPECT_EQ(lines[0].user_principal_name, api.admin.user_principal_name);
    EXPECT_THAT(lines[0].resource_old_value.value(), HasSubstr(R"("reseller")"));
    EXPECT_THAT(lines[0].resource_new_value.value(), HasSubstr(R"("none")"));
}

TEST(UpdateCustomer, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto& partners = api.world().partners;
    const demo_partner& sandbox = *std::ranges::find_if(partners, &demo_partner::sandbox);
    const auto customers = api.user_client_of(sandbox).customers();
    auto body =
        from_json<customer>(golden("create_customer/minimal_request"), json_reading::request)
            .value();
    body.company_profile->domain = "patched.ccsctp.net";
    const auto created = customers.by_id(*customers.create(body).value().id);
    const customer reseller{.relationship_to_partner = customer_relationship::reseller};
    const customer none{.relationship_to_partner = customer_relationship::none};

    EXPECT_EQ(created.patch_async(reseller).get().error().code, "3000");
    EXPECT_EQ(created.patch(none).value().relationship_to_partner, customer_relationship::none);

    EXPECT_EQ(created.get().error().category, error_category::not_found);
}

}  // namespace
}  // namespace partner_center
