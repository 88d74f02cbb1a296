// Tests how customers are added, and the store's health. Calls the store on a real file.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;

[[nodiscard]] std::int64_t count(fresh_store& fresh, std::string_view sql) {
    rows found = run(fresh.file.connect()->read(sql, {}));
    return std::get<std::int64_t>(found.cell(0, 0));
}
constexpr std::string_view count_customers = "SELECT count(*) FROM customers";
constexpr std::string_view count_profiles = "SELECT count(*) FROM profiles";

TEST(AddCustomers, KeepsEveryMember) {
    fresh_store fresh;
    run(fresh.store.tenants().add_partner(sample_partner(1)));
    new_customer added = sample_customer(11);
    added.delegated_access = false;
    added.etag = -9'000'000'000'000'000'001;
    added.associated_partner_id = "4810027";

    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {added})));

    rows found = run(fresh.file.connect()->read(
        "SELECT customers.*, etag, document FROM customers"
        " JOIN profiles ON profiles.partner_id = customers.partner_id AND customer_id = id"
        " WHERE kind = 'billing'",
        {}
    ));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(std::get<guid>(found.cell(0, 0)), id_of(1));
    EXPECT_EQ(std::get<guid>(found.cell(0, 1)), added.id);
    EXPECT_EQ(std::get<guid>(found.cell(0, 2)), added.commerce_id);
    EXPECT_EQ(std::get<std::string>(found.cell(0, 3)), added.company_name);
    EXPECT_EQ(std::get<std::string>(found.cell(0, 4)), added.domain);
    EXPECT_EQ(std::get<std::string>(found.cell(0, 5)), "reseller");
    EXPECT_EQ(std::get<std::int64_t>(found.cell(0, 6)), 0);
    EXPECT_EQ(std::get<std::string>(found.cell(0, 7)), added.associated_partner_id);
    EXPECT_EQ(std::get<std::string>(found.cell(0, 8)), "company 11");
    EXPECT_EQ(std::get<std::int64_t>(found.cell(0, 9)), added.etag);
    EXPECT_EQ(std::get<std::string>(found.cell(0, 10)), added.billing.text);
}

TEST(AddCustomers, AddsThousandsAtOnce) {
    fresh_store fresh;
    run(fresh.store.tenants().add_partner(sample_partner(1)));
    std::vector<new_customer> many;
    for (unsigned number = 100; number < 5'100; ++number) many.push_back(sample_customer(number));

    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), std::move(many))));

    EXPECT_EQ(count(fresh, count_customers), 5'000);
    EXPECT_EQ(count(fresh, count_profiles), 10'000);
}

TEST(AddCustomers, AddsNoneWhenAnIdIsTaken) {
    fresh_store fresh;
    run(fresh.store.tenants().add_partner(sample_partner(1)));
    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {sample_customer(11)})));
    new_customer same_id = sample_customer(12);
    same_id.id = id_of(11);

    const std::vector customers{sample_customer(13), same_id, sample_customer(14)};

    EXPECT_FALSE(run(fresh.store.add_customers(id_of(1), customers)));
    EXPECT_EQ(count(fresh, count_customers), 1);
    EXPECT_EQ(count(fresh, count_profiles), 2);
}

TEST(AddCustomers, AddsNoneWhenADomainIsAnotherPartnersCustomers) {
    fresh_store fresh;
    run(fresh.store.tenants().add_partner(sample_partner(1)));
    run(fresh.store.tenants().add_partner(sample_partner(2)));
    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {sample_customer(11)})));
    new_customer same_domain = sample_customer(22);
    same_domain.domain = sample_customer(11).domain;

    const std::vector customers{sample_customer(21), same_domain};

    EXPECT_FALSE(run(fresh.store.add_customers(id_of(2), customers)));
    EXPECT_EQ(count(fresh, count_customers), 1);
    EXPECT_EQ(count(fresh, count_profiles), 2);
}

TEST(AddCustomers, DoesNotServeUnknownPartner) {
    fresh_store fresh;

    EXPECT_THROW(run(fresh.store.add_customers(id_of(1), {sample_customer(11)})), store_error);
}

/// The golden examples of the contract, section 10.3.
TEST(AddCustomers, MakesTheCompanyProfileOfTheBillingProfile) {
    fresh_store fresh;
    run(fresh.store.tenants().add_partner(sample_partner(1)));
    new_customer added = sample_customer(11);
    added.id = *parse_guid("6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3");
    added.company_name = "Tidewater Cooperative";
    added.domain = "tidewatercoop.onmicrosoft.com";
    added.billing.text =
        R"({"id":"9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55","email":"ap@tidewater-coop.example","companyName":"Tidewater Cooperative","defaultAddress":{"country":"US","region":"Northwest","city":"Astoria","state":"OR","addressLine1":"410 Pier Road","addressLine2":"Unit 7","postalCode":"97103","firstName":"Maren","lastName":"Oyelaran","phoneNumber":"5035550142"}})";

    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {added})));

    const std::string golden =
        R"({"tenantId":"6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3","domain":"tidewatercoop.onmicrosoft.com","companyName":"Tidewater Cooperative","address":{"country":"US","region":"OR","city":"Astoria","addressLine1":"410 Pier Road","postalCode":"97103","phoneNumber":"5035550142"},"email":"ap@tidewater-coop.example","links":{"self":{"uri":"/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/company","method":"GET","headers":[]}},"attributes":{"objectType":"CustomerCompanyProfile"}})";
    ASSERT_EQ(golden.size(), 479U);
    EXPECT_EQ(run(fresh.store.find_customer(id_of(1), added.id))->company.text, golden);
}

TEST(AddCustomers, KeepsARegistrationNumberInTheCompanyProfile) {
    fresh_store fresh;
    run(fresh.store.tenants().add_partner(sample_partner(1)));
    new_customer added = sample_customer(11);
    added.organization_registration_number = "KRS 0000123";

    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {added})));

    EXPECT_THAT(
        run(fresh.store.find_customer(id_of(1), added.id))->company.text,
        ::testing::HasSubstr(R"("organizationRegistrationNumber":"KRS 0000123",)")
    );
}

TEST(FindCustomer, GivesWhatWasAdded) {
    fresh_store fresh;
    run(fresh.store.tenants().add_partner(sample_partner(1)));
    new_customer added = sample_customer(11);
    added.delegated_access = false;
    // The second wants the places of the first.
    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {added, sample_customer(12)})));

    for (const new_customer& each : {added, sample_customer(12)}) {
        const auto found = run(fresh.store.find_customer(id_of(1), each.id));
        ASSERT_TRUE(found);
        EXPECT_EQ(found->commerce_id, each.commerce_id);
        EXPECT_EQ(found->domain, each.domain);
        EXPECT_EQ(found->delegated_access, each.delegated_access);
        EXPECT_EQ(found->billing.text, each.billing.text);
        EXPECT_THAT(found->company.text, ::testing::HasSubstr(each.domain));
    }
}

TEST(FindCustomer, RefusesWhomThePartnerHasNoRelationshipWith) {
    fresh_store fresh;
    for (const unsigned number : {1U, 2U}) {
        ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(number))));
    }
    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {sample_customer(11), sample_customer(12)}))
    );
    std::vector<statement> ending;
    ending.push_back(
        {.sql = "UPDATE customers SET relationship = 'none' WHERE id = $1", .values = {id_of(12)}}
    );
    run(fresh.file.connect()->write(std::move(ending)));
    const auto fault_of = [&](unsigned partner, unsigned customer) {
        return run(fresh.store.find_customer(id_of(partner), id_of(customer))).error().kind;
    };

    EXPECT_EQ(fault_of(2, 11), fault_kind::no_relationship);
    EXPECT_EQ(fault_of(1, 12), fault_kind::no_relationship);
    EXPECT_EQ(fault_of(1, 2), fault_kind::no_relationship);
    EXPECT_EQ(fault_of(1, 99), fault_kind::unknown_tenant);
}

TEST(CheckStore, IsContentWithAnOpenFile) {
    fresh_store fresh;

    EXPECT_NO_THROW(run(fresh.store.check()));
}

TEST(CheckStore, AsksTheDatabase) {
    fresh_store fresh;
    std::vector<statement> harm;
    harm.push_back({.sql = "DROP TABLE schema_version"});
    run(fresh.file.connect()->write(std::move(harm)));

    EXPECT_THROW(run(fresh.store.check()), store_error);
}

TEST(Customers, HaveTheirDelegatedAccessChangedByTheirPartnerAlone) {
    fresh_store fresh;
    for (const unsigned number : {1U, 2U}) {
        ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(number))));
    }
    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {sample_customer(5)})));
    const auto granted = [&] {
        constexpr std::string_view sql = "SELECT delegated_access FROM customers";
        return run(fresh.file.connect()->read(sql, {})).take<std::int64_t>(0, 0);
    };
    EXPECT_EQ(granted(), 1);

    const auto set = [&](unsigned partner, unsigned customer, bool to) {
        return run(
            fresh.store.commit(store::set_delegated_access(id_of(partner), id_of(customer), to))
        );
    };
    EXPECT_EQ(set(2, 5, false), refusal::no_such_thing);
    EXPECT_EQ(set(1, 6, false), refusal::no_such_thing);
    EXPECT_EQ(granted(), 1);
    EXPECT_EQ(set(1, 5, false), std::nullopt);
    EXPECT_EQ(granted(), 0);
    EXPECT_EQ(set(1, 5, true), std::nullopt);
    EXPECT_EQ(granted(), 1);
    EXPECT_EQ(run(fresh.store.commit(store::end_relationship(id_of(1), id_of(5)))), std::nullopt);
    EXPECT_EQ(set(1, 5, false), refusal::no_such_thing);
    EXPECT_EQ(granted(), 1);
}

}  // namespace
}  // namespace partner_center
