// Tests `partnerd seed`: whom it invents, what it adds, what it refuses.
// SPDX-License-Identifier: MIT
#include "server/seed.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "server/demo.hpp"
#include "server/identity/private_file.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "tests/support/temporary_directory.hpp"

namespace partner_center {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

/// A data directory, and what `seed` does to it.
class Seed : public ::testing::Test {
protected:
    [[nodiscard]] std::string added(std::uint64_t customers) {
        request_.customers = customers;
        const std::string answer = seed(request_);
        const auto begin = answer.find("\"added\":") + 8;
        return answer.substr(begin, answer.find(',', begin) - begin);
    }
    [[nodiscard]] std::vector<std::string> ids() const {
        std::ifstream in{request_.ids};
        return {std::istream_iterator<std::string>{in}, {}};
    }
    /// How many of the first customers the store has as they were invented.
    [[nodiscard]] std::size_t intact(std::uint64_t customers) const {
        const auto invent = make_inventor(what_);
        sqlite_file file{{.file = directory_ / "data/partnerd.db"}};
        store data{file.connect()};
        std::size_t count = 0;
        for (std::uint64_t number = 0; number < customers; ++number) {
            const new_customer expected = invent(number);
            const auto found = block_on(
                data.find_profile<billing_profile>(what_.partner_id, expected.id, std::string{})
            );
            count += found && found->text == expected.billing.text ? 1 : 0;
        }
        return count;
    }

    const invention what_{make_invention(make_demo_world().partners.front(), 1)};
    testing::temporary_directory directory_{};
    seed_request request_{.data = directory_ / "data", .seed = 1, .ids = directory_ / "ids"};
};

TEST_F(Seed, FillsAnEmptyStoreBesideTheDemoData) {
    request_.customers = 300;
    EXPECT_THAT(
        seed(request_),
        MatchesRegex(R"re(\{"tenantId":"b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70","customers":300,)re"
                     R"re("added":300,"seconds":[0-9]+\.[0-9]{3}\})re")
    );

    EXPECT_EQ(intact(301), 300U);
    sqlite_file file{{.file = directory_ / "data/partnerd.db"}};
    store data{file.connect()};
    const demo_world world = block_on(open_demo_world(data, request_.data));
    EXPECT_EQ(world.partners.front().customers.size(), 250U);
}

TEST_F(Seed, AddsWhatIsMissingAndNothingTwice) {
    EXPECT_EQ(added(300), "300");
    EXPECT_EQ(added(300), "0");
    EXPECT_EQ(added(2'100), "1800");  // of two batches
    EXPECT_EQ(added(10), "0");
    EXPECT_EQ(intact(2'101), 2'100U);
}

TEST_F(Seed, FillsGaps) {
    EXPECT_EQ(added(20), "20");
    {
        sqlite_file file{{.file = directory_ / "data/partnerd.db"}};
        std::vector<statement> transaction;
        transaction.push_back(
            {.sql = "DELETE FROM customers WHERE id = $1", .values = {invented_id(what_, 7)}}
        );
        static_cast<void>(block_on(file.connect()->write(std::move(transaction))));
    }

    EXPECT_EQ(added(20), "1");

    EXPECT_EQ(intact(20), 20U);
}

TEST_F(Seed, WritesTheIdsInOrder) {
    EXPECT_EQ(added(2'100), "2100");

    const std::vector<std::string> lines = ids();
    ASSERT_EQ(lines.size(), 2'100U);
    for (const std::uint64_t number : {0U, 1U, 1'999U, 2'000U, 2'099U}) {
        EXPECT_EQ(lines[number], to_string(invented_id(what_, number)));
    }
    EXPECT_TRUE(std::ranges::is_sorted(lines));
    EXPECT_EQ(std::filesystem::status(request_.ids).permissions(), std::filesystem::perms{0600});
}

TEST_F(Seed, GivesEachPartnerAndEachSeedItsOwn) {
    EXPECT_EQ(added(50), "50");
    request_.seed = 2;
    EXPECT_EQ(added(50), "50");
    request_.partner = "BrindleQuay.onmicrosoft.com";
    EXPECT_EQ(added(50), "50");
    request_.partner = "1d84f6b9-e37a-4c05-92bd-58c0e1a7f426";
    EXPECT_EQ(added(50), "50");
}

TEST_F(Seed, RefusesAStoreOfRealPartners) {
    std::filesystem::create_directory(request_.data);
    {
        sqlite_file file{{.file = request_.data / "partnerd.db"}};
        store data{file.connect()};
        partner_record real{.id = guid{{1}}, .name = "Somebody", .domain = "somebody.example"};
        EXPECT_TRUE(block_on(data.tenants().add_partner(std::move(real))));
    }

    try {
        static_cast<void>(added(1));
        FAIL() << "it was accepted";
    } catch (const demo_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("the store has partners that"));
    }
}

TEST_F(Seed, RefusesAPartnerThatTheDemoDataLacks) {
    request_.partner = "nobody.example";

    EXPECT_THROW(static_cast<void>(added(1)), usage_error);
    EXPECT_FALSE(std::filesystem::exists(request_.data)) << "nothing is made";
}

TEST_F(Seed, TellsBeforeTheWorkThatTheIdsCannotBeWritten) {
    request_.ids = "/proc/none/ids";

    EXPECT_THROW(static_cast<void>(added(1)), file_error);

    EXPECT_EQ(intact(1), 0U);
}

TEST(InventedCustomers, AreTheSameForEverAndAscend) {
    const invention what = make_invention(make_demo_world().partners.front(), 1);
    const auto invent = make_inventor(what);
    new_customer last = invent(0);
    EXPECT_EQ(to_string(last.id), "000000d9-8100-4d5d-8282-bfd8e1a6bb6e");
    EXPECT_EQ(last.domain, "qp7a8nrs00000hoshizorasolut.onmicrosoft.com");
    EXPECT_EQ(to_string(invent(49'696).id), "0145b013-82ca-4eb3-b6c2-60a39444ffac");
    EXPECT_EQ(invent(49'696).etag, -1028545274014355947);

    for (const std::uint64_t number : {1U, 2U, 31U, 32U, 1'000U, 999'999U, 9'999'999U}) {
        new_customer next = invent(number);
        EXPECT_LT(last.id, next.id) << number;
        EXPECT_LT(last.domain, next.domain) << number;
        last = std::move(next);
    }
}

TEST(InventedCustomers, DifferInEveryId) {
    const auto invent = make_inventor(make_invention(make_demo_world().partners.front(), 1));
    std::set<guid> ids;
    for (std::uint64_t number = 0; number < 1'000; ++number) {
        const new_customer made = invent(number);
        ids.insert({made.id, made.commerce_id});
    }
    EXPECT_EQ(ids.size(), 2'000U);
}

}  // namespace
}  // namespace partner_center
