// Cuts the power at random moments of concurrent writing and starts again with what the disk may
// hold then. More cuts: PARTNERD_POWER_CUTS=10000, from another seed: PARTNERD_SEED=5000. Calls
// sqlite_writer on power_cut_vfs.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "embedded/sqlite_schema.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_writer.hpp"
#include "store/testing.hpp"
#include "tests/faults/power_cut_vfs.hpp"
#include "tests/faults/witness.hpp"

namespace partner_center {
namespace {

using namespace testing;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t seeds_of_this_build = 100;
#else
constexpr std::uint64_t seeds_of_this_build = 1'000;
#endif

[[nodiscard]] std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* const text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// How a disk and SQLite behave in a run.
struct conditions {
    bool disk_ignores_sync{};
    bool sqlite_syncs{true};
};

awaitable<void> add_pairs(
    sqlite_writer& writer, numbers& done, std::uint32_t first, std::size_t length
) {
    for (std::uint32_t number = first; number < first + 12; ++number) {
        auto outcome = co_await writer.write(adding_pair(number, length * (number % 7)));
        EXPECT_FALSE(outcome.refused_by);
        done.insert(number);
    }
}

/// Writes until the power goes; what was acknowledged.
[[nodiscard]] numbers write_until_dark(sqlite_connection connection, std::uint64_t seed) {
    numbers done;
    sqlite_writer writer{std::move(connection), std::chrono::steady_clock::now};
    boost::asio::io_context reactor{1};
    std::vector<std::future<void>> callers;
    for (std::uint32_t caller = 0; caller < 8; ++caller) {
        callers.push_back(boost::asio::co_spawn(
            reactor,
            add_pairs(writer, done, 100 * caller + 1, seed % 1'500),
            boost::asio::use_future
        ));
    }
    reactor.run();
    for (auto& each : callers) {
        try {
            each.get();
        } catch (const store_error&) {
            // The power went.
        }
    }
    return done;
}

[[nodiscard]] bool includes(const numbers& all, const numbers& some) {
    return std::ranges::includes(all, some);
}

/// For what is not of interest: a disk that is in no hurry to sync.
class quick_disk {
public:
    [[nodiscard]] sqlite_options options(const std::filesystem::path& file) const {
        return {.file = file, .vfs = shim_.name()};
    }

private:
    const vfs_shim shim_{
        "quick",
        [](const disk_call& call) {
            return call.operation == disk_operation::sync ? pretend : SQLITE_OK;
        },
        vfs_shim::standing::by_name};
};

/// A database with nothing but the schema.
[[nodiscard]] const std::filesystem::path& empty_database(const quick_disk& quick) {
    static const temporary_directory directory;
    static const std::filesystem::path file = [&] {
        const sqlite_file made{quick.options(directory / "partnerd.db")};
        return directory / "partnerd.db";
    }();
    return file;
}

/// What is wrong after the power was cut once; empty when nothing is.
[[nodiscard]] std::string wrong_after_cut(std::uint64_t seed, const conditions& conditions) {
    const quick_disk quick;
    std::mt19937_64 random{seed};
    const temporary_directory before;
    const temporary_directory after;
    // The schema is there already, but for one of eight.
    const bool is_new = random() % 8 == 0;
    const std::string name = "partnerd.db";
    if (is_new) {
        std::ofstream{before / name};
    } else {
        std::filesystem::copy_file(empty_database(quick), before / name);
    }

    power_cut_disk disk{
        {.cut_after = random() % (is_new ? 200 : 600),
         .ignores_sync = conditions.disk_ignores_sync}};
    const vfs_shim shim{"power-" + std::to_string(seed), disk.hook(), vfs_shim::standing::by_name};
    numbers done;
    try {
        sqlite_connection connection{
            {.file = before / name, .vfs = shim.name(), .log_pages_max = 30},
            sqlite_connection::use::writing};
        migrate(connection, sqlite_schema());
        if (!conditions.sqlite_syncs) connection.run_script("PRAGMA synchronous = OFF");
        done = write_until_dark(std::move(connection), random());
    } catch (const store_error&) {
        // The power went while the file was opened.
    }
    const auto fate = static_cast<unsynced>(random() % 4);
    disk.cut(after.path(), fate, random());

    try {
        sqlite_file file{quick.options(after / name)};
        left_over left{after / name};
        const numbers found = left.partners();
        if (const auto text = left.integrity(); text != "ok") return "damaged: " + text;
        if (!includes(found, done)) return "an acknowledged transaction is lost";
        if (found != left.applications()) return "a transaction is there in part";
        run(file.connect()->write(adding_pair(99'999, 10)));
    } catch (const std::exception& error) {
        return error.what();  // a cell of a damaged file may even have the wrong type
    }
    return {};
}

/// How many cuts; the name says so.
class PowerCuts : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(PowerCuts, LoseNothingThatWasAcknowledged) {
    const std::uint64_t first = number_from("PARTNERD_SEED", 0);
    for (std::uint64_t seed = first; seed < first + GetParam(); ++seed) {
        ASSERT_EQ(wrong_after_cut(seed, {}), "") << "seed " << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Store,
    PowerCuts,
    ::testing::Values(number_from("PARTNERD_POWER_CUTS", seeds_of_this_build)),
    [](const auto& each) { return std::to_string(each.param) + "Seeds"; }
);

[[nodiscard]] int wrong_of_hundred(const conditions& conditions) {
    int wrong = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        wrong += wrong_after_cut(seed, conditions).empty() ? 0 : 1;
    }
    return wrong;
}

TEST(PowerCutHarness, NoticesADiskThatIgnoresSyncs) {
    EXPECT_GE(wrong_of_hundred({.disk_ignores_sync = true}), 5);
}

TEST(PowerCutHarness, NoticesThatSqliteDoesNotSync) {
    EXPECT_GE(wrong_of_hundred({.sqlite_syncs = false}), 5);
}

/// What the writer says to who only asks.
[[nodiscard]] bool takes_writes(database& connection) {
    try {
        static_cast<void>(run(connection.write({})));
        return true;
    } catch (const store_error&) {
        return false;
    }
}

/// A disk, a writer on it with a short log, and what it was told to keep.
struct small_log {
    int log_pages_max{30};
    temporary_directory directory{};
    std::filesystem::path path{directory / "partnerd.db"};
    power_cut_disk disk{{}};
    vfs_shim shim{"losing", disk.hook(), vfs_shim::standing::by_name};
    /// The clock stands still: nothing is written but what a test writes.
    sqlite_options options{
        .file = path, .vfs = "losing", .log_pages_max = log_pages_max, .now = [] {
            return std::chrono::steady_clock::time_point{};
        }};
    sqlite_file file{options};
    std::unique_ptr<database> connection{file.connect()};
    numbers done{};
    std::uint32_t next{1};

    /// False when the write failed.
    bool add() {
        const std::uint32_t number = next++;
        try {
            run(connection->write(adding_pair(number, 2'000)));
            done.insert(number);
            return true;
        } catch (const store_error&) {
            return false;
        }
    }
    void add(int count) {
        for (int each = 0; each < count; ++each) EXPECT_TRUE(add());
        wait_until_merged(file, *connection);
    }

    /// Cuts the power, drops what is not synced, and expects the rest.
    void expect_all_after_cut() {
        const temporary_directory after;
        disk.cut(after.path(), unsynced::dropped, 0);
        const sqlite_file again{{.file = after / "partnerd.db"}};
        left_over left{after / "partnerd.db"};
        EXPECT_EQ(left.partners(), done);
        EXPECT_EQ(left.applications(), done);
        EXPECT_EQ(left.integrity(), "ok");
    }
};

TEST(FailedSync, OfTheLogIsAnsweredAsFailedAndTheNextWriteIsSafe) {
    small_log world;
    world.add(3);
    world.disk.lose_next_sync(disk_file::log);

    EXPECT_FALSE(world.add());

    world.add(20);
    world.expect_all_after_cut();
}

TEST(FailedSync, OfTheFileCopiesTheWholeLogAgain) {
    // So long that nothing but copies of parts in the background reach the file before the end.
    small_log world{.log_pages_max = 640};
    world.add(4);
    {
        // As long as there is a reader, nothing of the log is copied that is newer than its view.
        sqlite_connection early{world.options, sqlite_connection::use::reading};
        sqlite_connection late{world.options, sqlite_connection::use::reading};
        early.run("BEGIN");
        EXPECT_EQ(numbers_in(early, "SELECT id FROM partners").size(), 4U);
        world.add(4);
        late.run("BEGIN");
        EXPECT_EQ(numbers_in(late, "SELECT id FROM partners").size(), 8U);
        early.roll_back();
        world.disk.lose_next_sync(disk_file::database);
        // The next part that is copied, up to the late one's view, does not reach the disk, which
        // is told at once to who asks. When that part is due depends on how far the log got.
        while (takes_writes(*world.connection)) {
            ASSERT_LT(world.next, 100U);
            EXPECT_TRUE(world.add());
            wait_until_merged(world.file, *world.connection);
        }
        late.roll_back();
    }
    // The next write mends that: all is copied and synced once more. Where a copy has met the
    // log's end, the log begins anew, and forgets what it held before.
    for (int each = 0; each < 8; ++each) world.add(1);

    world.expect_all_after_cut();
}

TEST(FailedSync, KeepsWritesAwayWhileItFails) {
    small_log world;
    world.add(2);
    for (int time = 0; time < 3; ++time) {
        world.disk.lose_next_sync(disk_file::log);
        EXPECT_FALSE(world.add());
        EXPECT_FALSE(run(world.connection->read("SELECT 1 FROM partners", {})).empty());
    }

    world.add(2);

    world.expect_all_after_cut();
}

}  // namespace
}  // namespace partner_center
