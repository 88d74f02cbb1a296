// PUT /v1/profiles/billing: versions, what is checked, repetition, and the audit.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include "tests/support/partner_world.hpp"

namespace partner_center {
namespace {

using testing::api_under_test;
using testing::code_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::partner_world;

constexpr const char* path = "/v1/profiles/billing";
constexpr const char* some_request = "0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14";

[[nodiscard]] std::string body_with(const std::string& more) {
    return R"({"CompanyName":"Lumen GmbH","Address":null,"BillingCurrency":"eur")" + more + "}";
}

[[nodiscard]] std::string with_etag(const std::string& etag) {
    return body_with(R"(,"Attributes":{"Etag":")" + etag + R"(","ObjectType":"BillingProfile"})");
}

TEST(UpdatePartnerBillingProfile, ReplacesItWithoutAContentType) {
    partner_world api;

    const auto answer = api.put(path, with_etag(api.etag(1)), {});

    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(
        answer.body,
        R"({"companyName":"Lumen GmbH","billingCurrency":"EUR","profileType":"BillingProfile",)"
        R"("links":{"self":{"uri":"/v1/profiles/billing","method":"GET","headers":[]}},)"
        R"("attributes":{"etag":")" +
            api.etag(2) + R"(","objectType":"BillingProfile"}})"
    );
    EXPECT_EQ(api.get(path).body, answer.body);
}

TEST(UpdatePartnerBillingProfile, FollowsTheTableOfVersions) {
    struct row {
        testing::fields fields{};
        std::string body{};
        unsigned status{};
        int code{};
    };
    partner_world api;
    const std::string good = api.etag(1);
    const std::string stale = api.etag(7);
    const std::vector<row> refused{
        {{{"If-Match", '"' + stale + '"'}}, with_etag(good), 412, 2055},
        {{}, with_etag(stale), 400, 2055},
        {{}, with_etag(""), 400, 800002},
        {{}, body_with(""), 400, 800002},
        {{{"If-Match", "bare word"}}, body_with(""), 400, 800002},
    };
    const std::string before = api.get(path).body;
    for (const row& each : refused) {
        const auto answer = api.put(path, each.body, each.fields);
        EXPECT_EQ(answer.status, each.status) << answer.body;
        EXPECT_EQ(code_of(answer), each.code);
    }
    EXPECT_EQ(api.get(path).body, before);

    EXPECT_EQ(api.put(path, with_etag(stale), {{"If-Match", '"' + good + '"'}}).status, 200U);
    EXPECT_EQ(api.put(path, with_etag(stale), {{"If-Match", "*"}}).status, 200U);
    EXPECT_EQ(api.put(path, body_with(""), {{"If-Match", api.etag(3)}}).status, 200U);
    api.options.require_etag = false;
    EXPECT_EQ(api.put(path, body_with(""), {}).status, 200U);
    EXPECT_THAT(api.get(path).body, HasSubstr(api.etag(5)));
}

TEST(UpdatePartnerBillingProfile, NamesEveryProblem) {
    partner_world api;
    const auto answer = api.put(
        path,
        R"({"address":{"country":"US"},"primaryContact":{"email":"no address"},)"
        R"("billingCurrency":"dollars","taxId":")" +
            std::string(51, 'x') + R"("})",
        {{"If-Match", "*"}}
    );

    EXPECT_EQ(answer.status, 400U);
    EXPECT_EQ(code_of(answer), 3000);
    EXPECT_THAT(answer.body, HasSubstr("\"companyName must be present\",\"address.addressLine1"));
    EXPECT_THAT(answer.body, HasSubstr("primaryContact.email must be an e-mail address"));
    EXPECT_THAT(answer.body, HasSubstr("taxId must be at most 50 characters long"));
    EXPECT_THAT(answer.body, HasSubstr("billingCurrency must be a currency's three letters"));
}

TEST(UpdatePartnerBillingProfile, StoresNoneOfWhatOnlyTheServiceSays) {
    partner_world api;
    const std::string evil = R"(,"profileType":"Evil","links":{"self":{"uri":"/evil"}})";

    ASSERT_EQ(api.put(path, body_with(evil), {{"If-Match", "*"}}).status, 200U);

    EXPECT_THAT(api.get(path).body, Not(HasSubstr("vil\"")));
}

TEST(UpdatePartnerBillingProfile, AnswersTheSameRequestWithTheFirstAnswer) {
    partner_world api;
    const testing::fields same{{"MS-RequestId", some_request}};
    const auto first = api.put(path, with_etag(api.etag(1)), same);
    ASSERT_EQ(first.status, 200U);

    EXPECT_EQ(api.put(path, with_etag(api.etag(1)), same).body, first.body);
    EXPECT_EQ(api.audit().size(), 1U);
}

TEST(UpdatePartnerBillingProfile, WritesDownWhoChangedWhat) {
    partner_world api;
    ASSERT_EQ(api.put(path, with_etag(api.etag(1)), {}).status, 200U);
    ASSERT_EQ(api.put(path, with_etag(api.etag(1)), {}).status, 400U);

    const auto lines = api.audit();

    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].operation_type, "update_company_info");
    EXPECT_EQ(lines[0].operation_status, operation_status::succeeded);
    EXPECT_EQ(lines[0].user_principal_name, "ops@lumen.example");
    EXPECT_FALSE(lines[0].customer_id);
    EXPECT_FALSE(lines[0].resource_type);
    EXPECT_THAT(lines[0].resource_old_value.value(), HasSubstr(R"("CompanyName":"lumen.example")"));
    EXPECT_THAT(lines[0].resource_new_value.value(), HasSubstr(R"("CompanyName":"Lumen GmbH")"));
    EXPECT_THAT(lines[0].id.value(), HasSubstr("_updatecompanyinfo_"));
    EXPECT_EQ(lines[1].operation_status, operation_status::failed);
}

TEST(UpdatePartnerBillingProfile, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto own = api.user_client_of(api.partner_in(clouds::us_government)).profiles().billing();
    partner_billing_profile profile = own.get().value();
    profile.purchase_order_number = "4711";

    const partner_billing_profile stored = own.update(profile).value();

    EXPECT_EQ(stored.purchase_order_number, "4711");
    EXPECT_EQ(own.get().value(), stored);
    EXPECT_EQ(own.update(profile).error().code, "2055");
    EXPECT_NE(own.update_async(stored).get().value().attributes.etag, stored.attributes.etag);
}

}  // namespace
}  // namespace partner_center
