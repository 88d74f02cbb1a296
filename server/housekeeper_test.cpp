// What keeping house writes down and forgets, step by step with a clock of the test's own, and once
// with its thread.
// SPDX-License-Identifier: MIT
#include "server/housekeeper.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "server/api/audit_text.hpp"
#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using time_point = housekeeper::time_point;

constexpr time_point now{std::chrono::sys_days{std::chrono::days{20'000}}};

class Housekeeping : public ::testing::Test {
protected:
    Housekeeping() { run(all_.store.tenants().add_partner(sample_partner(1))); }

    [[nodiscard]] static profile_read read_at(time_point at) {
        profile_read out{
            .partner_id = id_of(1), .application_id = id_of(2), .customer_id = id_of(7), .at = at};
        out.correlation_id.fill('0');
        return out;
    }
    void change_at(time_point at) {
        change what = store::record(id_of(1), {.ticks = ticks_of(at), .document = "{}"});
        const answer_to_remember answer{
            .answer = {.body_hash = id_of(1), .status = 200, .body = "sealed", .is_sealed = true},
            .at = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count()};
        what.add(store::remember_answer(id_of(1), id_of(++changes_), answer));
        EXPECT_FALSE(run(all_.store.commit(std::move(what))));
    }
    [[nodiscard]] std::int64_t rows_of(std::string_view sql) {
        const auto connection = all_.file.connect();
        rows found = run(connection->read(sql, {}));
        return found.take<std::int64_t>(0, 0);
    }
    [[nodiscard]] std::int64_t answers() { return rows_of("SELECT count(*) FROM requests"); }
    [[nodiscard]] std::int64_t records() { return rows_of("SELECT count(*) FROM audit_records"); }
    [[nodiscard]] std::vector<std::int64_t> reads() {
        std::vector<std::int64_t> out;
        const profile_read_taker take = [&](const listed_profile_read& each) {
            out.push_back(each.at);
        };
        run(all_.store.reads().list(0, {}, take));
        return out;
    }

    fresh_store all_{};
    access_audit audit_{};
    profile_reads& reactor_{audit_.add_reactor()};
    const int nowhere_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    log lines_{{.descriptor = nowhere_}};
    housekeeper keeper_{
        all_.store,
        audit_,
        {.changes = std::chrono::days{90}, .reads = std::chrono::days{7}},
        lines_};
    unsigned changes_{};
};

TEST_F(Housekeeping, WritesReadsDownOnce) {
    reactor_.write(read_at(now));
    reactor_.write(read_at(now + 5ms));

    EXPECT_FALSE(keeper_.gather());
    keeper_.write(now + 1s);
    keeper_.write(now + 2s);

    const std::int64_t first =
        std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count();
    EXPECT_EQ(reads(), (std::vector<std::int64_t>{first, first + 5}));
    EXPECT_EQ(keeper_.written(), 2U);
    EXPECT_EQ(keeper_.dropped(), 0U);
}

TEST_F(Housekeeping, AsksToWriteEarlyWhenThereIsMuch) {
    for (std::size_t count = 1; count < reads_written_early; ++count) {
        reactor_.write(read_at(now));
        EXPECT_FALSE(count % 1'000 == 0 && keeper_.gather());
    }
    EXPECT_FALSE(keeper_.gather());
    reactor_.write(read_at(now));
    EXPECT_TRUE(keeper_.gather());
}

TEST_F(Housekeeping, KeepsWhatTheStoreDoesNotTakeAsFarAsThereIsRoom) {
    const auto connection = all_.file.connect();
    std::vector<statement> rename;
    rename.push_back({.sql = "ALTER TABLE profile_reads RENAME TO away", .values = {}});
    run(connection->write(std::move(rename)));
    for (std::size_t count = 0; count < gathered_reads_max + 5; ++count) {
        reactor_.write(read_at(now));
        if (count % 1'000 == 0) static_cast<void>(keeper_.gather());
    }
    static_cast<void>(keeper_.gather());
    keeper_.write(now);
    EXPECT_EQ(keeper_.written(), 0U);
    EXPECT_EQ(keeper_.dropped(), 5U);

    std::vector<statement> rename_back;
    rename_back.push_back({.sql = "ALTER TABLE away RENAME TO profile_reads", .values = {}});
    run(connection->write(std::move(rename_back)));
    keeper_.write(now + 1s);

    EXPECT_EQ(keeper_.written(), gathered_reads_max);
    EXPECT_EQ(reads().size(), gathered_reads_max);
}

TEST_F(Housekeeping, ForgetsWhatIsOldAndNothingElse) {
    change_at(now - std::chrono::days{90} - 1s);
    change_at(now - std::chrono::days{90});
    change_at(now - 24h - 1s);
    change_at(now - 23h);
    for (const auto age : {7 * 24h + 1s, 7 * 24h - 1s}) {
        reactor_.write(read_at(now - age));
        static_cast<void>(keeper_.gather());
        keeper_.write(now - age);
    }

    EXPECT_FALSE(keeper_.forget_old(now));

    EXPECT_EQ(answers(), 1);
    EXPECT_EQ(records(), 3);
    EXPECT_EQ(reads().size(), 1U);
}

TEST_F(Housekeeping, ForgetsInBoundedSteps) {
    for (int count = 0; count < 501; ++count) change_at(now - std::chrono::days{91});

    EXPECT_TRUE(keeper_.forget_old(now));
    EXPECT_EQ(records(), 1);
    EXPECT_FALSE(keeper_.forget_old(now));
    EXPECT_EQ(records(), 0);
    EXPECT_EQ(answers(), 0);
}

TEST_F(Housekeeping, WritesWhatIsLeftWhenItEnds) {
    {
        const housekeeping thread{keeper_};
        reactor_.write(read_at(now));
    }
    EXPECT_EQ(reads().size(), 1U);
}

TEST_F(Housekeeping, WritesByItselfWithoutBeingAsked) {
    const housekeeping thread{keeper_};
    reactor_.write(read_at(now));

    while (keeper_.written() == 0) std::this_thread::yield();

    EXPECT_EQ(reads().size(), 1U);
}

}  // namespace
}  // namespace partner_center
