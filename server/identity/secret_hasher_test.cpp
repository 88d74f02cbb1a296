// Tests hashes of secrets. Calls secret_hasher.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/secret_hasher.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/identity/test_argon2.hpp"
#include "server/identity/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;
using ::testing::StartsWith;

/// Made once, at its real cost: it takes a while.
[[nodiscard]] const std::string& real_hash() {
    static const std::string hash = [] {
        const full_cost full;
        return hash_secret(right_secret);
    }();
    return hash;
}

TEST(HashSecret, SaysItsCostAndNeverRepeatsItself) {
    const full_cost full;
    const std::string first = hash_secret("s");

    EXPECT_THAT(first, StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    EXPECT_NE(first, hash_secret("s"));
}

TEST(MakeSecret, GivesFortyLettersAndDigitsAnew) {
    std::set<char> seen;
    for (int round = 0; round < 100; ++round) {
        const std::string secret = make_secret();
        EXPECT_EQ(secret.size(), 40U);
        seen.insert(secret.begin(), secret.end());
    }

    EXPECT_EQ(seen.size(), 62U);
    for (const char c : seen) EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) != 0) << c;
    EXPECT_NE(make_secret(), make_secret());
}

TEST(SecretHasher, AcceptsTheRightSecretOnly) {
    secret_hasher hasher{1};

    EXPECT_TRUE(run(hasher.verify(std::string{right_secret}, real_hash())));
    EXPECT_FALSE(run(hasher.verify("wrong", real_hash())));
    EXPECT_FALSE(run(hasher.verify("", real_hash())));
    EXPECT_FALSE(run(hasher.verify(std::string{right_secret} + '\0', real_hash())));
}

TEST(SecretHasher, AcceptsNothingWhereThereIsNoHash) {
    secret_hasher hasher{1};

    EXPECT_FALSE(run(hasher.verify(std::string{right_secret}, "")));
    EXPECT_FALSE(run(hasher.verify("", "")));
    EXPECT_FALSE(run(hasher.verify("", "not a hash")));
}

/// What became of one comparison.
struct outcome {
    std::thread::id resumed_on{};
    bool right{};
    bool busy{};
};

[[nodiscard]] awaitable<void> try_once(secret_hasher& hasher, outcome& out) {
    try {
        out.right = co_await hasher.verify(std::string{right_secret}, real_hash());
    } catch (const hasher_busy&) {
        out.busy = true;
    }
    out.resumed_on = std::this_thread::get_id();
}

TEST(SecretHasher, RefusesAtOnceWhenTooManyWaitAndResumesOthersOnTheirReactor) {
    secret_hasher hasher{1};
    boost::asio::io_context reactor{1};
    std::vector<outcome> outcomes(70);
    for (outcome& each : outcomes) {
        boost::asio::co_spawn(reactor, try_once(hasher, each), boost::asio::detached);
    }
    reactor.run();

    const auto refused = std::ranges::count(outcomes, true, &outcome::busy);
    const auto right = std::ranges::count(outcomes, true, &outcome::right);
    // All 70 ask before the reactor can take the first result: one is compared while 64 wait.
    EXPECT_EQ(right, 65);
    EXPECT_EQ(refused, 5);
    for (const outcome& each : outcomes) EXPECT_EQ(each.resumed_on, std::this_thread::get_id());
}

// Without the wait the comparison's thread would post to a reactor that is gone (seen by ASan).
TEST(SecretHasher, LetsAReactorEndOnceNobodyWaits) {
    secret_hasher hasher{1};
    auto reactor = std::make_unique<boost::asio::io_context>(1);
    outcome never{};
    boost::asio::co_spawn(*reactor, try_once(hasher, never), boost::asio::detached);
    reactor->poll();  // hands the comparison over

    hasher.wait_until_answered();
    reactor.reset();

    EXPECT_FALSE(never.right);
}

}  // namespace
}  // namespace partner_center
