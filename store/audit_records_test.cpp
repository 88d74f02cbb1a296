// Lists of audit records: their order, their pages, what they leave out. Calls the store on a real
// file.
// SPDX-License-Identifier: MIT
#include "store/audit_records.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;
using texts = std::vector<std::string>;

class AuditRecords : public ::testing::Test {
protected:
    AuditRecords() {
        for (const unsigned number : {1U, 2U}) {
            run(all_.store.tenants().add_partner(sample_partner(number)));
        }
    }

    void add(std::int64_t ticks, std::string document) {
        add_for(1, {.ticks = ticks, .document = std::move(document)});
    }
    void add_for(unsigned partner, audit_entry entry) {
        EXPECT_FALSE(run(all_.store.commit(store::record(id_of(partner), std::move(entry)))));
    }
    [[nodiscard]] static audit_selection everything() {
        return {.partner_id = id_of(1), .from = 0, .until = 1'000};
    }
    [[nodiscard]] texts page(
        const audit_selection& selection, const audit_position& after, std::size_t count
    ) {
        texts out;
        const record_taker take = [&](const listed_record& each) {
            out.emplace_back(each.document);
            last_ = each.at;
            if (out.size() == 1) first_ = each.at;
        };
        more_ = run(records().page(selection, after, count, take));
        return out;
    }
    [[nodiscard]] texts list(const audit_selection& selection) {
        return page(selection, audit_records::beginning(selection), 100);
    }
    [[nodiscard]] audit_records& records() { return all_.store.audit(); }

    fresh_store all_{};
    bool more_{};
    audit_position first_{};
    audit_position last_{};
};

TEST_F(AuditRecords, AreListedTheNewestFirstForTheirPartnerAlone) {
    add(10, "a");
    add(30, "c");
    add(20, "b");
    add(30, "d");
    add_for(2, {.ticks = 25, .document = "theirs"});

    EXPECT_EQ(list(everything()), (texts{"d", "c", "b", "a"}));
    EXPECT_FALSE(more_);
}

TEST_F(AuditRecords, AreOfTheTimeThatIsAskedFor) {
    for (const std::int64_t ticks : {9, 10, 19, 20}) add(ticks, std::to_string(ticks));

    EXPECT_EQ(list({.partner_id = id_of(1), .from = 10, .until = 20}), (texts{"19", "10"}));
}

TEST_F(AuditRecords, ComeInPagesForwardsAndBackwards) {
    const texts all{"g", "f", "e", "d", "c", "b", "a"};
    for (auto each = all.rbegin(); each != all.rend(); ++each) add(5, *each);

    texts seen = page(everything(), audit_records::beginning(everything()), 3);
    EXPECT_TRUE(more_);
    const audit_position first_page = last_;
    add(6, "newer");
    for (std::string& each : page(everything(), last_, 3)) seen.push_back(std::move(each));
    const audit_position second_page = first_;
    for (std::string& each : page(everything(), last_, 3)) seen.push_back(std::move(each));
    EXPECT_FALSE(more_);
    EXPECT_EQ(seen, all);

    const auto before = run(records().page_before(everything(), first_, 3));
    EXPECT_EQ(before, first_page);
    EXPECT_EQ(page(everything(), before, 3), (texts{"d", "c", "b"}));
    EXPECT_EQ(
        run(records().page_before(everything(), second_page, 9)),
        audit_records::beginning(everything())
    );
}

TEST_F(AuditRecords, AreFoundByCustomerNameAndType) {
    add_for(
        1,
        {.ticks = 1,
         .customer_id = id_of(7),
         .customer_name = "Tidewater Straße",
         .resource_type = "customer",
         .document = "a"}
    );
    add_for(
        1,
        {.ticks = 2,
         .customer_id = id_of(8),
         .customer_name = "Cooperative",
         .resource_type = "partner_customer_dap",
         .document = "b"}
    );
    add_for(2, {.ticks = 2, .customer_id = id_of(7), .document = "theirs"});
    audit_selection some = everything();

    some.customer_id = id_of(7);
    EXPECT_EQ(list(some), (texts{"a"}));
    EXPECT_EQ(run(records().page_before(some, {.ticks = 1, .number = 0}, 0)).ticks, 1);
    some.customer_id.reset();
    some.company_name = "er strasse";
    EXPECT_EQ(list(some), (texts{"a"}));
    some.company_name.clear();
    some.resource_type = "partnercustomerdap";
    EXPECT_EQ(list(some), (texts{"b"}));
    some.resource_type = "partnercustomer";
    EXPECT_EQ(list(some), texts{});
}

TEST_F(AuditRecords, FillAPageAlsoByTheirSize) {
    const std::size_t third = audit_page_bytes_max / 3;
    char name = 'a';
    for (const std::size_t bytes :
         {third, third, third, third, std::size_t{1}, 2 * third, 5 * third, third}) {
        add(100 - name + 'a', std::string(bytes, name));
        ++name;
    }
    const auto begin_of = [](const texts& page) {
        std::string out;
        for (const std::string& each : page) out += each.front();
        return out;
    };
    std::vector<audit_position> firsts;
    std::vector<audit_position> starts{audit_records::beginning(everything())};
    std::vector<std::string> seen;
    do {
        seen.push_back(begin_of(page(everything(), starts.back(), 500)));
        firsts.push_back(first_);
        starts.push_back(last_);
    } while (more_);

    // Three thirds are a byte less than a whole.
    EXPECT_EQ(seen, (texts{"abcd", "efg", "h"}));
    for (const std::size_t each : {1U, 2U}) {
        const auto before = run(records().page_before(everything(), firsts[each], 500));
        const std::string again = begin_of(page(everything(), before, 500));
        EXPECT_EQ(again.back(), seen[each - 1].back());
        EXPECT_LE(again.size(), seen[each - 1].size());
    }
}

TEST_F(AuditRecords, GiveOthersATurnWhileTheyAreWalkedThrough) {
    change all;
    for (std::int64_t ticks = 0; ticks < 700; ++ticks) {
        all.add(store::record(id_of(1), {.ticks = ticks, .customer_name = "n", .document = "d"}));
    }
    ASSERT_FALSE(run(all_.store.commit(std::move(all))));
    audit_selection nobody = everything();
    nobody.company_name = "x";
    const record_taker take = [](const listed_record&) {};

    EXPECT_GE(turns_during(records().page(nobody, audit_records::beginning(nobody), 1, take)), 10U);
}

TEST_F(AuditRecords, AreFoundByTheirMoment) {
    add(10, "a");
    add(11, "b");
    add_for(2, {.ticks = 10, .document = "theirs"});

    texts found;
    const record_taker take = [&](const listed_record& each) { found.emplace_back(each.document); };
    run(records().at_moment(id_of(1), 10, take));

    EXPECT_EQ(found, (texts{"a"}));
}

/// SQLite's own words for how it would look.
TEST_F(AuditRecords, AreReadInTheOrderOfAnIndex) {
    const auto connection = all_.file.connect();
    using question = std::pair<std::string_view, std::size_t>;  // with how many parameters
    for (const auto& [sql, parameters] :
         {question{
              "EXPLAIN QUERY PLAN SELECT ticks, number,"
              " CASE WHEN ($1 = '' OR instr(customer_name, $1) > 0)"
              " AND ($2 = '' OR resource_type = $2) THEN document END FROM audit_records"
              " WHERE partner_id = $3 AND ticks >= $4 AND (ticks, number) < ($5, $6)"
              " ORDER BY ticks DESC, number DESC LIMIT $7",
              7},
          question{
              "EXPLAIN QUERY PLAN SELECT ticks, number, document FROM audit_records"
              " WHERE partner_id = $1 AND customer_id = $2 AND ticks >= $3"
              " AND (ticks, number) < ($4, $5) ORDER BY ticks DESC, number DESC LIMIT $6",
              6}}) {
        const std::vector<value> values(parameters);
        rows plan = run(connection->read(sql, values));
        ASSERT_EQ(plan.size(), 1U);
        EXPECT_NE(
            plan.take<std::string>(0, 3).find("USING INDEX audit_records_by_"), std::string::npos
        );
    }
}

TEST_F(AuditRecords, AreForgottenWhenTheyAreOldInBoundedSteps) {
    for (std::int64_t ticks = 0; ticks < 600; ++ticks) add(ticks, std::to_string(ticks));

    EXPECT_TRUE(run(all_.store.forget_old(0, 599)));
    EXPECT_EQ(list(everything()).size(), 100U);
    EXPECT_FALSE(run(all_.store.forget_old(0, 599)));
    EXPECT_EQ(list(everything()), (texts{"599"}));
}

}  // namespace
}  // namespace partner_center
