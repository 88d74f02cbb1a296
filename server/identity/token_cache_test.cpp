// Tests what is remembered of tokens, how much, and for how long. Calls token_cache.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/token_cache.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "server/http/test_client.hpp"

namespace partner_center {
namespace {

constexpr system_time noon{std::chrono::seconds{1'705'914'892}};

/// A token of that text that is good for an hour from noon on.
[[nodiscard]] std::shared_ptr<const verified_token> token(std::string text) {
    const std::int64_t begin = noon.time_since_epoch().count();
    text.shrink_to_fit();
    verified_token made{.text = std::move(text), .times = {begin, begin + 3600}};
    return std::make_shared<const verified_token>(std::move(made));
}

/// Texts that differ when the numbers do, at their end, where tokens have their signatures.
[[nodiscard]] std::string text_of(unsigned number) {
    const std::string digits = std::to_string(number);
    return std::string(600, 'x') + '.' + std::string(16 - digits.size(), '0') + digits;
}

std::shared_ptr<const verified_token> insert(token_cache& cache, std::string text) {
    auto made = token(std::move(text));
    cache.insert(made);
    return made;
}

TEST(TokenCache, FindsWhatItWasGiven) {
    token_cache cache;
    const auto known = insert(cache, text_of(1));

    EXPECT_EQ(cache.find(text_of(1), noon), known);
    EXPECT_EQ(cache.find(text_of(2), noon), nullptr);
    EXPECT_EQ(cache.counts().entries, 1U);
}

TEST(TokenCache, CountsWhatItIsTold) {
    token_cache cache;
    cache.count_hit();
    cache.count_hit();
    cache.count_miss();

    EXPECT_EQ(cache.counts().hits, 2U);
    EXPECT_EQ(cache.counts().misses, 1U);
}

TEST(TokenCache, ComparesTheWholeToken) {
    token_cache cache;
    const std::string text = text_of(1);
    insert(cache, text);

    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string other = text;
        other[at] = static_cast<char>(other[at] ^ 1);
        EXPECT_EQ(cache.find(other, noon), nullptr) << at;
    }
    EXPECT_EQ(cache.find("x" + text, noon), nullptr);
    EXPECT_EQ(cache.find(text.substr(1), noon), nullptr);
    EXPECT_EQ(cache.find(text.substr(text.size() - 16), noon), nullptr);
    EXPECT_EQ(cache.find("", noon), nullptr);
    EXPECT_NE(cache.find(text, noon), nullptr);
}

TEST(TokenCache, ForgetsATokenAtTheEndOfItsTimeAndSkew) {
    using std::chrono::seconds;
    token_cache cache;
    insert(cache, text_of(1));

    EXPECT_NE(cache.find(text_of(1), noon + seconds{3600 + 299}), nullptr);
    EXPECT_EQ(cache.find(text_of(1), noon + seconds{3600 + 300}), nullptr);
    EXPECT_EQ(cache.counts().entries, 0U);
    EXPECT_EQ(cache.find(text_of(1), noon), nullptr) << "it was forgotten";
}

TEST(TokenCache, DoesNotKnowATokenBeforeItsTime) {
    using std::chrono::seconds;
    token_cache cache;
    insert(cache, text_of(1));

    EXPECT_NE(cache.find(text_of(1), noon - seconds{300}), nullptr);
    EXPECT_EQ(cache.find(text_of(1), noon - seconds{301}), nullptr);
}

TEST(TokenCache, KeepsEachTokenOnce) {
    token_cache cache;
    insert(cache, text_of(1));
    insert(cache, text_of(1));
    EXPECT_EQ(cache.counts().entries, 1U);

    cache.erase(text_of(2));
    EXPECT_EQ(cache.counts().entries, 1U);
    cache.erase(text_of(1));
    EXPECT_EQ(cache.counts().entries, 0U);
    EXPECT_EQ(cache.counts().evictions, 0U);
}

TEST(TokenCache, HoldsNoMoreThanItsEntries) {
    token_cache cache;
    constexpr unsigned many = 3 * token_cache::entries_max;
    for (unsigned number = 0; number < many; ++number) insert(cache, text_of(number));

    EXPECT_LE(cache.counts().entries, token_cache::entries_max);
    EXPECT_GT(cache.counts().entries, token_cache::entries_max * 9 / 10);
    EXPECT_EQ(cache.counts().entries + cache.counts().evictions, many);
}

TEST(TokenCache, HoldsTenThousandTokensOfOrdinarySize) {
    token_cache cache;
    constexpr unsigned many = 10'000;
    const auto ordinary = [](unsigned number) { return std::string(1'000, 'x') + text_of(number); };
    for (unsigned number = 0; number < many; ++number) insert(cache, ordinary(number));

    unsigned lost = 0;
    for (unsigned number = 0; number < many; ++number) {
        if (!cache.find(ordinary(number), noon)) ++lost;
    }
    EXPECT_LT(lost, many / 100);
}

/// In bytes: what the tokens that are kept alive by the cache alone take.
[[nodiscard]] std::size_t bytes_kept(
    token_cache& cache, unsigned count, const std::function<std::string(unsigned)>& text
) {
    std::vector<std::weak_ptr<const verified_token>> watched;
    for (unsigned number = 0; number < count; ++number) {
        watched.push_back(insert(cache, text(number)));
    }
    std::size_t bytes = 0;
    for (const auto& each : watched) {
        if (const auto kept = each.lock()) bytes += sizeof *kept + kept->text.capacity();
    }
    return bytes;
}

TEST(TokenCache, HoldsNoMoreThanItsBytesWhateverTheTokensSizes) {
    for (const std::size_t size : {15'000U, 3'000U, 1'000U}) {
        token_cache cache;
        const auto large = [&](unsigned number) {
            return std::string(size, 'x') + text_of(number);
        };

        const std::size_t kept = bytes_kept(cache, 20'000, large);

        EXPECT_LE(kept, token_cache::part_count * token_cache::part_bytes_max) << size;
        EXPECT_GT(kept, token_cache::part_count * token_cache::part_bytes_max * 8 / 10) << size;
        EXPECT_EQ(cache.counts().entries + cache.counts().evictions, 20'000U) << size;
    }
}

TEST(TokenCache, CountsWhatAPrincipalTakes) {
    // Each takes a tenth of what a part may hold, though its text is short.
    token_cache cache;
    constexpr std::size_t share = 10;
    constexpr std::size_t roles = token_cache::part_bytes_max / share / sizeof(std::string);
    for (unsigned number = 0; number < 2 * share * token_cache::part_count; ++number) {
        verified_token made{.text = text_of(number)};
        made.caller.roles.assign(roles, "x");
        cache.insert(std::make_shared<const verified_token>(std::move(made)));
    }

    EXPECT_LT(cache.counts().entries, share * token_cache::part_count);
    EXPECT_GT(cache.counts().entries, share * token_cache::part_count / 4);
}

TEST(TokenCache, DoesNotTakeATokenWithMoreRolesThanAPartHasRoomFor) {
    token_cache cache;
    insert(cache, text_of(2));
    verified_token made{.text = text_of(1)};
    made.caller.roles.assign(token_cache::part_bytes_max / sizeof(std::string), "x");
    cache.insert(std::make_shared<const verified_token>(std::move(made)));

    EXPECT_EQ(cache.find(text_of(1), noon), nullptr);
    EXPECT_EQ(cache.counts().entries, 1U);
    EXPECT_EQ(cache.counts().evictions, 0U) << "nobody has to go for it";
}

/// How many of the tokens in use are lost to a flood of others; each is asked for while twice as
/// many others come as there are in use.
[[nodiscard]] unsigned lost_in_flood(
    token_cache& cache, unsigned flood, const std::function<std::string(unsigned)>& other
) {
    constexpr unsigned in_use = 200;
    for (unsigned number = 0; number < in_use; ++number) insert(cache, text_of(number));

    unsigned lost = 0;
    for (unsigned come = 0; come < flood; ++come) {
        insert(cache, other(1'000'000 + come));
        if (come % 2 == 0 && !cache.find(text_of(come / 2 % in_use), noon)) ++lost;
    }
    return lost;
}

TEST(TokenCache, KeepsTokensInUseThroughAFloodOfOthers) {
    token_cache cache;
    EXPECT_EQ(lost_in_flood(cache, 3 * token_cache::entries_max, text_of), 0U);
    EXPECT_GT(cache.counts().evictions, token_cache::entries_max);
}

TEST(TokenCache, KeepsTokensInUseThroughAFloodOfLargeOnes) {
    token_cache cache;
    const auto large = [](unsigned number) { return std::string(15'000, 'x') + text_of(number); };
    EXPECT_EQ(lost_in_flood(cache, 10'000, large), 0U);
    EXPECT_GT(cache.counts().evictions, 7'000U);
}

TEST(TokenCache, LetsGoOfTokensThatAreNotInUseAnyMore) {
    token_cache cache;
    insert(cache, text_of(1));
    ASSERT_TRUE(cache.find(text_of(1), noon));
    for (unsigned number = 2; number < 3 * token_cache::entries_max; ++number) {
        insert(cache, text_of(number));
    }

    EXPECT_FALSE(cache.find(text_of(1), noon));
}

TEST(TokenCache, LeavesATokenToWhoeverStillUsesIt) {
    token_cache cache;
    insert(cache, text_of(1));
    const auto used = cache.find(text_of(1), noon);
    cache.erase(text_of(1));

    EXPECT_EQ(used->text, text_of(1));
}

TEST(TokenCache, AllocatesNothingToFindAToken) {
    token_cache cache;
    const std::string text = text_of(1);
    insert(cache, text);
    const std::string unknown = text_of(2);

    const std::size_t before = http::testing::allocations();
    const bool found = cache.find(text, noon) != nullptr;
    const bool found_unknown = cache.find(unknown, noon) != nullptr;
    const std::size_t after = http::testing::allocations();

    EXPECT_TRUE(found);
    EXPECT_FALSE(found_unknown);
    EXPECT_EQ(after, before);
}

TEST(TokenCache, SpreadsDifferentlyEachTime) {
    // Two caches that had one seed would lose the same ones of the same tokens.
    token_cache first;
    token_cache second;
    constexpr unsigned many = 2 * token_cache::entries_max;
    for (unsigned number = 0; number < many; ++number) {
        insert(first, text_of(number));
        insert(second, text_of(number));
    }
    unsigned different = 0;
    for (unsigned number = 0; number < many; ++number) {
        const bool in_first = first.find(text_of(number), noon) != nullptr;
        if (in_first != (second.find(text_of(number), noon) != nullptr)) ++different;
    }

    EXPECT_GT(different, 0U);
}

}  // namespace
}  // namespace partner_center
