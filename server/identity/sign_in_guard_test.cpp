// Tests who is locked out, for how long, and where a request is said to come from. Calls
// sign_in_guard.cpp on a real store.
// SPDX-License-Identifier: MIT
#include "server/identity/sign_in_guard.hpp"

#include <gtest/gtest.h>

#include "server/identity/testing.hpp"

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using namespace testing;

class SignInGuardTest : public ::testing::Test {
protected:
    [[nodiscard]] std::chrono::seconds wait_for(
        const std::string& user, const std::string& address, system_time now
    ) {
        return run(guard.before_attempt({user, address}, now));
    }
    void tell(const std::string& user, const std::string& address, attempt_outcome outcome) {
        run(guard.after_attempt({user, address}, outcome, noon));
    }
    /// As many as a user has before the lock.
    void fail_five_times(const std::string& user, const std::string& address) {
        for (int tried = 0; tried < 5; ++tried) {
            EXPECT_EQ(wait_for(user, address, noon), 0s);
            tell(user, address, attempt_outcome::wrong);
        }
    }

    fresh_store fresh{};
    sign_in_guard guard{fresh.store.sign_in_proofs()};
};

TEST_F(SignInGuardTest, LocksANameAfterFiveFailuresAndDoublesTheTime) {
    fail_five_times("ann@partner.example", "192.0.2.1");
    EXPECT_EQ(wait_for("ann@partner.example", "192.0.2.1", noon + 10s), 20s);
    EXPECT_EQ(wait_for("ANN@Partner.example", "192.0.2.2", noon + 29s), 1s) << "another spelling";
    EXPECT_EQ(wait_for("bob@partner.example", "192.0.2.1", noon), 0s) << "somebody else";
    EXPECT_EQ(wait_for("ann@partner.example", "192.0.2.1", noon + 30s), 0s);
    EXPECT_EQ(wait_for("ann@partner.example", "192.0.2.1", noon + 30s), 60s);
}

TEST_F(SignInGuardTest, LocksANameThatNobodyHasAlike) {
    fail_five_times("nobody", "192.0.2.1");
    EXPECT_EQ(wait_for("nobody", "192.0.2.1", noon), 30s);
}

TEST_F(SignInGuardTest, CountsWhatIsNobodysForTheAddressAlone) {
    for (int tried = 0; tried < 50; ++tried) EXPECT_EQ(wait_for("", "192.0.2.1", noon), 0s);
    EXPECT_EQ(wait_for("", "192.0.2.1", noon), 30s);
    EXPECT_EQ(wait_for("", "192.0.2.2", noon), 0s);
    tell("", "192.0.2.1", attempt_outcome::unfinished);
    EXPECT_EQ(wait_for("", "192.0.2.1", noon), 0s);
}

TEST_F(SignInGuardTest, ForgetsAfterASuccess) {
    for (int round = 0; round < 3; ++round) {
        for (int tried = 0; tried < 4; ++tried) EXPECT_EQ(wait_for("ann", "", noon), 0s);
        EXPECT_EQ(wait_for("ann", "", noon), 0s);
        tell("ann", "", attempt_outcome::right);
    }
}

TEST_F(SignInGuardTest, CountsWrongSecondFactorsAlthoughThePasswordIsRight) {
    for (int tried = 0; tried < 4; ++tried) {
        EXPECT_EQ(wait_for("ann", "", noon), 0s);
        tell("ann", "", attempt_outcome::unfinished);
        EXPECT_EQ(wait_for("ann", "", noon), 0s);
        tell("ann", "", attempt_outcome::wrong);
    }
    EXPECT_EQ(wait_for("ann", "", noon), 0s);
    EXPECT_EQ(wait_for("ann", "", noon), 30s);
}

TEST_F(SignInGuardTest, LetsNoMoreThroughAtOnceThanInARow) {
    for (int begun = 0; begun < 5; ++begun) EXPECT_EQ(wait_for("ann", "", noon), 0s);
    for (int more = 0; more < 20; ++more) EXPECT_EQ(wait_for("ann", "", noon), 30s);
}

TEST_F(SignInGuardTest, LocksAnAddressThatTriesManyNames) {
    for (int tried = 0; tried < 50; ++tried) {
        EXPECT_EQ(wait_for("user" + std::to_string(tried), "192.0.2.1", noon), 0s);
    }
    EXPECT_EQ(wait_for("ann", "192.0.2.1", noon), 30s);
    EXPECT_EQ(wait_for("ann", "192.0.2.2", noon), 0s);
    EXPECT_EQ(wait_for("ann", "192.0.2.1", noon + 1h), 0s);
}

TEST_F(SignInGuardTest, ClearsNoAddressForASuccess) {
    for (int tried = 0; tried < 49; ++tried) {
        EXPECT_EQ(wait_for("user" + std::to_string(tried), "192.0.2.1", noon), 0s);
    }
    for (int good = 0; good < 3; ++good) {
        EXPECT_EQ(wait_for("ann", "192.0.2.1", noon), 0s);
        tell("ann", "192.0.2.1", attempt_outcome::right);
    }
    EXPECT_EQ(wait_for("bob", "192.0.2.1", noon), 0s);
    EXPECT_GT(wait_for("bob", "192.0.2.1", noon), 0s);
}

TEST_F(SignInGuardTest, TakesTheWhole64OfAnIpv6AddressForOne) {
    for (int tried = 0; tried < 50; ++tried) {
        const std::string address = "2001:db8:0:1::" + std::to_string(tried + 1);
        EXPECT_EQ(wait_for("user" + std::to_string(tried), address, noon), 0s);
    }
    EXPECT_EQ(wait_for("ann", "2001:db8:0:1:ffff::1", noon), 30s);
    EXPECT_EQ(wait_for("ann", "2001:db8:0:2::1", noon), 0s);
}

struct forwarded_request {
    std::string_view peer;
    std::vector<http::field_view> fields;
    bool behind_proxy;
    std::string_view address;
};

TEST(ClientAddress, IsThePeersOrWhatTheProxyWrote) {
    const std::vector<forwarded_request> requests{
        {"192.0.2.1", {}, false, "192.0.2.1"},
        {"192.0.2.1", {{"X-Forwarded-For", "198.51.100.1"}}, false, "192.0.2.1"},
        {"192.0.2.1", {{"X-Forwarded-For", "198.51.100.1"}}, true, "198.51.100.1"},
        {"192.0.2.1", {{"x-forwarded-for", "1.1.1.1, 198.51.100.1"}}, true, "198.51.100.1"},
        {"192.0.2.1",
         {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", " 198.51.100.1\t"}},
         true,
         "198.51.100.1"},
        {"192.0.2.1", {{"X-Forwarded-For", "198.51.100.1:4711"}}, true, "198.51.100.1"},
        {"192.0.2.1", {{"X-Forwarded-For", "[2001:DB8::1]:4711"}}, true, "2001:db8::1"},
        {"192.0.2.1", {{"X-Forwarded-For", "2001:db8:0::1"}}, true, "2001:db8::1"},
        {"192.0.2.1", {{"X-Forwarded-For", "unknown"}}, true, "192.0.2.1"},
        {"192.0.2.1", {{"X-Forwarded-For", "1.1.1.1,"}}, true, "192.0.2.1"},
        {"192.0.2.1", {{"X-Forwarded-For", ":"}}, true, "192.0.2.1"},
        {"192.0.2.1", {{"X-Forwarded-For", "["}}, true, "192.0.2.1"},
        {"::ffff:192.0.2.1", {}, false, "192.0.2.1"},
        {"", {}, true, ""},
    };
    for (const auto& [peer, fields, behind_proxy, address] : requests) {
        const http::request_view request{.fields = fields, .peer = peer};
        EXPECT_EQ(client_address(request, behind_proxy), address)
            << (fields.empty() ? peer : fields.back().value);
    }
}

}  // namespace
}  // namespace partner_center
