// Tests who may read which profile. Calls the store on a real file.
// SPDX-License-Identifier: MIT
#include <array>

#include <gtest/gtest.h>

#include "store/profile_place.hpp"
#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;

/// Two partners; customers 11 and 12 are the first one's, 21 the second one's.
struct two_partners : fresh_store {
    two_partners() {
        run(store.tenants().add_partner(sample_partner(1)));
        run(store.tenants().add_partner(sample_partner(2)));
        run(store.add_customers(id_of(1), {sample_customer(11), sample_customer(12)}));
        run(store.add_customers(id_of(2), {sample_customer(21)}));
    }
    [[nodiscard]] auto find(unsigned partner, unsigned customer) {
        return run(
            store.find_profile<billing_profile>(id_of(partner), id_of(customer), std::string{})
        );
    }
};

TEST(FindProfile, ReturnsDocumentAsItWasStored) {
    two_partners sample;

    const auto found = sample.find(1, 11);

    ASSERT_TRUE(found);
    EXPECT_EQ(found->text, R"({"id":"11"})");
    EXPECT_EQ(sample.find(1, 12)->text, R"({"id":"12"})");
    EXPECT_EQ(sample.find(2, 21)->text, R"({"id":"21"})");
}

/// Ids that begin alike ask for one place in the table.
TEST(FindProfile, FindsThoseWhosePlaceAnotherOneHas) {
    two_partners sample;
    const std::array<unsigned, 4> all{11, 12, 21, 22};
    run(sample.store.add_customers(id_of(2), {sample_customer(22)}));
    for (const unsigned each : all) {
        ASSERT_EQ(place_of(id_of(each), billing_kind), place_of(id_of(11), billing_kind));
    }

    const auto connection = sample.file.connect();
    std::vector<statement> removal;
    removal.push_back({.sql = "DELETE FROM profiles WHERE customer_id = $1", .values = {id_of(11)}}
    );
    run(connection->write(std::move(removal)));

    EXPECT_FALSE(sample.find(1, 11));
    EXPECT_EQ(sample.find(1, 12)->text, R"({"id":"12"})");
    EXPECT_EQ(sample.find(2, 21)->text, R"({"id":"21"})");
    EXPECT_EQ(sample.find(2, 22)->text, R"({"id":"22"})");
}

/// One tenant may be the customer of several partners.
TEST(FindProfile, TellsPartnersOfOneTenantApart) {
    two_partners sample;
    new_customer same = sample_customer(11);
    same.domain = "another.onmicrosoft.com";
    same.billing.text = R"({"id":"of the second"})";
    ASSERT_TRUE(run(sample.store.add_customers(id_of(2), {same})));

    EXPECT_EQ(sample.find(1, 11)->text, R"({"id":"11"})");
    EXPECT_EQ(sample.find(2, 11)->text, R"({"id":"of the second"})");
}

TEST(FindProfile, RefusesCustomerOfAnotherPartner) {
    two_partners sample;

    const auto found = sample.find(2, 11);

    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, fault_kind::no_relationship);
}

TEST(FindProfile, RefusesTenantThatIsAPartner) {
    two_partners sample;

    EXPECT_EQ(sample.find(1, 1).error().kind, fault_kind::no_relationship);
    EXPECT_EQ(sample.find(1, 2).error().kind, fault_kind::no_relationship);
}

TEST(FindProfile, DoesNotKnowTenantThatNobodyHas) {
    two_partners sample;

    EXPECT_EQ(sample.find(1, 99).error().kind, fault_kind::unknown_tenant);
}

TEST(FindProfile, RefusesCustomerWhoseRelationshipEnded) {
    two_partners sample;
    const auto connection = sample.file.connect();
    std::vector<statement> ending;
    ending.push_back(
        {.sql = "UPDATE customers SET relationship = 'none' WHERE id = $1", .values = {id_of(11)}}
    );
    ending.push_back({.sql = "DELETE FROM profiles WHERE customer_id = $1", .values = {id_of(11)}});
    run(connection->write(std::move(ending)));

    EXPECT_EQ(sample.find(1, 11).error().kind, fault_kind::no_relationship);
}

}  // namespace
}  // namespace partner_center
