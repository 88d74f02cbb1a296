// Tests lists of customers: their order, what is selected, pages while customers come and go, and
// all of one moment. Calls customer_lists.cpp through a store.
// SPDX-License-Identifier: MIT
#include "store/customer_lists.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/name_order.hpp"
#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct some_customer {
    std::string company_name{};
    std::string domain{};
};

struct page_read {
    std::vector<std::string> names{};
    customer_position first{};
    customer_position last{};
    bool more{};
};

/// A partner (1) whose customers (2, 3 …) are given.
class CustomerLists : public ::testing::Test {
protected:
    CustomerLists() { run(fresh.store.tenants().add_partner(sample_partner(1))); }

    void add(const std::vector<some_customer>& customers) {
        std::vector<new_customer> added;
        for (const some_customer& each : customers) {
            new_customer& customer = added.emplace_back(sample_customer(next_number));
            customer.company_name = each.company_name;
            if (!each.domain.empty()) customer.domain = each.domain;
            ++next_number;
        }
        ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), std::move(added))));
    }

    [[nodiscard]] page_read page(
        const customer_selection& selection, const customer_position& after, std::size_t count
    ) {
        page_read out;
        out.more = run(lists.page(selection, after, count, [&](const listed_customer& each) {
            const customer_position at{std::string{each.name_order}, each.id};
            if (out.names.empty()) out.first = at;
            out.last = at;
            out.names.emplace_back(each.company_name);
        }));
        return out;
    }

    [[nodiscard]] page_read first_page(const customer_selection& selection, std::size_t count) {
        return page(selection, customer_lists::beginning(selection), count);
    }

    [[nodiscard]] std::vector<std::string> names(const customer_selection& selection) {
        return first_page(selection, 1'000).names;
    }

    static customer_selection named(std::string_view prefix) {
        return {id_of(1), customer_field::company_name, folded(prefix)};
    }
    static customer_selection in_domain(std::string_view prefix) {
        return {id_of(1), customer_field::domain, folded(prefix)};
    }

    fresh_store fresh{};
    customer_lists& lists{fresh.store.lists()};
    unsigned next_number{2};
};

TEST_F(CustomerLists, AreOrderedByNameWithoutCaseThenById) {
    add({{"beta"}, {"ALPHA"}, {"Beta"}, {"alphabet"}, {"Émile"}, {"emile"}, {"zeta"}});

    EXPECT_THAT(
        names(named("")), ElementsAre("ALPHA", "alphabet", "beta", "Beta", "emile", "zeta", "Émile")
    );
}

TEST_F(CustomerLists, HaveThePartnersCustomersAlone) {
    run(fresh.store.tenants().add_partner(sample_partner(9)));
    add({{"ours"}, {"gone"}});
    ASSERT_TRUE(run(fresh.store.add_customers(id_of(9), {sample_customer(9)})));
    std::vector<statement> end;
    end.push_back({.sql = "UPDATE customers SET relationship = 'none' WHERE company_name = 'gone'"}
    );
    ASSERT_FALSE(run(fresh.file.connect()->write(std::move(end))).refused_by);

    EXPECT_THAT(names(named("")), ElementsAre("ours"));
    EXPECT_THAT(names(in_domain("company")), ElementsAre("ours"));
    EXPECT_THAT(names({id_of(8), customer_field::company_name, ""}), IsEmpty());
}

TEST_F(CustomerLists, SelectNamesByTheirBeginning) {
    add(
        {{"100% Pure"},
         {"100_Pure"},
         {"100 Pure"},
         {"O'Neil \"Q\""},
         {"STRASSE 1"},
         {"straße 2"},
         {"strand"},
         {"C++ Co"},
         {"\U0001F3ED works"},
         {"str\U0010FFFF"},
         {"zz"}}
    );

    EXPECT_THAT(names(named("100%")), ElementsAre("100% Pure"));
    EXPECT_THAT(names(named("100_")), ElementsAre("100_Pure"));
    EXPECT_THAT(names(named("o'neil \"q")), ElementsAre("O'Neil \"Q\""));
    EXPECT_THAT(names(named("Straße")), ElementsAre("STRASSE 1", "straße 2"));
    EXPECT_THAT(
        names(named("STR")), ElementsAre("str\U0010FFFF", "strand", "STRASSE 1", "straße 2")
    );
    EXPECT_THAT(names(named("c++")), ElementsAre("C++ Co"));
    EXPECT_THAT(names(named("\U0001F3ED")), ElementsAre("\U0001F3ED works"));
    EXPECT_THAT(names(named("zzz")), IsEmpty());
}

TEST_F(CustomerLists, SelectDomainsByTheirBeginning) {
    add(
        {{"b", "one.example"},
         {"a", "onetwo.example"},
         {"c", "one_two.example"},
         {"d", "two.example"}}
    );

    EXPECT_THAT(names(in_domain("ONE")), ElementsAre("a", "b", "c"));
    EXPECT_THAT(names(in_domain("one_")), ElementsAre("c"));
    EXPECT_THAT(names(in_domain("one%")), IsEmpty());
    const page_read first = first_page(in_domain("one"), 2);
    EXPECT_TRUE(first.more);
    EXPECT_THAT(first.names, ElementsAre("a", "b"));
    EXPECT_THAT(page(in_domain("one"), first.last, 2).names, ElementsAre("c"));
}

TEST_F(CustomerLists, TellWhetherThereIsMore) {
    add({{"a"}, {"b"}, {"c"}});

    EXPECT_TRUE(first_page(named(""), 2).more);
    EXPECT_FALSE(first_page(named(""), 3).more);
    EXPECT_FALSE(first_page(named("x"), 3).more);
}

/// The order ends inside these names.
TEST_F(CustomerLists, KnowLongNamesApart) {
    const std::string same(name_order_bytes_max, 'n');
    add({{same + "b"}, {same + "a"}, {same + "a!"}, {same}, {"nb"}});

    EXPECT_EQ(names(named(same)).size(), 4U);
    EXPECT_THAT(names(named(same + "A")), ElementsAre(same + "a", same + "a!"));
    const page_read first = first_page(named(same + "a"), 1);
    EXPECT_TRUE(first.more);
    const page_read second = page(named(same + "a"), first.last, 1);
    EXPECT_THAT(second.names, ElementsAre(same + "a!"));
    EXPECT_FALSE(second.more);
    EXPECT_EQ(
        run(lists.page_before(named(same + "a"), second.first, 1)),
        customer_lists::beginning(named(same + "a"))
    );
}

TEST_F(CustomerLists, FindThePageBefore) {
    add({{"a"}, {"b", "x1.example"}, {"c", "x2.example"}, {"d", "x3.example"}, {"e"}});
    for (const customer_selection& selection : {named(""), in_domain("")}) {
        const page_read all = first_page(selection, 5);
        const customer_position after = run(lists.page_before(selection, all.last, 2));
        EXPECT_THAT(page(selection, after, 2).names, ElementsAre("c", "d"));
        const customer_position start = run(lists.page_before(selection, all.last, 4));
        EXPECT_THAT(page(selection, start, 1).names, ElementsAre("a"));
        EXPECT_EQ(
            run(lists.page_before(selection, all.last, 5)), customer_lists::beginning(selection)
        );
    }
    const page_read some = first_page(in_domain("x"), 3);
    const customer_position after = run(lists.page_before(in_domain("x"), some.last, 1));
    EXPECT_THAT(page(in_domain("x"), after, 1).names, ElementsAre("c"));
}

TEST_F(CustomerLists, AreOfOneMomentAndCanBeReadTwice) {
    add({{"a"}, {"b"}, {"c"}});
    const auto stream = lists.all(named(""));
    std::size_t count = 0;
    const auto count_one = [&](const listed_customer&) { ++count; };
    EXPECT_TRUE(stream->next(2, count_one));
    add({{"aa"}, {"d"}});
    EXPECT_FALSE(stream->next(2, count_one));
    EXPECT_EQ(count, 3U);

    std::vector<std::string> seen;
    stream->rewind();
    EXPECT_FALSE(stream->next(100, [&](const listed_customer& each) {
        seen.emplace_back(each.company_name);
    }));

    EXPECT_THAT(seen, ElementsAre("a", "b", "c"));
    EXPECT_EQ(names(named("")).size(), 5U);
}

TEST_F(CustomerLists, AreStreamedToSoManyAtOnce) {
    const auto other = fresh.file.connect();
    std::vector<std::unique_ptr<snapshot>> open;
    for (unsigned each = 0; each < snapshots_max; ++each) {
        open.push_back(other->begin_snapshot(id_of(50 + each)));
        EXPECT_TRUE(open.back());
    }

    EXPECT_FALSE(lists.all(named("")));
    EXPECT_FALSE(other->begin_snapshot(id_of(2)));

    open.pop_back();
    EXPECT_TRUE(lists.all(named("")));
    EXPECT_TRUE(lists.all(named("")));  // the one before is gone
}

TEST_F(CustomerLists, LeaveHalfOfThePlacesToOtherPartners) {
    std::vector<std::unique_ptr<customer_stream>> open;
    for (std::size_t each = 0; each < partner_snapshots_max; ++each) {
        open.push_back(lists.all(named("")));
        EXPECT_TRUE(open.back());
    }

    EXPECT_FALSE(lists.all(named("")));
    EXPECT_TRUE(lists.all({.partner_id = id_of(9)}));
    open.pop_back();
    EXPECT_TRUE(lists.all(named("")));
}

TEST_F(CustomerLists, SelectDomainsThatManyHaveInTheOrderOfNames) {
    std::vector<some_customer> all;
    std::vector<std::string> expected;
    for (int number = 1'000; number < 1'600; ++number) {
        const std::string name = "n" + std::to_string(number);
        const bool is_selected = number % 3 == 0;
        all.push_back({name, (is_selected ? "yes" : "no") + std::to_string(9'999 - number) + ".x"});
        if (is_selected) expected.push_back(name);
    }
    add(all);
    const customer_selection selection = in_domain("yes");
    customer_position after = customer_lists::beginning(selection);

    std::vector<page_read> pages;
    std::vector<std::string> seen;
    do {
        pages.push_back(page(selection, after, 40));
        after = pages.back().last;
        seen.insert(seen.end(), pages.back().names.begin(), pages.back().names.end());
    } while (pages.back().more);

    EXPECT_EQ(seen, expected);
    ASSERT_EQ(pages.size(), 5U);
    EXPECT_EQ(run(lists.page_before(selection, pages[3].first, 40)), pages[1].last);
    EXPECT_EQ(
        run(lists.page_before(selection, pages[0].last, 40)), customer_lists::beginning(selection)
    );

    seen.clear();
    const auto stream = lists.all(selection);
    const auto take = [&](const listed_customer& each) { seen.emplace_back(each.company_name); };
    while (stream->next(16, take)) {
    }
    EXPECT_EQ(seen, expected);
}

TEST_F(CustomerLists, GiveOthersATurnWhileTheyAreWalkedThrough) {
    std::vector<some_customer> all;
    const std::string same(name_order_bytes_max, 'n');
    for (int number = 0; number < 1'500; ++number) all.push_back({same + std::to_string(number)});
    for (int number = 0; number < 200; ++number) {
        all.push_back({"z" + std::to_string(number), "q" + std::to_string(number) + ".example"});
    }
    add(all);
    const auto nothing = [](const listed_customer&) {};
    for (const customer_selection& selection : {in_domain("q"), named(same + "x")}) {
        const customer_position start = customer_lists::beginning(selection);

        EXPECT_GE(turns_during(lists.page(selection, start, 1, nothing)), 10U);
    }
    const customer_position start = customer_lists::beginning(in_domain("q1.e"));
    EXPECT_LE(turns_during(lists.page(in_domain("q1.e"), start, 1, nothing)), 2U);
}

TEST(CustomerStream, EndsWhenItHasLastedTooLong) {
    const temporary_directory directory;
    std::chrono::steady_clock::time_point now{};
    sqlite_file file{
        {.file = directory / "partnerd.db",
         .snapshot_time_max = std::chrono::seconds{10},
         .now = [&] { return now; }}};
    store store{file.connect()};
    run(store.tenants().add_partner(sample_partner(1)));
    ASSERT_TRUE(run(store.add_customers(id_of(1), {sample_customer(2), sample_customer(3)})));
    const auto nothing = [](const listed_customer&) {};
    const auto stream = store.lists().all({.partner_id = id_of(1)});

    now += std::chrono::seconds{9};
    EXPECT_TRUE(stream->next(1, nothing));
    now += std::chrono::seconds{1};
    EXPECT_THROW(static_cast<void>(stream->next(1, nothing)), store_error);
}

TEST(CustomerStream, LetsTheLogBeginAnewWhenItEnds) {
    const temporary_directory directory;
    sqlite_file file{{.file = directory / "partnerd.db", .log_pages_max = 8}};
    store store{file.connect()};
    const auto connection = file.connect();
    run(store.tenants().add_partner(sample_partner(1)));
    ASSERT_TRUE(run(store.add_customers(id_of(1), {sample_customer(2)})));
    const auto log_bytes = [&] {
        return std::filesystem::file_size(directory / "partnerd.db-wal");
    };
    unsigned number = 10;
    const auto commit = [&] {
        ASSERT_TRUE(run(store.add_customers(id_of(1), {sample_customer(number++)})));
        wait_until_merged(file, *connection);
    };

    auto stream = store.lists().all({.partner_id = id_of(1)});
    EXPECT_FALSE(stream->next(10, [](const listed_customer&) {}));
    for (int each = 0; each < 50; ++each) commit();
    const auto grown = log_bytes();
    stream.reset();
    for (int each = 0; each < 50; ++each) commit();

    EXPECT_LT(log_bytes(), grown + grown / 2);  // what was taken is used again
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t many = 5'000;
#else
constexpr std::size_t many = 100'000;
#endif

/// Adds and deletes customers beside those that stay, some at each step.
class coming_and_going {
public:
    explicit coming_and_going(partner_center::store& store) : store_{store} {}

    void step() {
        std::vector<new_customer> added;
        for (int each = 0; each < 5; ++each) {
            new_customer& customer = added.emplace_back(sample_customer(next_ % 50'000));
            customer.id.bytes[1] = 0xff;  // none that stays has it
            customer.id.bytes[2] = static_cast<std::uint8_t>(next_ >> 16U);
            customer.domain = "guest" + std::to_string(next_) + ".example";
            customer.company_name = "Company " + std::to_string(random_() % many);
            guests_.push_back(customer.id);
            ++next_;
        }
        ASSERT_TRUE(run(store_.add_customers(id_of(1), std::move(added))));
        change departures;
        while (guests_.size() > 20) {
            std::swap(guests_[random_() % guests_.size()], guests_.back());
            departures.add(store::delete_customer(id_of(1), guests_.back()));
            guests_.pop_back();
        }
        ASSERT_FALSE(run(store_.commit(std::move(departures))));
    }

private:
    partner_center::store& store_;
    std::mt19937 random_{7};
    std::vector<guid> guests_{};
    unsigned next_{0};
};

TEST_F(CustomerLists, MissAndDoubleNobodyWhoStaysWhileOthersComeAndGo) {
    std::set<std::array<std::uint8_t, 16>> staying;
    std::vector<new_customer> batch;
    for (std::size_t number = 0; number < many; ++number) {
        new_customer& each = batch.emplace_back(sample_customer(unsigned(number)));
        each.id.bytes[13] = static_cast<std::uint8_t>(number >> 16U);
        each.id.bytes[1] = 1;
        each.domain = "stays" + std::to_string(number) + ".example";
        staying.insert(each.id.bytes);
        if (batch.size() == 10'000 || number + 1 == many) {
            ASSERT_TRUE(run(fresh.store.add_customers(id_of(1), std::exchange(batch, {}))));
        }
    }
    ASSERT_EQ(staying.size(), many);
    coming_and_going guests{fresh.store};

    struct walk {
        std::size_t size{};
        std::string of{};  ///< numbers that begin so
    };
    // Small pages walk through a stretch, so that the test does not take for ever.
    for (const auto& [size, of] :
         std::vector<walk>{{1, "99"}, {7, "9"}, {100, ""}, {499, ""}, {500, ""}}) {
        const customer_selection selection = named("Company " + of);
        std::map<std::array<std::uint8_t, 16>, int> seen;
        customer_position after = customer_lists::beginning(selection);
        const customer_taker take = [&](const listed_customer& each) {
            after = {std::string{each.name_order}, each.id};
            ++seen[each.id.bytes];
        };
        std::size_t pages = 0;
        for (bool more = true; more; ++pages) {
            if (pages % 50 == 0) guests.step();
            more = run(lists.page(selection, after, size, take));
        }

        std::size_t stayed = 0;
        for (const auto& [id, times] : seen) {
            EXPECT_EQ(times, 1) << size;
            stayed += staying.count(id);
        }
        std::size_t expected = 0;
        for (std::size_t number = 0; number < many; ++number) {
            if (std::to_string(number).starts_with(of)) ++expected;
        }
        EXPECT_EQ(stayed, expected) << size;
        EXPECT_GE(pages * size, expected);
    }
}

}  // namespace
}  // namespace partner_center
