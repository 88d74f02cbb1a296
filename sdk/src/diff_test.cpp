// Tests of what two sides changed, and of what becomes of both.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <partner_center/diff.hpp>
#include <partner_center/models/billing_profile.hpp>
#include <partner_center/models/customer.hpp>

namespace partner_center {
namespace {

using profiles = versions<billing_profile>;

/// Three equal profiles, but for the etag.
[[nodiscard]] profiles three_profiles() {
    billing_profile base{.email = "a@x.example", .company_name = "Tidewater"};
    base.default_address = address{.country = "US", .city = "Astoria"};
    base.attributes.etag = "1";
    profiles all{.base = base, .theirs = base, .mine = base};
    all.theirs.attributes.etag = "2";
    return all;
}

TEST(FieldDiff, IsEmptyWhenOnlyTheVersionDiffers) {
    profiles all = three_profiles();
    all.theirs.links = resource_links{.self = link{.uri = "/other"}};
    EXPECT_TRUE(field_diff(all).empty());
}

TEST(FieldDiff, TellsWhoChangedWhat) {
    profiles all = three_profiles();
    all.theirs.email = "b@x.example";
    all.mine.company_name.reset();
    all.theirs.default_address->city = "Warrenton";
    all.mine.default_address->city = "Seaside";
    all.theirs.culture = all.mine.culture = "en-US";

    const std::vector<field_difference> expected{
        {.path = "email", .base = "a@x.example", .theirs = "b@x.example", .mine = "a@x.example"},
        {.path = "culture", .theirs = "en-US", .mine = "en-US"},
        {.path = "companyName", .base = "Tidewater", .theirs = "Tidewater"},
        {.path = "defaultAddress.city",
         .base = "Astoria",
         .theirs = "Warrenton",
         .mine = "Seaside",
         .is_conflict = true},
    };
    EXPECT_EQ(field_diff(all), expected);
}

TEST(FieldDiff, ComparesAStructWithNone) {
    profiles all = three_profiles();
    all.theirs.default_address.reset();
    all.mine.default_address->city = "Seaside";

    const std::vector<field_difference> expected{
        {.path = "defaultAddress.country", .base = "US", .mine = "US"},
        {.path = "defaultAddress.city", .base = "Astoria", .mine = "Seaside", .is_conflict = true},
    };
    EXPECT_EQ(field_diff(all), expected);
}

TEST(FieldDiff, ShowsWhatIsNoTextAsJson) {
    versions<customer> all{};
    all.mine.custom_domains = {"a.example", "b.example"};
    all.theirs.allow_delegated_access = true;
    all.theirs.relationship_to_partner = customer_relationship::reseller;

    const std::vector<field_difference> expected{
        {.path = "relationshipToPartner", .theirs = R"("reseller")"},
        {.path = "allowDelegatedAccess", .theirs = "true"},
        {.path = "customDomains", .mine = R"(["a.example","b.example"])"},
    };
    EXPECT_EQ(field_diff(all), expected);
}

TEST(Merge, HasTheChangesOfBothSidesAndTheNewVersion) {
    profiles all = three_profiles();
    all.theirs.email = "b@x.example";
    all.theirs.default_address->state = "OR";
    all.mine.company_name.reset();
    all.mine.default_address->city = "Seaside";
    all.theirs.culture = all.mine.culture = "en-US";

    const auto merged = merge(all);

    billing_profile expected = all.theirs;
    expected.company_name.reset();
    expected.default_address->city = "Seaside";
    ASSERT_TRUE(merged);
    EXPECT_EQ(*merged, expected);
    EXPECT_EQ(merged->attributes.etag, "2");
}

TEST(Merge, GivesNothingWhenBothChangedTheSame) {
    profiles all = three_profiles();
    all.theirs.default_address->city = "Warrenton";
    all.mine.default_address->city = "Seaside";
    EXPECT_FALSE(merge(all));
}

TEST(Merge, KeepsWhatOneSideAddedOrRemovedAsAWhole) {
    profiles all = three_profiles();
    all.mine.default_address.reset();
    EXPECT_FALSE(merge(all).value().default_address);

    all = three_profiles();
    all.theirs.default_address.reset();
    EXPECT_FALSE(merge(all).value().default_address);

    all.base.default_address.reset();
    EXPECT_EQ(merge(all).value().default_address, all.mine.default_address);
    all.mine.default_address = address{};
    EXPECT_EQ(merge(all).value().default_address, address{});

    all = three_profiles();
    all.theirs.default_address.reset();
    all.mine.default_address->city = "Seaside";
    EXPECT_FALSE(merge(all));
}

}  // namespace
}  // namespace partner_center
