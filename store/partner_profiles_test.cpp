// Tests of partners' own profiles: what a partner begins with, new or migrated, and replacing.
// SPDX-License-Identifier: MIT
#include "store/partner_profiles.hpp"

#include <gmock/gmock.h>

#include "store/migrations.hpp"
#include "store/testing.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using namespace testing;

/// All that a partner says about itself, as one text.
[[nodiscard]] std::string everything_of(store& store, const guid& partner) {
    std::string out =
        to_json(run(store.find_partner_profile<partner_billing_profile>(partner)).profile);
    out += to_json(run(store.find_partner_profile<legal_business_profile>(partner)).profile);
    out += to_json(run(store.find_partner_profile<support_profile>(partner)).profile);
    out += to_json(run(store.find_partner_profile<organization_profile>(partner)).profile);
    return out + std::to_string(run(store.tenants().find_member(partner))->mpn_id);
}

TEST(PartnerProfiles, BeginWithWhatIsKnownOfThePartner) {
    fresh_store fresh;
    ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(1))));

    const auto billing = run(fresh.store.find_partner_profile<partner_billing_profile>(id_of(1)));
    const auto support = run(fresh.store.find_partner_profile<support_profile>(id_of(1)));

    EXPECT_EQ(billing.version, 1);
    EXPECT_EQ(billing.profile.company_name, "Partner 1");
    EXPECT_EQ(support.profile.email, "support@partner1.onmicrosoft.com");
}

TEST(PartnerProfiles, AreThoseOfNewPartnersAfterAMigration) {
    const temporary_directory directory;
    fresh_store fresh;
    std::vector<partner_record> partners{sample_partner(1), sample_partner(2)};
    partners[1].name = "\"Ü\\\n";
    partners[1].where = &clouds::china;
    {
        std::ofstream{directory / "partnerd.db"};
        std::filesystem::permissions(directory / "partnerd.db", std::filesystem::perms{0600});
        sqlite_connection connection{
            {.file = directory / "partnerd.db"}, sqlite_connection::use::writing};
        migrate(connection, sqlite_schema().first(10));
        for (const partner_record& each : partners) {
            ASSERT_TRUE(run(fresh.store.tenants().add_partner(each)));
            const std::array<value, 4> row{
                each.id, each.name, each.domain, std::string{each.where->name}};
            static_cast<void>(
                connection.run("INSERT INTO partners VALUES ($1, $2, $3, $4, 0, 0)", row)
            );
        }
    }

    sqlite_file opened{{.file = directory / "partnerd.db"}};

    store migrated{opened.connect()};
    for (const partner_record& each : partners) {
        EXPECT_EQ(everything_of(migrated, each.id), everything_of(fresh.store, each.id));
    }
    // Who comes next gets the next number in both.
    for (store* const each : {&migrated, &fresh.store}) {
        ASSERT_TRUE(run(each->tenants().add_partner(sample_partner(3))));
        EXPECT_EQ(run(each->tenants().find_member(id_of(3)))->mpn_id, 5'000'002);
    }
}

TEST(PartnerProfiles, AreReplacedWhenTheVersionIsRight) {
    fresh_store fresh;
    ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(1))));
    ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(2))));
    const std::string of_other = everything_of(fresh.store, id_of(2));
    const support_profile by{.email = "help@partner.example"};

    EXPECT_FALSE(run(fresh.store.commit(store::replace_partner_profile(id_of(1), 1, by))));
    EXPECT_EQ(
        run(fresh.store.commit(store::replace_partner_profile(id_of(1), 1, by))), refusal::stale
    );

    const auto stored = run(fresh.store.find_partner_profile<support_profile>(id_of(1)));
    EXPECT_EQ(stored.version, 2);
    EXPECT_EQ(stored.profile, by);
    EXPECT_EQ(everything_of(fresh.store, id_of(2)), of_other);
}

TEST(NetworkMembers, AreFoundByTheirNumbers) {
    fresh_store fresh;
    ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(1))));
    ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(2))));

    EXPECT_EQ(run(fresh.store.tenants().find_member(5'000'001))->name, "Partner 2");
    EXPECT_FALSE(run(fresh.store.tenants().find_member(5'000'002)));
    EXPECT_FALSE(run(fresh.store.tenants().find_member(id_of(3))));
}

}  // namespace
}  // namespace partner_center
