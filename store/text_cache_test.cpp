// Tests what the cache answers and what it does not. Calls text_cache.cpp.
// SPDX-License-Identifier: MIT
#include "store/text_cache.hpp"

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;

constexpr std::string_view sql = "SELECT 1";
constexpr std::string_view other_sql = "SELECT 2";
constexpr database_version first{1, 1, 1, 1, 1, 1};

struct cache_under_test {
    text_cache cache{};

    /// Twice, for only what is read a second time is kept.
    void remember(const std::vector<value>& values, std::string_view text) {
        cache.remember(first, sql, values, text);
        cache.remember(first, sql, values, text);
    }
    /// What it knows, or nothing.
    [[nodiscard]] std::optional<std::string> ask(const std::vector<value>& values) {
        std::string out;
        if (!cache.find(first, sql, values, out)) return {};
        return out;
    }
};

TEST(TextCache, KnowsNothingAtFirst) {
    cache_under_test under_test;

    EXPECT_EQ(under_test.ask({}), std::nullopt);
}

TEST(TextCache, KeepsWhatIsReadASecondTime) {
    cache_under_test under_test;
    under_test.cache.remember(first, sql, {}, "text");
    EXPECT_EQ(under_test.ask({}), std::nullopt);

    const database_version next{1, 2, 1, 1, 1, 1};
    under_test.cache.remember(next, sql, {}, "newer");
    std::string out;
    EXPECT_TRUE(under_test.cache.find(next, sql, {}, out)) << "the first time was long ago";
    EXPECT_EQ(out, "newer");
}

TEST(TextCache, AppendsWhatItWasGiven) {
    cache_under_test under_test;
    const std::vector<value> values{id_of(1), id_of(2), std::string{"billing"}};
    under_test.remember(values, "text");

    std::string out = "before ";
    EXPECT_TRUE(under_test.cache.find(first, sql, values, out));

    EXPECT_EQ(out, "before text");
}

TEST(TextCache, KnowsAnEmptyText) {
    cache_under_test under_test;
    under_test.remember({id_of(1)}, "");

    EXPECT_EQ(under_test.ask({id_of(1)}), "");
    EXPECT_EQ(under_test.ask({id_of(2)}), std::nullopt);
}

TEST(TextCache, KnowsNothingOfAnotherVersionWhicheverWordTellsIt) {
    for (std::size_t word = 0; word < first.size(); ++word) {
        cache_under_test under_test;
        under_test.remember({}, "text");
        database_version next = first;
        ++next.at(word);
        std::string out;

        EXPECT_FALSE(under_test.cache.find(next, sql, {}, out)) << "word " << word;
        EXPECT_EQ(out, "");
        EXPECT_EQ(under_test.ask({}), std::nullopt) << "nor of the first one any more";
    }
}

TEST(TextCache, KnowsNothingOfTheVersionBeforeOnceItRemembersANewerText) {
    cache_under_test under_test;
    under_test.remember({id_of(1)}, "old");
    const database_version next{1, 2, 1, 1, 1, 1};
    under_test.cache.remember(next, sql, {}, "new");
    under_test.cache.remember(next, sql, {}, "new");
    std::string out;

    EXPECT_TRUE(under_test.cache.find(next, sql, {}, out));
    EXPECT_EQ(out, "new");
    EXPECT_FALSE(under_test.cache.find(next, sql, std::vector<value>{id_of(1)}, out));
}

TEST(TextCache, TellsStatementsApart) {
    cache_under_test under_test;
    under_test.remember({}, "text");
    std::string out;

    EXPECT_FALSE(under_test.cache.find(first, other_sql, {}, out));
}

TEST(TextCache, TellsValuesApartThatLookAlike) {
    guid of_digits;
    of_digits.bytes.fill('7');
    const std::string digits(16, '7');
    const std::vector<std::vector<value>> all{
        {},
        {std::monostate{}},
        {std::monostate{}, std::monostate{}},
        {std::int64_t{0}},
        {std::int64_t{1}},
        {std::string{}},
        {std::string{}, std::string{}},
        {std::string(1, '\0')},
        {std::string(8, '\0')},
        {std::string{"a"}, std::string{"bc"}},
        {std::string{"ab"}, std::string{"c"}},
        {std::string{"abc"}},
        {std::string{"abc"}, std::string{}},
        {std::string{}, std::string{"abc"}},
        {std::string{"a\0b", 3}},
        {std::string{"a\0c", 3}},
        {std::string{"t\1x"}},
        {of_digits},
        {digits},
        {of_digits, std::string{"t"}},
        {std::string{"t"}, of_digits},
    };
    cache_under_test under_test;
    for (std::size_t at = 0; at < all.size(); ++at) {
        under_test.remember(all[at], std::to_string(at));
    }

    for (std::size_t at = 0; at < all.size(); ++at) {
        EXPECT_EQ(under_test.ask(all[at]), std::to_string(at)) << "values " << at;
    }
}

TEST(TextCache, LetsGoOfValuesThatItHasNoPlaceFor) {
    constexpr std::size_t place = 56 - 2;  // the kind and the length take two
    cache_under_test under_test;
    const std::string fits(place, 'x');
    under_test.remember({fits}, "fits");
    under_test.remember({fits + 'x'}, "too long");
    under_test.remember({fits, std::monostate{}}, "one too many");
    under_test.remember({std::string(256, 'x')}, "as long as none, in one byte");

    EXPECT_EQ(under_test.ask({fits}), "fits");
    EXPECT_EQ(under_test.ask({fits + 'x'}), std::nullopt);
    EXPECT_EQ(under_test.ask({fits, std::monostate{}}), std::nullopt);
    EXPECT_EQ(under_test.ask({std::string(256, 'x')}), std::nullopt);
    EXPECT_EQ(under_test.ask({std::string{}}), std::nullopt);
}

TEST(TextCache, LetsGoOfTextsThatAreTooLong) {
    cache_under_test under_test;
    const std::string fits(text_cache::text_bytes_max, 'x');
    under_test.remember({id_of(1)}, fits);
    under_test.remember({id_of(2)}, fits + 'x');

    EXPECT_EQ(under_test.ask({id_of(1)}), fits);
    EXPECT_EQ(under_test.ask({id_of(2)}), std::nullopt);
}

TEST(TextCache, HasBoundedPlacesAndNeverAnswersWithTheTextOfAnother) {
    constexpr std::size_t places = text_cache::set_count * text_cache::ways;
    constexpr std::int64_t asked = 2 * places;
    cache_under_test under_test;
    for (std::int64_t number = 0; number < asked; ++number) {
        under_test.remember({number}, std::to_string(number));
    }

    std::size_t known = 0;
    for (std::int64_t number = 0; number < asked; ++number) {
        const auto text = under_test.ask({number});
        if (!text) continue;
        ++known;
        ASSERT_EQ(text, std::to_string(number));
    }
    EXPECT_LE(known, places);
    EXPECT_GE(known, places / 2) << "the places are used";
    EXPECT_EQ(under_test.ask({asked - 1}), std::to_string(asked - 1)) << "the last one";
}

}  // namespace
}  // namespace partner_center
