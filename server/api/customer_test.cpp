// The golden bodies of a customer and its company profile, with and without delegated access, and
// the switches that change them.
// SPDX-License-Identifier: MIT
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/small_world.hpp"
#include <partner_center/json.hpp>
#include <partner_center/models/customer.hpp>

namespace partner_center {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::small_world;

[[nodiscard]] std::string golden(const std::string& name) {
    std::ifstream file{PARTNERD_GOLDEN "/" + name + ".json"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// The customer of the contract's examples: its billing profile was changed since it was created.
class tidewater_world {
public:
    tidewater_world() {
        const auto golden_customer =
            from_json<customer>(golden("get_customer/delegated"), json_reading::strict).value();
        new_customer tidewater{
            .id = world.customer_id,
            .commerce_id = testing::id(*golden_customer.commerce_id),
            .company_name = "Tidewater Cooperative",
            .domain = "tidewatercoop.onmicrosoft.com",
        };
        billing_profile first = *golden_customer.billing_profile;
        first.default_address->address_line1 = "410 Pier Road";
        tidewater.billing.text = to_json(first);
        run({.sql = "DELETE FROM customers WHERE id = $1", .values = {world.customer_id}});
        if (!block_on(world.data().add_customers(world.partner_id, {tidewater}))) std::abort();
        run(
            {.sql = "UPDATE profiles SET document = $1 WHERE customer_id = $2 AND kind = 'billing'",
             .values = {to_json(*golden_customer.billing_profile), world.customer_id}}
        );
        if (!block_on(world.data().tenants().add_user(user_))) std::abort();
    }

    void end_delegated_access() {
        static_cast<void>(block_on(world.data().commit(
            store::set_delegated_access(world.partner_id, world.customer_id, false)
        )));
    }
    [[nodiscard]] http::response get(const std::string& more, const std::string& token) {
        return world.send(
            {.method = "GET",
             .target = "/v1/customers/" + to_string(world.customer_id) + more,
             .fields = {{"Authorization", "Bearer " + token}}}
        );
    }
    [[nodiscard]] http::response get_customer() { return get("", world.token()); }
    [[nodiscard]] http::response get_company_profile() {
        return get("/profiles/company", world.user_token(user_, "HelpdeskAgents"));
    }

    small_world world{"{}"};

private:
    void run(statement change) {
        std::vector<statement> transaction;
        transaction.push_back(std::move(change));
        static_cast<void>(block_on(world.connect()->write(std::move(transaction))));
    }

    const user_record user_{
        .id = testing::id("5a0d3a86-7f6d-4b0c-9c5f-0f6e7a1b2c3d"),
        .partner_id = world.partner_id,
        .user_principal_name = "ann@lumen.example"};
};

TEST(GetCompanyProfile, IsTheGoldenExampleByteForByte) {
    tidewater_world tidewater;

    EXPECT_EQ(tidewater.get_company_profile().body.size(), 479U);
    EXPECT_EQ(tidewater.get_company_profile().body, golden("get_company_profile/delegated"));
}

TEST(GetCompanyProfile, WithholdsAddressAndEmailWithoutDelegatedAccess) {
    tidewater_world tidewater;

    tidewater.end_delegated_access();

    EXPECT_EQ(tidewater.get_company_profile().body.size(), 306U);
    EXPECT_EQ(tidewater.get_company_profile().body, golden("get_company_profile/withheld"));
}

TEST(GetCompanyProfile, TakesApplicationsWhenTheSwitchSaysSo) {
    tidewater_world tidewater;
    const auto ask = [&] { return tidewater.get("/profiles/company", tidewater.world.token()); };

    EXPECT_EQ(ask().status, 403U);
    tidewater.world.options.company_profile_user_only = false;
    EXPECT_EQ(ask().body, golden("get_company_profile/delegated"));
}

TEST(GetCustomer, IsTheGoldenExampleByteForByte) {
    tidewater_world tidewater;

    EXPECT_EQ(tidewater.get_customer().body.size(), 1455U);
    EXPECT_EQ(tidewater.get_customer().body, golden("get_customer/delegated"));
}

TEST(GetCustomer, WithholdsWhatNeedsDelegatedAccess) {
    tidewater_world tidewater;
    auto expected =
        from_json<customer>(golden("get_customer/delegated"), json_reading::strict).value();
    expected.company_profile->address.reset();
    expected.company_profile->email.reset();
    expected.custom_domains.reset();
    expected.allow_delegated_access = false;

    tidewater.end_delegated_access();

    EXPECT_EQ(tidewater.get_customer().body, to_json(expected));
}

TEST(GetCustomer, DropsTheVersionFromEveryLinkUnderTheSwitch) {
    tidewater_world tidewater;

    tidewater.world.options.links = links_form::unversioned;

    const std::string body = tidewater.get_customer().body;
    EXPECT_THAT(body, Not(HasSubstr("/v1")));
    for (const char* more : {"\"", "/profiles/company\"", "/profiles/billing\""}) {
        const std::string uri = "\"/customers/" + to_string(tidewater.world.customer_id) + more;
        EXPECT_THAT(body, HasSubstr(uri));
        EXPECT_THAT(tidewater.get_company_profile().body, Not(HasSubstr("/v1")));
    }
}

}  // namespace
}  // namespace partner_center
