// Tests what may happen once: codes, refresh tokens, time steps. Calls the store on a real file.
// SPDX-License-Identifier: MIT
#include "store/grants.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;

class Grants : public ::testing::Test {
protected:
    Grants() {
        directory& tenants = fresh.store.tenants();
        run(tenants.add_partner(sample_partner(1)));
        run(tenants.add_application({.id = id_of(11), .partner_id = id_of(1)}));
        user_record user{
            .id = id_of(21), .partner_id = id_of(1), .user_principal_name = "Ann@one.example"};
        run(tenants.add_user(std::move(user)));
    }

    [[nodiscard]] code_record code(const std::string& hash, unsigned grant) {
        return {
            .hash = hash,
            .grant =
                {.id = id_of(grant),
                 .application_id = id_of(11),
                 .user_id = id_of(21),
                 .resource = "r",
                 .any_resource = true,
                 .scopes = "openid a",
                 .has_mfa = true},
            .redirect_uri = "u",
            .code_challenge = "c",
            .nonce = "n",
            .auth_time = 17,
            .expires_at = 600,
        };
    }

    fresh_store fresh{};
    grants all{fresh.store.tenants().grants()};
};

TEST_F(Grants, KeepWhatWasGranted) {
    run(all.add_code(code("h", 31), 0));

    const auto found = run(all.find_code("h"));

    ASSERT_TRUE(found);
    EXPECT_EQ(found->grant.id, id_of(31));
    EXPECT_EQ(found->grant.application_id, id_of(11));
    EXPECT_EQ(found->grant.user_id, id_of(21));
    EXPECT_EQ(found->grant.resource, "r");
    EXPECT_TRUE(found->grant.any_resource);
    EXPECT_EQ(found->grant.scopes, "openid a");
    EXPECT_TRUE(found->grant.has_mfa);
    EXPECT_FALSE(found->grant.revoked);
    EXPECT_EQ(found->redirect_uri, "u");
    EXPECT_EQ(found->code_challenge, "c");
    EXPECT_EQ(found->nonce, "n");
    EXPECT_EQ(found->auth_time, 17);
    EXPECT_FALSE(found->redeemed);
    EXPECT_FALSE(run(all.find_code("other")));
}

TEST_F(Grants, RedeemACodeOnceAndRememberThat) {
    run(all.add_code(code("h", 31), 0));
    const code_record found = run(all.find_code("h")).value();

    EXPECT_TRUE(run(all.redeem_code(found, new_refresh_token{"r1", 9'000}, 700, 599)));
    EXPECT_FALSE(run(all.redeem_code(found, new_refresh_token{"r2", 9'000}, 700, 599)));

    EXPECT_TRUE(run(all.find_refresh_token("r1")));
    EXPECT_FALSE(run(all.find_refresh_token("r2")));
    run(all.add_code(code("other", 32), 8'999));  // forgets what has expired
    EXPECT_TRUE(run(all.find_code("h"))->redeemed);
    run(all.add_code(code("third", 33), 9'000));
    EXPECT_FALSE(run(all.find_code("h")));
    EXPECT_FALSE(run(all.find_refresh_token("r1")));
}

TEST_F(Grants, RedeemNoCodeThatExpiredOrWasRevoked) {
    run(all.add_code(code("late", 31), 0));
    run(all.add_code(code("revoked", 32), 0));
    run(all.revoke(id_of(32)));

    EXPECT_FALSE(run(all.redeem_code(run(all.find_code("late")).value(), {}, 700, 600)));
    EXPECT_FALSE(run(all.redeem_code(run(all.find_code("revoked")).value(), {}, 700, 1)));
    EXPECT_TRUE(run(all.find_code("revoked"))->grant.revoked);
}

TEST_F(Grants, RenewARefreshTokenAsOftenAsItsKindAllows) {
    run(all.add_code(code("h", 31), 0));
    const code_record found = run(all.find_code("h")).value();
    ASSERT_TRUE(run(all.redeem_code(found, new_refresh_token{"r1", 1'000}, 700, 1)));
    const refresh_token_record first = run(all.find_refresh_token("r1")).value();

    EXPECT_TRUE(run(all.renew(first, false, {"r2", 2'000}, 999)));
    EXPECT_TRUE(run(all.renew(first, false, {"r3", 2'000}, 999)));
    EXPECT_TRUE(run(all.find_refresh_token("r1"))->used);
    EXPECT_FALSE(run(all.renew(first, true, {"r4", 2'000}, 999)));
    EXPECT_FALSE(run(all.renew(first, false, {"r5", 2'000}, 1'000)));

    const refresh_token_record second = run(all.find_refresh_token("r2")).value();
    EXPECT_TRUE(run(all.renew(second, true, {"r6", 3'000}, 1'500)));
    EXPECT_FALSE(run(all.find_refresh_token("r1"))) << "expired, and so forgotten";
    run(all.revoke(id_of(31)));
    const refresh_token_record last = run(all.find_refresh_token("r6")).value();
    EXPECT_FALSE(run(all.renew(last, true, {"r7", 3'000}, 1'500)));
}

TEST_F(Grants, KeepTheLastHundredTokensOfAClientThatUsesThemAgain) {
    run(all.add_code(code("h", 31), 0));
    const code_record found = run(all.find_code("h")).value();
    ASSERT_TRUE(run(all.redeem_code(found, new_refresh_token{"r0", 9'000}, 700, 1)));
    const refresh_token_record first = run(all.find_refresh_token("r0")).value();
    const auto is_known = [&](int number) {
        return run(all.find_refresh_token("r" + std::to_string(number))).has_value();
    };

    for (int number = 1; number < 100; ++number) {
        ASSERT_TRUE(run(all.renew(first, false, {"r" + std::to_string(number), 9'000}, 1)));
    }
    EXPECT_TRUE(is_known(0));
    ASSERT_TRUE(run(all.renew(first, false, {"r100", 9'000}, 1)));
    EXPECT_FALSE(is_known(0)) << "the oldest goes";
    EXPECT_TRUE(is_known(1));
    const refresh_token_record last = run(all.find_refresh_token("r100")).value();
    ASSERT_TRUE(run(all.renew(last, true, {"r101", 9'000}, 1)));
    EXPECT_TRUE(is_known(1)) << "of a public client all stay";
}

TEST_F(Grants, EndWithAChangeOfTheirUserOrApplicationAlone) {
    directory& tenants = fresh.store.tenants();
    run(tenants.add_application({.id = id_of(12), .partner_id = id_of(1)}));
    user_record bob{
        .id = id_of(22), .partner_id = id_of(1), .user_principal_name = "bob@one.example"};
    run(tenants.add_user(std::move(bob)));
    struct change {
        bool of_user{};
        std::function<bool()> make{};
    };
    const std::vector<change> changes{
        {true, [&] { return run(tenants.set_password_hash(id_of(21), "hash")); }},
        {true, [&] { return run(tenants.set_totp_secret(id_of(21), "")); }},
        {true, [&] { return run(tenants.set_roles(id_of(21), {"AdminAgents"})); }},
        {true, [&] { return run(tenants.set_disabled(directory_entry::user, id_of(21), true)); }},
        {false, [&] { return run(tenants.set_secret_hash(id_of(11), "hash")); }},
        {false, [&] { return run(tenants.disable_application(id_of(11))); }},
        {false,
         [&] { return run(tenants.set_disabled(directory_entry::application, id_of(11), true)); }},
    };
    unsigned number = 100;
    for (const change& each : changes) {
        const std::string mark = std::to_string(number);
        code_record others_user = code("user " + mark, ++number);
        others_user.grant.user_id = id_of(22);
        code_record others_application = code("application " + mark, ++number);
        others_application.grant.application_id = id_of(12);
        run(all.add_code(code("both " + mark, ++number), 0));
        run(all.add_code(std::move(others_user), 0));
        run(all.add_code(std::move(others_application), 0));

        const auto epoch_of = [&](unsigned user) {
            return run(tenants.find_user(id_of(user))).value().session_epoch;
        };
        const std::int64_t before = epoch_of(21);

        EXPECT_TRUE(each.make());

        EXPECT_EQ(epoch_of(21), before + (each.of_user ? 1 : 0)) << mark;
        EXPECT_EQ(epoch_of(22), 0) << mark;
        const auto is_revoked = [&](const std::string& hash) {
            return run(all.find_code(hash)).value().grant.revoked;
        };
        EXPECT_TRUE(is_revoked("both " + mark)) << mark;
        EXPECT_EQ(is_revoked("user " + mark), !each.of_user) << mark;
        EXPECT_EQ(is_revoked("application " + mark), each.of_user) << mark;
    }
}

TEST_F(Grants, EndWithTheirPartnerForGood) {
    directory& tenants = fresh.store.tenants();
    run(tenants.add_partner(sample_partner(2)));
    run(tenants.add_application({.id = id_of(12), .partner_id = id_of(2)}));
    user_record other{
        .id = id_of(22), .partner_id = id_of(2), .user_principal_name = "bob@two.example"};
    run(tenants.add_user(std::move(other)));
    code_record of_other = code("other", 32);
    of_other.grant.application_id = id_of(12);
    of_other.grant.user_id = id_of(22);
    run(all.add_code(code("h", 31), 0));
    run(all.add_code(std::move(of_other), 0));

    EXPECT_TRUE(run(tenants.set_disabled(directory_entry::partner, id_of(1), true)));
    EXPECT_TRUE(run(tenants.set_disabled(directory_entry::partner, id_of(1), false)));

    EXPECT_TRUE(run(all.find_code("h")).value().grant.revoked);
    EXPECT_FALSE(run(all.find_code("other")).value().grant.revoked);
    EXPECT_EQ(run(tenants.find_user(id_of(21))).value().session_epoch, 1);
    EXPECT_EQ(run(tenants.find_user(id_of(22))).value().session_epoch, 0);
}

TEST_F(Grants, OutliveWhatDoesNotTouchTheirCredentials) {
    directory& tenants = fresh.store.tenants();
    run(all.add_code(code("h", 31), 0));

    EXPECT_TRUE(run(tenants.set_disabled(directory_entry::user, id_of(21), false)));
    EXPECT_TRUE(run(tenants.set_disabled(directory_entry::application, id_of(11), false)));
    EXPECT_TRUE(run(tenants.set_disabled(directory_entry::partner, id_of(1), false)));
    EXPECT_TRUE(run(tenants.set_redirect_uris(id_of(11), {"https://a/"})));
    EXPECT_FALSE(run(tenants.set_password_hash(id_of(29), "hash")));

    EXPECT_FALSE(run(all.find_code("h")).value().grant.revoked);
    EXPECT_EQ(run(tenants.find_user(id_of(21))).value().session_epoch, 0);
}

TEST_F(Grants, AreFoundByUserAndByApplicationWithoutAScan) {
    const auto connection = fresh.file.connect();
    for (const std::string_view plan :
         {"EXPLAIN QUERY PLAN UPDATE grants SET revoked = 1 WHERE user_id = x'00'",
          "EXPLAIN QUERY PLAN UPDATE grants SET revoked = 1 WHERE application_id = x'00'",
          "EXPLAIN QUERY PLAN UPDATE device_requests SET decision = 'denied'"
          " WHERE user_id = x'00' AND decision = 'allowed'",
          "EXPLAIN QUERY PLAN UPDATE device_requests SET decision = 'denied'"
          " WHERE application_id = x'00' AND decision = 'allowed'"}) {
        rows steps = run(connection->read(plan, {}));
        ASSERT_EQ(steps.size(), 1U) << plan;
        EXPECT_TRUE(steps.take<std::string>(0, 3).starts_with("SEARCH ")) << plan;
    }
}

TEST_F(Grants, BelongToUsersFoundByIdAndByNameInAnyLetterCase) {
    directory& tenants = fresh.store.tenants();

    const auto by_name = run(tenants.find_user("aNN@ONE.example"));
    const auto by_id = run(tenants.find_user(id_of(21)));

    ASSERT_TRUE(by_name && by_id);
    EXPECT_EQ(by_name->id, id_of(21));
    EXPECT_EQ(by_name->user_principal_name, "Ann@one.example");
    EXPECT_EQ(by_id->partner_id, id_of(1));
    EXPECT_FALSE(run(tenants.find_user("ann@two.example")));
    EXPECT_FALSE(run(tenants.find_user(id_of(22))));
}

}  // namespace
}  // namespace partner_center
