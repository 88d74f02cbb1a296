// Tests that proofs are good once, that attempts are counted and that device requests are decided
// once, on a real database. Calls proofs.cpp.
// SPDX-License-Identifier: MIT
#include "store/proofs.hpp"

#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace partner_center::testing {
namespace {

using namespace std::chrono_literals;

constexpr stored_time noon{1'705'914'892s};

class ProofsTest : public ::testing::Test {
protected:
    ProofsTest() {
        for (const unsigned number : {1U, 2U}) {
            run(world.store.tenants().add_partner(sample_partner(number)));
            const application_record added{
                .id = id_of(100 + number), .partner_id = id_of(number), .name = "App"};
            run(world.store.tenants().add_application(added));
            const user_record user{
                .id = id_of(70 + number),
                .partner_id = id_of(number),
                .user_principal_name = "user" + std::to_string(number) + "@partner.example"};
            run(world.store.tenants().add_user(user));
        }
    }

    [[nodiscard]] std::chrono::seconds attempt(stored_time now) {
        return run(known.count_attempt({{"ann", 3, 1h}}, now));
    }

    void take_back(stored_time counted_at) {
        run(known.take_back_attempt({"ann", 3, 1h}, counted_at));
    }

    bool add(const std::string& device_code, const std::string& user_code) {
        return add_at("here", device_code, user_code) == device_addition::added;
    }
    device_addition add_at(
        const std::string& place, const std::string& device_code, const std::string& user_code
    ) {
        const device_request request{
            .device_code = device_code,
            .user_code = user_code,
            .application_id = application,
            .asked_from = place,
            .resource = "resource",
            .scope = "openid resource",
            .expires = noon + 900s,
            .poll_interval = 5s};
        return run(known.add_device_request(request, noon));
    }

    [[nodiscard]] device_poll poll(stored_time now) {
        return run(known.poll_device_request("device", application, now));
    }

    [[nodiscard]] bool decide(const device_decision& decision, stored_time now) {
        return run(known.decide_device_request("bcdf-ghjk", decision, now));
    }

    fresh_store world{};
    proofs& known{world.store.sign_in_proofs()};
    const guid application{id_of(101)};
    const guid ann{id_of(71)};
};

TEST_F(ProofsTest, TakeATimeStepOnceAndNoEarlierOne) {
    EXPECT_TRUE(run(known.take_totp_step(ann, 100)));
    EXPECT_FALSE(run(known.take_totp_step(ann, 100)));
    EXPECT_FALSE(run(known.take_totp_step(ann, 99)));
    EXPECT_TRUE(run(known.take_totp_step(ann, 101)));
    EXPECT_TRUE(run(known.take_totp_step(id_of(72), 100))) << "somebody else's";
}

TEST_F(ProofsTest, LockAfterSoManyFailuresAndTwiceAsLongEachTime) {
    stored_time now = noon;
    for (int free = 0; free < 3; ++free) EXPECT_EQ(attempt(now), 0s);
    for (const auto lock : {30s, 60s, 120s, 240s, 480s, 900s, 900s}) {
        EXPECT_EQ(attempt(now), lock);
        EXPECT_EQ(attempt(now + lock - 1s), 1s);
        now += lock;
        EXPECT_EQ(attempt(now), 0s);
    }
}

TEST_F(ProofsTest, DoNotCountWhatTheyRefuse) {
    for (int free = 0; free < 3; ++free) EXPECT_EQ(attempt(noon), 0s);
    for (int refused = 0; refused < 10; ++refused) EXPECT_EQ(attempt(noon + 1s), 29s);
    EXPECT_EQ(attempt(noon + 30s), 0s);
    EXPECT_EQ(attempt(noon + 31s), 59s);
}

TEST_F(ProofsTest, ForgetFailuresAfterASuccessAndAfterTheirTime) {
    for (int free = 0; free < 3; ++free) EXPECT_EQ(attempt(noon), 0s);
    EXPECT_EQ(attempt(noon), 30s);
    run(known.forget_attempts("ann"));
    for (int free = 0; free < 3; ++free) EXPECT_EQ(attempt(noon), 0s);
    EXPECT_EQ(attempt(noon), 30s);
    for (int free = 0; free < 3; ++free) EXPECT_EQ(attempt(noon + 1h), 0s);
}

TEST_F(ProofsTest, TakeBackOneAttemptWithItsLock) {
    for (int free = 0; free < 3; ++free) EXPECT_EQ(attempt(noon), 0s);
    EXPECT_EQ(attempt(noon), 30s);
    take_back(noon);
    EXPECT_EQ(attempt(noon), 0s);
    EXPECT_EQ(attempt(noon), 30s) << "as if it had never been";
}

TEST_F(ProofsTest, KeepTheLockOfALaterFailureWhenAnEarlierAttemptIsTakenBack) {
    for (int free = 0; free < 3; ++free) EXPECT_EQ(attempt(noon), 0s);
    EXPECT_EQ(attempt(noon + 30s), 0s) << "locks for a minute";
    take_back(noon);
    EXPECT_EQ(attempt(noon + 30s), 30s) << "the third failure's lock";
    EXPECT_EQ(attempt(noon + 59s), 1s);
    EXPECT_EQ(attempt(noon + 60s), 0s);
    take_back(noon + 60s);
    EXPECT_EQ(attempt(noon + 60s), 0s) << "its own lock goes with it";
}

TEST_F(ProofsTest, CountNobodyWhenOneOfThemIsLocked) {
    for (int free = 0; free < 3; ++free) EXPECT_EQ(attempt(noon), 0s);
    for (int tried = 0; tried < 5; ++tried) {
        EXPECT_EQ(run(known.count_attempt({{"address", 2, 1h}, {"ann", 3, 1h}}, noon)), 30s);
    }
    EXPECT_EQ(run(known.count_attempt({{"address", 2, 1h}}, noon)), 0s);
    EXPECT_EQ(run(known.count_attempt({{"address", 2, 1h}}, noon)), 0s);
    EXPECT_EQ(run(known.count_attempt({{"address", 2, 1h}}, noon)), 30s);
}

TEST_F(ProofsTest, KeepLocksOverARestart) {
    for (int free = 0; free < 3; ++free) EXPECT_EQ(attempt(noon), 0s);
    store reopened{world.file.connect()};
    EXPECT_EQ(run(reopened.sign_in_proofs().count_attempt({{"ann", 3, 1h}}, noon)), 30s);
}

TEST_F(ProofsTest, RememberAnEndedSessionUntilItIsOverByItself) {
    const auto kept = [&] {
        rows found = run(world.file.connect()->read("SELECT count(*) FROM ended_sessions", {}));
        return found.take<std::int64_t>(0, 0);
    };
    for (int time = 0; time < 2; ++time) run(known.end_session(id_of(1), noon + 8h, noon));
    EXPECT_TRUE(run(known.has_session_ended(id_of(1))));
    EXPECT_FALSE(run(known.has_session_ended(id_of(2))));
    EXPECT_EQ(kept(), 1);
    run(known.end_session(id_of(2), noon + 16h, noon + 8h));
    EXPECT_EQ(kept(), 1);
    EXPECT_TRUE(run(known.has_session_ended(id_of(2))));
}

TEST_F(ProofsTest, FindADeviceRequestByItsCodeAsPeopleTypeIt) {
    ASSERT_TRUE(add("device", "BCDF-GHJK"));
    for (const std::string_view typed : {"BCDFGHJK", "bcdf-ghjk", " BCDF GHJK "}) {
        const auto found = run(known.find_device_request(typed, noon));
        ASSERT_TRUE(found) << typed;
        EXPECT_EQ(found->application_id, application);
        EXPECT_EQ(found->scope, "openid resource");
    }
    EXPECT_FALSE(run(known.find_device_request("BCDFGHJL", noon)));
    EXPECT_FALSE(run(known.find_device_request("BCDFGHJK", noon + 900s)));
}

TEST_F(ProofsTest, RefuseACodeThatIsTaken) {
    ASSERT_TRUE(add("device", "BCDFGHJK"));
    EXPECT_FALSE(add("device", "BCDFGHJL"));
    EXPECT_FALSE(add("device2", "BCDFGHJK"));
    EXPECT_TRUE(add("device2", "BCDFGHJL"));
}

TEST_F(ProofsTest, RememberSoManyRequestsOfAClientAndOfItAtOneAddress) {
    using enum device_addition;
    int number = 0;
    const auto add_many = [&](const std::string& place, int count) {
        device_addition last = added;
        for (int i = 0; i < count && last == added; ++i, ++number) {
            last = add_at(place, std::to_string(number), "U" + std::to_string(number));
        }
        return last;
    };
    EXPECT_EQ(add_many("0", 50), added);
    EXPECT_EQ(add_many("0", 1), too_many);
    statement others{
        .sql =
            "WITH RECURSIVE numbers (n) AS"
            " (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 4949)"
            " INSERT INTO device_requests SELECT 'd' || n, 'B' || n, $1, 'at ' || n, '', '', $2,"
            " 5, 0, 0, 'pending', NULL, 0 FROM numbers",
        .values = {application, (noon + 900s).time_since_epoch().count()}};
    std::vector<statement> transaction;
    transaction.push_back(std::move(others));
    ASSERT_FALSE(run(world.file.connect()->write(std::move(transaction))).refused_by);
    EXPECT_EQ(add_many("another", 1), added);
    EXPECT_EQ(add_many("another", 1), too_many) << "5,000 in all";
    EXPECT_EQ(poll(noon).state, device_state::unknown);

    const device_request late{
        .device_code = "late",
        .user_code = "LATE",
        .application_id = application,
        .asked_from = "0",
        .expires = noon + 2 * 900s};
    EXPECT_EQ(run(known.add_device_request(late, noon + 900s)), added) << "the others have expired";
    const auto kept = [&] {
        rows found = run(world.file.connect()->read("SELECT count(*) FROM device_requests", {}));
        return found.take<std::int64_t>(0, 0);
    };
    EXPECT_EQ(kept(), 5'001);
    device_request later = late;
    later.device_code = later.user_code = "LATER";
    EXPECT_EQ(run(known.add_device_request(later, noon + 2 * 900s - 1s)), added);
    EXPECT_EQ(kept(), 5'002);
    later.device_code = later.user_code = "LAST";
    EXPECT_EQ(run(known.add_device_request(later, noon + 2 * 900s)), added);
    EXPECT_EQ(kept(), 3) << "forgotten a quarter of an hour after their end";
}

TEST_F(ProofsTest, MakeTheIntervalLongerForWhoPollsTooFast) {
    using enum device_state;
    ASSERT_TRUE(add("device", "BCDFGHJK"));
    EXPECT_EQ(poll(noon).state, pending);
    EXPECT_EQ(poll(noon + 4s).state, too_fast) << "5 s had to pass; from now on 10 s have to";
    EXPECT_EQ(poll(noon + 13s).state, too_fast) << "from now on 15 s";
    EXPECT_EQ(poll(noon + 28s).state, pending);
    EXPECT_EQ(poll(noon + 43s).state, pending);
    EXPECT_EQ(poll(noon + 900s).state, expired);
}

TEST_F(ProofsTest, GiveAnAllowedRequestToItsApplicationUntilItIsRedeemed) {
    using enum device_state;
    ASSERT_TRUE(add("device", "BCDFGHJK"));
    ASSERT_TRUE(decide({ann, true, true}, noon));

    EXPECT_EQ(run(known.poll_device_request("device", id_of(102), noon)).state, unknown);
    EXPECT_EQ(run(known.poll_device_request("device2", application, noon)).state, unknown);
    const device_poll got = poll(noon + 899s);
    EXPECT_EQ(got.state, allowed);
    EXPECT_EQ(got.decision.user_id, ann);
    EXPECT_TRUE(got.decision.has_mfa);
    EXPECT_EQ(got.request.resource, "resource");
    EXPECT_EQ(poll(noon + 899s).state, allowed) << "the answer may have been lost";

    grants all = world.store.tenants().grants();
    const grant_record grant{.id = id_of(31), .application_id = application, .user_id = ann};
    const auto redeem = [&](const grant_record& with, std::int64_t now) {
        return run(all.redeem_device_request("device", with, new_refresh_token{"r", 9'000}, now));
    };
    const std::int64_t in_time = (noon + 899s).time_since_epoch().count();
    grant_record others = grant;
    others.application_id = id_of(102);
    EXPECT_FALSE(redeem(others, in_time));
    others = grant;
    others.user_id = id_of(72);
    EXPECT_FALSE(redeem(others, in_time));
    EXPECT_FALSE(redeem(grant, in_time + 1)) << "too late";
    EXPECT_FALSE(run(all.find_refresh_token("r")));
    EXPECT_TRUE(redeem(grant, in_time));
    EXPECT_FALSE(redeem(grant, in_time));
    EXPECT_EQ(run(all.find_refresh_token("r"))->grant.user_id, ann);
    EXPECT_EQ(poll(noon + 899s).state, unknown);
}

TEST_F(ProofsTest, DecideARequestOnceInTimeAndByAUserOfItsPartner) {
    using enum device_state;
    ASSERT_TRUE(add("device", "BCDFGHJK"));
    EXPECT_FALSE(decide({id_of(72), true, true}, noon)) << "another partner's user";
    EXPECT_FALSE(decide({id_of(99), true, true}, noon)) << "nobody";
    EXPECT_FALSE(decide({ann, true, true}, noon + 900s)) << "too late";
    EXPECT_TRUE(decide({ann, false, false}, noon));
    EXPECT_FALSE(decide({ann, true, true}, noon)) << "decided already";
    EXPECT_FALSE(run(known.find_device_request("BCDFGHJK", noon)));
    EXPECT_EQ(poll(noon).state, denied);
    EXPECT_EQ(poll(noon).state, denied) << "whoever lost the answer asks again";
}

TEST_F(ProofsTest, TakeBackWhatWasAllowedWhenThePasswordIsReset) {
    using enum device_state;
    ASSERT_TRUE(add("device", "BCDFGHJK"));
    ASSERT_TRUE(decide({ann, true, true}, noon));
    ASSERT_TRUE(run(world.store.tenants().set_password_hash(id_of(72), "of somebody else")));
    EXPECT_EQ(poll(noon).state, allowed);
    ASSERT_TRUE(run(world.store.tenants().set_password_hash(ann, "new")));
    EXPECT_EQ(poll(noon + 5s).state, denied);

    const grant_record grant{.id = id_of(31), .application_id = application, .user_id = ann};
    grants all = world.store.tenants().grants();
    const std::int64_t now = noon.time_since_epoch().count();
    EXPECT_FALSE(run(all.redeem_device_request("device", grant, {}, now)));
}

TEST_F(ProofsTest, TakeBackWhatWasAllowedToAnApplicationThatChanges) {
    directory& tenants = world.store.tenants();
    const std::vector<std::function<bool()>> changes{
        [&] { return run(tenants.set_secret_hash(application, "new")); },
        [&] { return run(tenants.set_disabled(directory_entry::application, application, true)); },
        [&] { return run(tenants.set_disabled(directory_entry::partner, id_of(1), true)); },
    };
    for (std::size_t at = 0; at < changes.size(); ++at) {
        const std::string device = std::to_string(at);
        ASSERT_TRUE(add(device, "CODE" + device));
        ASSERT_TRUE(run(known.decide_device_request("CODE" + device, {ann, true, true}, noon)));
        const auto state = [&] {
            return run(known.poll_device_request(device, application, noon)).state;
        };
        EXPECT_EQ(state(), device_state::allowed);
        EXPECT_TRUE(run(tenants.set_disabled(directory_entry::application, id_of(102), true)));
        EXPECT_EQ(state(), device_state::allowed) << "another's";
        EXPECT_TRUE(changes.at(at)());
        EXPECT_EQ(state(), device_state::denied) << at;
    }
}

TEST_F(ProofsTest, GiveNothingForARequestThatExpiredAfterItWasAllowed) {
    using enum device_state;
    ASSERT_TRUE(add("device", "BCDFGHJK"));
    ASSERT_TRUE(decide({ann, true, true}, noon));
    EXPECT_EQ(poll(noon + 900s).state, expired);
}

}  // namespace
}  // namespace partner_center::testing
