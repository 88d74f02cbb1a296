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

[[nodiscard]] bool compare(
    secret_hasher& hasher, const std::string& secret, const std::string& hash
) {
    presented_secret presented{.secret = secret, .hash = hash};
    return run(hasher.verify(std::move(presented)));
}

TEST(SecretHasher, AcceptsTheRightSecretOnly) {
    secret_hasher hasher{1};

    EXPECT_TRUE(compare(hasher, std::string{right_secret}, real_hash()));
    EXPECT_FALSE(compare(hasher, "wrong", real_hash()));
    EXPECT_FALSE(compare(hasher, "", real_hash()));
    EXPECT_FALSE(compare(hasher, std::string{right_secret} + '\0', real_hash()));
}

TEST(SecretHasher, AcceptsNothingWhereThereIsNoHash) {
    secret_hasher hasher{1};

    EXPECT_FALSE(compare(hasher, std::string{right_secret}, ""));
    EXPECT_FALSE(compare(hasher, "", ""));
    EXPECT_FALSE(compare(hasher, "", "not a hash"));
}

TEST(SecretHasher, ComparesALastingSecretOnceUntilItsHashIsAnother) {
    secret_hasher hasher{1};
    const auto try_lasting = [&](const std::string& secret, const std::string& hash) {
        presented_secret presented{.secret = secret, .hash = hash, .is_lasting = true};
        return run(hasher.verify(std::move(presented)));
    };
    const std::string secret{right_secret};
    const std::string other_hash = hash_secret("another");
    forget_comparisons();

    for (int time = 0; time < 3; ++time) EXPECT_TRUE(try_lasting(secret, real_hash()));
    EXPECT_EQ(comparisons().size(), 1U);
    for (int time = 0; time < 2; ++time) EXPECT_FALSE(try_lasting("wrong", real_hash()));
    EXPECT_FALSE(try_lasting(secret, other_hash));
    EXPECT_FALSE(try_lasting(secret, ""));
    EXPECT_EQ(comparisons().size(), 5U) << "what is wrong is never remembered";
    for (int time = 0; time < 2; ++time) EXPECT_TRUE(compare(hasher, secret, real_hash()));
    EXPECT_EQ(comparisons().size(), 7U) << "nor is what a person types";
}

/// What became of one comparison.
struct outcome {
    std::thread::id resumed_on{};
    bool right{};
    bool busy{};
};

[[nodiscard]] awaitable<void> try_once(secret_hasher& hasher, outcome& out, std::string from) {
    presented_secret presented{
        .secret = std::string{right_secret}, .hash = real_hash(), .from = std::move(from)};
    try {
        out.right = co_await hasher.verify(std::move(presented));
    } catch (const hasher_busy&) {
        out.busy = true;
    }
    out.resumed_on = std::this_thread::get_id();
}

TEST(SecretHasher, RefusesAtOnceWhenTooManyWaitAndResumesOthersOnTheirReactor) {
    secret_hasher hasher{1};
    boost::asio::io_context reactor{1};
    std::vector<outcome> outcomes(134);
    for (std::size_t at = 0; at < outcomes.size(); ++at) {
        auto attempt = try_once(hasher, outcomes[at], std::to_string(at));
        boost::asio::co_spawn(reactor, std::move(attempt), boost::asio::detached);
    }
    reactor.run();

    const auto refused = std::ranges::count(outcomes, true, &outcome::busy);
    const auto right = std::ranges::count(outcomes, true, &outcome::right);
    // All ask before the reactor can take the first result: one is compared while 128 wait.
    EXPECT_EQ(right, 129);
    EXPECT_EQ(refused, 5);
    for (const outcome& each : outcomes) EXPECT_EQ(each.resumed_on, std::this_thread::get_id());
}

TEST(SecretHasher, LetsOneNetworkTakeSoManyPlacesOnly) {
    secret_hasher hasher{1};
    boost::asio::io_context reactor{1};
    std::vector<outcome> flood(120);
    outcome neighbour{};
    const auto spawn_all = [&] {
        for (outcome& each : flood) {
            each = {};
            boost::asio::co_spawn(reactor, try_once(hasher, each, "one"), boost::asio::detached);
        }
        boost::asio::co_spawn(
            reactor, try_once(hasher, neighbour, "another"), boost::asio::detached
        );
        reactor.run();
        reactor.restart();
    };

    for (int round = 0; round < 2; ++round) {
        spawn_all();
        EXPECT_TRUE(neighbour.right);
        EXPECT_EQ(std::ranges::count(flood, true, &outcome::right), 16) << "places are given back";
    }
}

// Without the wait the comparison's thread would post to a reactor that is gone (seen by ASan).
TEST(SecretHasher, LetsAReactorEndOnceNobodyWaits) {
    secret_hasher hasher{1};
    auto reactor = std::make_unique<boost::asio::io_context>(1);
    outcome never{};
    boost::asio::co_spawn(*reactor, try_once(hasher, never, ""), boost::asio::detached);
    reactor->poll();  // hands the comparison over

    hasher.wait_until_answered();
    reactor.reset();

    EXPECT_FALSE(never.right);
}

}  // namespace
}  // namespace partner_center
