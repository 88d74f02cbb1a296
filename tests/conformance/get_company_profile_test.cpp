// GET /v1/customers/{customer-tenant-id}/profiles/company.
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

[[nodiscard]] std::string company_path(std::string_view customer_id) {
    return "/v1/customers/" + std::string{customer_id} + "/profiles/company";
}

[[nodiscard]] http::response send(const char* method, const std::string& token) {
    return api().exchange(
        {.method = method,
         .target = company_path(tidewater),
         .fields = {{"Authorization", "Bearer " + token}}}
    );
}

TEST(GetCompanyProfile, GivesTheProfileThroughTheCallChain) {
    const client client = api().user_client_of(api().partner());

    const company_profile profile =
        client.customers().by_id(tidewater).profiles().company().get().value();

    EXPECT_EQ(profile.tenant_id, tidewater);
    EXPECT_EQ(profile.domain, "tidewatercoop.onmicrosoft.com");
    EXPECT_EQ(profile.company_name, "Tidewater Cooperative");
    EXPECT_EQ(profile.address->region, "OR");
    EXPECT_FALSE(profile.address->state);
    EXPECT_EQ(profile.email, "ap@tidewater-coop.example");
    EXPECT_EQ(profile.links->self->uri, company_path(tidewater));
    EXPECT_FALSE(profile.attributes.etag);
    EXPECT_EQ(
        client.customers().by_id(tidewater).profiles().company().get_async().get().value(), profile
    );
}

TEST(GetCompanyProfile, AnswersInTheContractsBytes) {
    EXPECT_EQ(
        send("GET", api().user_token_of(api().partner())).body,
        R"({"tenantId":"6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3","domain":"tidewatercoop.onmicrosoft.com","companyName":"Tidewater Cooperative","address":{"country":"US","region":"OR","city":"Astoria","addressLine1":"410 Pier Road","postalCode":"97103","phoneNumber":""},"email":"ap@tidewater-coop.example","links":{"self":{"uri":"/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/company","method":"GET","headers":[]}},"attributes":{"objectType":"CustomerCompanyProfile"}})"
    );
}

TEST(GetCompanyProfile, WithholdsWhatNeedsDelegatedAccess) {
    const client client = api().user_client_of(api().partner());

    const company_profile profile =
        client.customers().by_id(umber_kiln).profiles().company().get().value();

    EXPECT_EQ(profile.company_name, "Umber Kiln Studio");
    EXPECT_FALSE(profile.address);
    EXPECT_FALSE(profile.email);
}

TEST(GetCompanyProfile, RefusesAnAppOnlyToken) {
    const auto answer = send("GET", api().token_of(api().partner()));

    EXPECT_EQ(answer.status, 403U);
    EXPECT_EQ(
        answer.body,
        R"({"code":900329,"description":"this operation needs an app+user token","data":[],"source":"PartnerFD"})"
    );
    EXPECT_FALSE(answer.find("WWW-Authenticate"));
}

TEST(GetCompanyProfile, CannotBePut) {
    const auto answer = send("PUT", api().user_token_of(api().partner()));

    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(answer.find("Allow"), "GET");
}

TEST(GetCompanyProfile, RefusesTheCustomersOfOthersAndUnknownOnes) {
    const client client = api().user_client_of(api().partner());
    const auto code_of = [&](std::string_view id) {
        return client.customers().by_id(id).profiles().company().get().error().code;
    };

    EXPECT_EQ(code_of(to_string(api().other_partner().customers.at(0))), "20002");
    EXPECT_EQ(code_of("11111111-2222-4333-8444-555555555555"), "60003");
    EXPECT_EQ(code_of("contoso"), "2000");
    EXPECT_EQ(code_of("00000000-0000-0000-0000-000000000000"), "900118");
}

TEST(GetCompanyProfile, ExistsInEveryCloud) {
    for (const cloud* where : clouds::all) {
        const demo_partner& partner = api().partner_in(*where);
        const client client = api().user_client_of(partner);
        for (const guid& each : partner.customers) {
            const auto profile = client.customers().by_id(each).profiles().company().get();
            ASSERT_TRUE(profile) << where->name << ' ' << profile.error().description;
            EXPECT_TRUE(profile->domain->ends_with(where->domain_suffix)) << *profile->domain;
            EXPECT_EQ(profile->address.has_value(), profile->email.has_value());
        }
    }
}

}  // namespace
}  // namespace partner_center
