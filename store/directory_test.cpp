// Tests the questions that cross partners. Calls the store on a real file.
// SPDX-License-Identifier: MIT
#include "store/directory.hpp"

#include <gtest/gtest.h>

#include "store/sqlite_connection.hpp"
#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;

TEST(Directory, IsEmptyAtFirst) {
    fresh_store fresh;
    directory& tenants = fresh.store.tenants();

    EXPECT_FALSE(run(tenants.has_partners()));
    EXPECT_FALSE(run(tenants.find_partner(id_of(1))));
    EXPECT_FALSE(run(tenants.find_application(id_of(1))));
    EXPECT_FALSE(run(tenants.knows_tenant(id_of(1))));
}

TEST(Directory, FindsPartnerByIdAndByDomainInAnyLetterCase) {
    fresh_store fresh;
    directory& tenants = fresh.store.tenants();
    partner_record added = sample_partner(1);
    added.where = &clouds::china;
    added.sandbox = true;
    ASSERT_TRUE(run(tenants.add_partner(added)));

    const auto by_id = run(tenants.find_partner(added.id));
    const auto by_domain = run(tenants.find_partner("Partner1.OnMicrosoft.COM"));

    ASSERT_TRUE(by_id && by_domain);
    EXPECT_EQ(by_id->name, added.name);
    EXPECT_EQ(by_id->domain, added.domain);
    EXPECT_EQ(by_id->where, &clouds::china);
    EXPECT_TRUE(by_id->sandbox);
    EXPECT_FALSE(by_id->disabled);
    EXPECT_EQ(by_domain->id, added.id);
    EXPECT_TRUE(run(tenants.has_partners()));
}

/// What a damaged page can look like to us: values that the schema does not allow.
TEST(Directory, TakesNoDamagedValueForAnAnswer) {
    fresh_store fresh;
    ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(1))));
    sqlite_connection damage{{.file = fresh.path}, sqlite_connection::use::writing};
    damage.run_script("PRAGMA ignore_check_constraints = ON; UPDATE partners SET cloud = 'no cloud'"
    );

    EXPECT_THROW(run(fresh.store.tenants().find_partner(id_of(1))), store_error);

    rows found{1, {std::int64_t{1}}};
    EXPECT_THROW(static_cast<void>(found.take<std::string>(0, 0)), store_error);
    EXPECT_EQ(found.take<std::int64_t>(0, 0), 1);
}

TEST(Directory, RefusesPartnerWhoseIdOrDomainIsTaken) {
    fresh_store fresh;
    directory& tenants = fresh.store.tenants();
    ASSERT_TRUE(run(tenants.add_partner(sample_partner(1))));
    partner_record same_id = sample_partner(2);
    same_id.id = id_of(1);
    partner_record same_domain = sample_partner(2);
    same_domain.domain = sample_partner(1).domain;

    EXPECT_FALSE(run(tenants.add_partner(same_id)));
    EXPECT_FALSE(run(tenants.add_partner(same_domain)));

    EXPECT_FALSE(run(tenants.find_partner(id_of(2))));
    EXPECT_EQ(run(tenants.find_partner(id_of(1)))->name, "Partner 1");
}

TEST(Directory, DoesNotKeepDomainInUpperCase) {
    fresh_store fresh;
    partner_record partner = sample_partner(1);
    partner.domain = "Partner1.onmicrosoft.com";

    EXPECT_THROW(run(fresh.store.tenants().add_partner(partner)), store_error);
}

TEST(Directory, RefusesPartnerWhoseIdOrDomainACustomerHas) {
    fresh_store fresh;
    ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(1))));
    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {sample_customer(5)})));
    partner_record same_id = sample_partner(2);
    same_id.id = id_of(5);
    partner_record same_domain = sample_partner(2);
    same_domain.domain = sample_customer(5).domain;

    EXPECT_FALSE(run(fresh.store.tenants().add_partner(same_id)));
    EXPECT_FALSE(run(fresh.store.tenants().add_partner(same_domain)));
    EXPECT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(2))));
}

TEST(Directory, KnowsPartnersAndEverybodysCustomersAsTenants) {
    fresh_store fresh;
    directory& tenants = fresh.store.tenants();
    ASSERT_TRUE(run(tenants.add_partner(sample_partner(1))));
    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {sample_customer(7)})));

    EXPECT_TRUE(run(tenants.knows_tenant(id_of(1))));
    EXPECT_TRUE(run(tenants.knows_tenant(id_of(7))));
    EXPECT_FALSE(run(tenants.knows_tenant(id_of(8))));
}

TEST(Directory, FindsApplicationUntilAndAfterItIsDisabled) {
    fresh_store fresh;
    directory& tenants = fresh.store.tenants();
    ASSERT_TRUE(run(tenants.add_partner(sample_partner(1))));
    const application_record added{
        .id = id_of(2),
        .partner_id = id_of(1),
        .name = "Billing",
        .secret_hash = "$argon2id$",
        .is_public = true,
        .redirect_uris = {"http://localhost", "https://billing.example/signed-in"},
    };
    ASSERT_TRUE(run(tenants.add_application(added)));
    EXPECT_FALSE(run(tenants.add_application(added)));

    const auto before = run(tenants.find_application(added.id));
    EXPECT_TRUE(run(tenants.disable_application(added.id)));
    const auto after = run(tenants.find_application(added.id));

    ASSERT_TRUE(before && after);
    EXPECT_EQ(before->id, added.id);
    EXPECT_TRUE(before->is_public);
    EXPECT_EQ(before->redirect_uris, added.redirect_uris);
    EXPECT_EQ(before->partner_id, added.partner_id);
    EXPECT_EQ(before->name, added.name);
    EXPECT_EQ(before->secret_hash, added.secret_hash);
    EXPECT_FALSE(before->disabled);
    EXPECT_TRUE(after->disabled);
}

TEST(Directory, HasNoApplicationToDisable) {
    fresh_store fresh;

    EXPECT_FALSE(run(fresh.store.tenants().disable_application(id_of(2))));
}

TEST(Directory, RefusesUserWhoseNameIsTakenInAnyLetterCase) {
    fresh_store fresh;
    directory& tenants = fresh.store.tenants();
    ASSERT_TRUE(run(tenants.add_partner(sample_partner(1))));
    const user_record added{
        .id = id_of(3),
        .partner_id = id_of(1),
        .user_principal_name = "admin@partner1.onmicrosoft.com",
        .roles = {"AdminAgents", "SalesAgents"},
    };
    ASSERT_TRUE(run(tenants.add_user(added)));
    user_record same_name = added;
    same_name.id = id_of(4);
    same_name.user_principal_name = "Admin@Partner1.onmicrosoft.com";
    user_record same_id = added;
    same_id.user_principal_name = "sales@partner1.onmicrosoft.com";

    EXPECT_FALSE(run(tenants.add_user(same_name)));
    EXPECT_FALSE(run(tenants.add_user(same_id)));
}

TEST(Directory, KeepsRolesInOneLine) {
    fresh_store fresh;
    ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(1))));
    const user_record added{
        .id = id_of(3), .partner_id = id_of(1), .roles = {"AdminAgents", "SalesAgents"}};
    ASSERT_TRUE(run(fresh.store.tenants().add_user(added)));

    rows found = run(fresh.file.connect()->read("SELECT roles FROM users", {}));

    EXPECT_EQ(std::get<std::string>(found.cell(0, 0)), "AdminAgents SalesAgents");
}

TEST(Directory, TellsWhoMayStillCall) {
    fresh_store fresh;
    directory& tenants = fresh.store.tenants();
    partner_record partner = sample_partner(1);
    partner.where = &clouds::china;
    partner_record disabled_partner = sample_partner(2);
    disabled_partner.disabled = true;
    ASSERT_TRUE(run(tenants.add_partner(partner)) && run(tenants.add_partner(disabled_partner)));
    const auto add_application = [&](unsigned number, unsigned owner, bool disabled) {
        application_record added{
            .id = id_of(number), .partner_id = id_of(owner), .disabled = disabled};
        ASSERT_TRUE(run(tenants.add_application(std::move(added))));
    };
    add_application(11, 1, false);
    add_application(12, 1, true);
    add_application(13, 2, false);
    const auto add_user = [&](unsigned number, unsigned owner, bool disabled) {
        user_record added{
            .id = id_of(number),
            .partner_id = id_of(owner),
            .user_principal_name = std::to_string(number),
            .disabled = disabled};
        ASSERT_TRUE(run(tenants.add_user(std::move(added))));
    };
    add_user(21, 1, false);
    add_user(22, 1, true);
    add_user(23, 2, false);

    const auto good = run(tenants.find_standing(id_of(11), std::nullopt)).value();
    EXPECT_EQ(good.partner_id, id_of(1));
    EXPECT_EQ(good.where, &clouds::china);
    EXPECT_FALSE(good.partner_disabled || good.application_disabled || good.user_refused);
    EXPECT_TRUE(run(tenants.find_standing(id_of(12), std::nullopt))->application_disabled);
    EXPECT_TRUE(run(tenants.find_standing(id_of(13), std::nullopt))->partner_disabled);
    EXPECT_FALSE(run(tenants.find_standing(id_of(14), std::nullopt)));
    EXPECT_FALSE(run(tenants.find_standing(id_of(11), id_of(21)))->user_refused);
    for (const unsigned refused : {22U, 23U, 24U}) {
        EXPECT_TRUE(run(tenants.find_standing(id_of(11), id_of(refused)))->user_refused);
    }
}

TEST(Directory, DoesNotAddApplicationOfUnknownPartner) {
    fresh_store fresh;
    const application_record orphan{.id = id_of(2), .partner_id = id_of(1)};

    EXPECT_THROW(run(fresh.store.tenants().add_application(orphan)), store_error);
}

TEST(Directory, ListsInTheOrderOfNamesAndOfOnePartner) {
    fresh_store fresh;
    directory& tenants = fresh.store.tenants();
    for (const unsigned number : {2U, 1U}) {
        ASSERT_TRUE(run(tenants.add_partner(sample_partner(number))));
        application_record application{
            .id = id_of(number + 10),
            .partner_id = id_of(number),
            .name = "App " + std::to_string(number)};
        ASSERT_TRUE(run(tenants.add_application(std::move(application))));
        user_record user{
            .id = id_of(number + 20),
            .partner_id = id_of(number),
            .user_principal_name = "user" + std::to_string(number) + "@partner.example",
            .roles = {"AdminAgents", "SalesAgents"}};
        ASSERT_TRUE(run(tenants.add_user(std::move(user))));
    }

    const auto partners = run(tenants.list_partners());
    const auto applications = run(tenants.list_applications({}));
    const auto users = run(tenants.list_users({}));

    ASSERT_EQ(partners.size(), 2U);
    EXPECT_EQ(partners[0].id, id_of(1));
    EXPECT_EQ(partners[1].domain, sample_partner(2).domain);
    ASSERT_EQ(applications.size(), 2U);
    EXPECT_EQ(applications[0].id, id_of(11));
    ASSERT_EQ(users.size(), 2U);
    EXPECT_EQ(users[1].id, id_of(22));
    EXPECT_EQ(users[1].roles, (std::vector<std::string>{"AdminAgents", "SalesAgents"}));
    ASSERT_EQ(run(tenants.list_applications(id_of(2))).size(), 1U);
    EXPECT_EQ(run(tenants.list_applications(id_of(2)))[0].id, id_of(12));
    ASSERT_EQ(run(tenants.list_users(id_of(1))).size(), 1U);
    EXPECT_EQ(run(tenants.list_users(id_of(1)))[0].id, id_of(21));
    EXPECT_TRUE(run(tenants.list_users(id_of(3))).empty());
}

TEST(Directory, DisablesAndEnablesEachKindOfEntry) {
    fresh_store fresh;
    directory& tenants = fresh.store.tenants();
    ASSERT_TRUE(run(tenants.add_partner(sample_partner(1))));
    application_record application{.id = id_of(2), .partner_id = id_of(1)};
    ASSERT_TRUE(run(tenants.add_application(std::move(application))));
    user_record user{.id = id_of(3), .partner_id = id_of(1), .user_principal_name = "a@b.example"};
    ASSERT_TRUE(run(tenants.add_user(std::move(user))));

    for (const bool disabled : {true, false}) {
        EXPECT_TRUE(run(tenants.set_disabled(directory_entry::partner, id_of(1), disabled)));
        EXPECT_TRUE(run(tenants.set_disabled(directory_entry::application, id_of(2), disabled)));
        EXPECT_TRUE(run(tenants.set_disabled(directory_entry::user, id_of(3), disabled)));

        const auto who = run(tenants.find_standing(id_of(2), id_of(3))).value();
        EXPECT_EQ(who.partner_disabled, disabled);
        EXPECT_EQ(who.application_disabled, disabled);
        EXPECT_EQ(who.user_refused, disabled);
    }
    EXPECT_FALSE(run(tenants.set_disabled(directory_entry::partner, id_of(2), true)));
    EXPECT_FALSE(run(tenants.set_disabled(directory_entry::user, id_of(1), true)));
}

TEST(Directory, ChangesWhatAnApplicationProvesItselfWith) {
    fresh_store fresh;
    directory& tenants = fresh.store.tenants();
    ASSERT_TRUE(run(tenants.add_partner(sample_partner(1))));
    application_record application{.id = id_of(2), .partner_id = id_of(1)};
    const std::vector<certificate_record> twice{{"t", "pem"}, {"t", "pem"}};
    const std::vector<certificate_record> first{{"b", "pem b"}, {"a", "pem a"}};
    const std::vector<certificate_record> known_and_new{{"c", "pem c"}, {"a", "pem a"}};

    EXPECT_FALSE(run(tenants.add_application(application, twice)));
    EXPECT_FALSE(run(tenants.find_application(id_of(2))));
    EXPECT_TRUE(run(tenants.add_application(application, first)));
    EXPECT_FALSE(run(tenants.add_certificates(id_of(2), known_and_new)));
    EXPECT_FALSE(run(tenants.add_certificates(id_of(9), first)));
    EXPECT_EQ(run(tenants.list_thumbprints(id_of(2))), (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(run(tenants.remove_certificate(id_of(2), "a")));
    EXPECT_FALSE(run(tenants.remove_certificate(id_of(2), "a")));
    EXPECT_EQ(run(tenants.list_thumbprints(id_of(2))), std::vector<std::string>{"b"});

    EXPECT_TRUE(run(tenants.set_secret_hash(id_of(2), "hash")));
    EXPECT_TRUE(run(tenants.set_redirect_uris(id_of(2), {"https://a/", "b://c"})));
    const auto now = run(tenants.find_application(id_of(2))).value();
    EXPECT_EQ(now.secret_hash, "hash");
    EXPECT_EQ(now.redirect_uris, (std::vector<std::string>{"https://a/", "b://c"}));
    EXPECT_FALSE(run(tenants.set_secret_hash(id_of(9), "hash")));
    EXPECT_FALSE(run(tenants.set_redirect_uris(id_of(9), {})));
}

TEST(Directory, ChangesHowAPersonSignsInAndWhatTheyMayDo) {
    fresh_store fresh;
    directory& tenants = fresh.store.tenants();
    ASSERT_TRUE(run(tenants.add_partner(sample_partner(1))));
    user_record user{
        .id = id_of(3), .partner_id = id_of(1), .user_principal_name = "Ann@Lumen.example"};
    ASSERT_TRUE(run(tenants.add_user(std::move(user))));

    EXPECT_TRUE(run(tenants.set_roles(id_of(3), {"AdminAgents", "SalesAgents"})));
    EXPECT_TRUE(run(tenants.set_password_hash(id_of(3), "hash")));
    EXPECT_TRUE(run(tenants.set_totp_secret(id_of(3), "BASE32")));

    const auto now = run(tenants.find_user("aNN@lumen.EXAMPLE")).value();
    EXPECT_EQ(now.id, id_of(3));
    EXPECT_EQ(now.partner_id, id_of(1));
    EXPECT_EQ(now.user_principal_name, "Ann@Lumen.example");
    EXPECT_EQ(now.roles, (std::vector<std::string>{"AdminAgents", "SalesAgents"}));
    EXPECT_EQ(now.password_hash, "hash");
    EXPECT_EQ(now.totp_secret, "BASE32");
    EXPECT_FALSE(run(tenants.find_user("ann")));
    EXPECT_FALSE(run(tenants.set_roles(id_of(9), {})));
    EXPECT_FALSE(run(tenants.set_password_hash(id_of(9), "hash")));
    EXPECT_FALSE(run(tenants.set_totp_secret(id_of(9), "")));
}

TEST(Directory, KnowsTheDomainsOfPartnersAndCustomersInAnyCase) {
    fresh_store fresh;
    ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(1))));
    ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), {sample_customer(11)})));
    std::vector<statement> ending;
    ending.push_back({.sql = "UPDATE customers SET relationship = 'none'"});
    run(fresh.file.connect()->write(std::move(ending)));
    const auto knows = [&](std::string domain) {
        return run(fresh.store.tenants().knows_domain(std::move(domain)));
    };

    EXPECT_TRUE(knows("partner1.onmicrosoft.com"));
    EXPECT_TRUE(knows("company11.onmicrosoft.com"));
    EXPECT_TRUE(knows("Company11.OnMicrosoft.COM"));
    for (const char* free : {"", "company11", "company12.onmicrosoft.com", "%", "a/b", "\xff"}) {
        EXPECT_FALSE(knows(free)) << free;
    }
}

}  // namespace
}  // namespace partner_center
