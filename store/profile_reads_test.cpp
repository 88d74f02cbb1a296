// The rows of the access audit. Calls the store on a real file.
// SPDX-License-Identifier: MIT
#include "store/profile_reads.hpp"

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;

constexpr std::string_view correlation_id = "c2b7d915-6e0a-4f3d-8a44-51f0c7e9ab36";

struct read_back {
    profile_reader by{};
    guid customer_id{};
    std::string correlation_id{};
    std::int64_t at{};

    friend bool operator==(const read_back&, const read_back&) = default;
};

[[nodiscard]] std::vector<read_back> list(
    fresh_store& of, std::int64_t since, std::optional<guid> customer_id
) {
    std::vector<read_back> out;
    const profile_read_taker take = [&](const listed_profile_read& each) {
        out.push_back({each.by, each.customer_id, std::string{each.correlation_id}, each.at});
    };
    run(of.store.reads().list(since, customer_id, take));
    return out;
}

void add(fresh_store& to, const profile_read_row& row, std::int64_t now) {
    std::vector<profile_read_row> batch{row};
    run(to.store.reads().add(std::move(batch), now));
}

TEST(ProfileReads, AreReadBackAsTheyWereWritten) {
    fresh_store all;
    const profile_reader person{id_of(1), id_of(2), id_of(3)};
    const profile_reader application{id_of(1), id_of(2), std::nullopt};
    constexpr std::int64_t at = 1'795'000'000'123;
    profile_read_row first{person};
    first.add(id_of(7), correlation_id, at);
    first.add(id_of(8), correlation_id, at + 1);
    profile_read_row second{application};
    second.add(id_of(7), correlation_id, at + 2);

    std::vector<profile_read_row> batch{first, second};
    run(all.store.reads().add(std::move(batch), at + 10));

    const std::string id{correlation_id};
    EXPECT_EQ(
        list(all, 0, {}),
        (std::vector<read_back>{
            {person, id_of(7), id, at},
            {person, id_of(8), id, at + 1},
            {application, id_of(7), id, at + 2}})
    );
    EXPECT_EQ(list(all, 0, id_of(8)).size(), 1U);
    EXPECT_EQ(list(all, at + 1, {}).size(), 2U);
    EXPECT_TRUE(list(all, at + 11, {}).empty());
}

TEST(ProfileReads, OfARowAreBounded) {
    fresh_store all;
    profile_read_row row{{id_of(1), id_of(2), std::nullopt}};
    std::size_t count = 0;
    for (; !row.is_full(); ++count) row.add(id_of(7), correlation_id, 1);
    EXPECT_EQ(count, 64U * 1024 / 84);

    add(all, row, 1);
    EXPECT_EQ(list(all, 0, {}).size(), count);
}

TEST(ProfileReads, AreForgottenWhenTheyAreOldInBoundedSteps) {
    fresh_store all;
    for (std::int64_t now = 0; now < 70; ++now) {
        profile_read_row row{{id_of(1), id_of(2), std::nullopt}};
        row.add(id_of(7), correlation_id, now);
        add(all, row, now);
    }

    EXPECT_TRUE(run(all.store.reads().forget(69)));
    EXPECT_FALSE(run(all.store.reads().forget(69)));
    const auto left = list(all, 0, {});
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].at, 69);
}

}  // namespace
}  // namespace partner_center
