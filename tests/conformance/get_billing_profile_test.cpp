// GET /v1/customers/{customer-tenant-id}/profiles/billing: the seed operation.
// SPDX-License-Identifier: MIT
#include <future>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using testing::api_under_test;
using testing::billing_path;

constexpr std::string_view tidewater = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

[[nodiscard]] http::response get_with_token(std::string_view customer_id) {
    return api().get(
        billing_path(customer_id), {{"Authorization", "Bearer " + api().token_of(api().partner())}}
    );
}

[[nodiscard]] error refusal(std::string_view customer_id) {
    const auto outcome =
        api().client_of(api().partner()).customers().by_id(customer_id).profiles().billing().get();
    return outcome ? error{.description = "it was answered"} : outcome.error();
}

TEST(GetBillingProfile, GivesTheProfileThroughTheCallChain) {
    const client client = api().client_of(api().partner());

    const billing_profile profile =
        client.customers().by_id(tidewater).profiles().billing().get().value();

    EXPECT_EQ(profile.company_name, "Tidewater Cooperative");
    EXPECT_EQ(profile.id, "9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55");
    EXPECT_EQ(profile.default_address->address_line1, "410 Pier Road");
    EXPECT_EQ(profile.default_address->phone_number, "");
    EXPECT_FALSE(profile.first_name);
    EXPECT_EQ(profile.attributes.etag, "-3187205566410928834");
    EXPECT_EQ(profile.attributes.object_type, "CustomerBillingProfile");
    EXPECT_EQ(profile.links->self->uri, billing_path(tidewater));
}

TEST(GetBillingProfile, GivesTheSameWithoutWaiting) {
    const client client = api().client_of(api().partner());

    std::vector<std::future<outcome<billing_profile>>> all;
    for (const guid& customer_id : api().partner().customers) {
        all.push_back(client.customers().by_id(customer_id).profiles().billing().get_async());
    }

    std::size_t at = 0;
    for (const guid& customer_id : api().partner().customers) {
        const auto waited_for = client.customers().by_id(customer_id).profiles().billing().get();
        EXPECT_EQ(to_json(all.at(at++).get().value()), to_json(waited_for.value()));
    }
}

TEST(GetBillingProfile, RefusesTheSameWithoutWaiting) {
    for (const char* id :
         {"contoso",
          "a b",
          "00000000-0000-0000-0000-000000000000",
          "11111111-2222-4333-8444-555555555555"}) {
        const client client = api().client_of(api().partner());
        const error waited_for = refusal(id);
        const error later =
            client.customers().by_id(id).profiles().billing().get_async().get().error();
        EXPECT_EQ(later.category, waited_for.category) << id;
        EXPECT_EQ(later.http_status, waited_for.http_status) << id;
        EXPECT_EQ(later.code, waited_for.code) << id;
        EXPECT_EQ(later.description, waited_for.description) << id;
    }
}

TEST(GetBillingProfile, IsTheGoldenExampleByteForByte) {
    const http::response answer = get_with_token(tidewater);

    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.find("Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(answer.body.size(), 534U);
    EXPECT_EQ(
        answer.body,
        R"({"id":"9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55","email":"ap@tidewater-coop.example","culture":"en-US","language":"en","companyName":"Tidewater Cooperative","defaultAddress":{"country":"US","city":"Astoria","state":"OR","addressLine1":"410 Pier Road","postalCode":"97103","firstName":"Maren","lastName":"Oyelaran","phoneNumber":""},"links":{"self":{"uri":"/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing","method":"GET","headers":[]}},"attributes":{"etag":"-3187205566410928834","objectType":"CustomerBillingProfile"}})"
    );
}

TEST(GetBillingProfile, GivesEveryCustomerOfEveryPartner) {
    std::set<std::string> etags;
    for (const demo_partner& partner : api().world().partners) {
        const client client = api().client_of(partner);
        for (const guid& customer_id : partner.customers) {
            const auto profile = client.customers().by_id(customer_id).profiles().billing().get();
            ASSERT_TRUE(profile) << partner.name << ' ' << to_string(customer_id) << ": "
                                 << profile.error().description;
            EXPECT_NE(profile->id, to_string(customer_id));
            EXPECT_EQ(profile->links->self->uri, billing_path(to_string(customer_id)));
            etags.insert(profile->attributes.etag.value_or(""));
        }
    }
    EXPECT_EQ(etags.count(""), 0U);
}

TEST(GetBillingProfile, ReadsWhatTheModelHoldsAndNothingElse) {
    const std::string token = api().token_of(api().partner());
    for (const guid& customer_id : api().partner().customers) {
        const auto answer =
            api().get(billing_path(to_string(customer_id)), {{"Authorization", "Bearer " + token}});
        const auto model = from_json<billing_profile>(answer.body, json_reading::response);
        ASSERT_TRUE(model) << answer.body;
        EXPECT_EQ(to_json(*model), answer.body);
    }
}

TEST(GetBillingProfile, TakesTheCustomerIdInAnyCaseAndPrintsItInLower) {
    const http::response answer = get_with_token("6F1C9A52-3D0E-4B7C-9C11-5A2E8D40B7F3");

    EXPECT_EQ(answer.status, 200U);
    EXPECT_THAT(answer.body, ::testing::HasSubstr(billing_path(tidewater)));
}

TEST(GetBillingProfile, RefusesMalformedCustomerIds) {
    for (const char* id :
         {"contoso",
          "contoso.onmicrosoft.com",
          "6f1c9a523d0e4b7c9c115a2e8d40b7f3",
          "{6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3}",
          "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f",
          "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3 ",
          "a b",
          "a/b",
          "' or 1=1 --",
          "é",
          "%"}) {
        const error problem = refusal(id);
        EXPECT_EQ(problem.http_status, 400U) << id;
        EXPECT_EQ(problem.code, "2000") << id;
        EXPECT_EQ(problem.description, "customer-tenant-id is not a GUID") << id;
        EXPECT_EQ(problem.source, "PartnerApiServiceControllers") << id;
    }
}

TEST(GetBillingProfile, RefusesTheZeroId) {
    const error problem = refusal("00000000-0000-0000-0000-000000000000");

    EXPECT_EQ(problem.http_status, 400U);
    EXPECT_EQ(problem.code, "900118");
}

TEST(GetBillingProfile, TellsAnUnknownTenant) {
    const error problem = refusal("11111111-2222-4333-8444-555555555555");

    EXPECT_EQ(problem.category, error_category::not_found);
    EXPECT_EQ(problem.code, "60003");
    EXPECT_EQ(problem.description, "no tenant has this id");
}

TEST(GetBillingProfile, RefusesTheCustomersOfEveryOtherPartner) {
    for (const demo_partner& partner : api().world().partners) {
        if (partner.tenant_id == api().partner().tenant_id) continue;
        for (const guid& customer_id : partner.customers) {
            const error problem = refusal(to_string(customer_id));
            EXPECT_EQ(problem.category, error_category::forbidden);
            EXPECT_EQ(problem.code, "20002");
            EXPECT_EQ(
                problem.description,
                "partner " + to_string(api().partner().tenant_id) +
                    " has no commerce relationship with customer " + to_string(customer_id)
            );
        }
    }
}

}  // namespace
}  // namespace partner_center
