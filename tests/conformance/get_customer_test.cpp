// GET /v1/customers/{customer-tenant-id}.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using testing::api_under_test;

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

constexpr std::string_view tidewater = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr std::string_view umber_kiln = "a3327be0-0b44-4d8a-9d52-7711c60fe2b9";

TEST(GetCustomer, GivesTheCustomerThroughTheCallChain) {
    const client client = api().client_of(api().partner());

    const customer found = client.customers().by_id(tidewater).get().value();

    EXPECT_EQ(found.id, tidewater);
    EXPECT_EQ(found.commerce_id, "41f0c2d8-98ab-4c3e-b7f1-6d2a905e13cc");
    EXPECT_EQ(found.company_profile->address->region, "OR");
    EXPECT_EQ(found.relationship_to_partner, customer_relationship::reseller);
    EXPECT_EQ(found.allow_delegated_access, true);
    EXPECT_EQ(found.custom_domains, std::vector<std::string>{"tidewatercoop.onmicrosoft.com"});
    EXPECT_EQ(found.links->self->uri, "/v1/customers/" + std::string{tidewater});
    EXPECT_FALSE(found.attributes.etag);
    EXPECT_EQ(client.customers().by_id(tidewater).get_async().get().value(), found);
}

TEST(GetCustomer, EmbedsTheBillingProfileWithTheEtagOfItsOwnOperation) {
    for (const demo_partner& partner : api().world().partners) {
        const client client = api().client_of(partner);
        for (const guid& each : partner.customers) {
            const auto found = client.customers().by_id(each).get();
            ASSERT_TRUE(found) << found.error().description;
            EXPECT_EQ(
                *found->billing_profile,
                client.customers().by_id(each).profiles().billing().get().value()
            );
            EXPECT_TRUE(found->billing_profile->attributes.etag);
        }
    }
}

TEST(GetCustomer, WithholdsWhatNeedsDelegatedAccess) {
    const client client = api().client_of(api().partner());

    const customer found = client.customers().by_id(umber_kiln).get().value();

    EXPECT_EQ(found.allow_delegated_access, false);
    EXPECT_FALSE(found.custom_domains);
    EXPECT_FALSE(found.company_profile->address);
    EXPECT_FALSE(found.company_profile->email);
    EXPECT_TRUE(found.billing_profile->default_address);
}

TEST(GetCustomer, RefusesTheCustomersOfOthersAndUnknownOnes) {
    const client client = api().client_of(api().partner());
    const auto code_of = [&](std::string_view id) {
        return client.customers().by_id(id).get().error().code;
    };

    EXPECT_EQ(code_of(to_string(api().other_partner().customers.at(0))), "20002");
    EXPECT_EQ(code_of(to_string(api().other_partner().tenant_id)), "20002");
    EXPECT_EQ(code_of("11111111-2222-4333-8444-555555555555"), "60003");
    EXPECT_EQ(code_of("contoso"), "2000");
    EXPECT_EQ(code_of("00000000-0000-0000-0000-000000000000"), "900118");
}

TEST(GetCustomer, ReadsWhatTheModelHoldsAndNothingElse) {
    const std::string token = api().token_of(api().partner());

    const auto answer = api().get(
        "/v1/Customers/" + std::string{tidewater} + '/', {{"Authorization", "Bearer " + token}}
    );

    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(
        answer.body, to_json(from_json<customer>(answer.body, json_reading::response).value())
    );
}

}  // namespace
}  // namespace partner_center
