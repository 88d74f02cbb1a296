// What the store does, and says, on a disk that is full, read-only, stalled or tampered with, and
// that it goes on when that is over, without a restart. Calls the store on fault_vfs and on real
// files, and partnerd on a bad disk.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <future>
#include <optional>
#include <sys/mount.h>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "store/sqlite_writer.hpp"
#include "store/testing.hpp"
#include "tests/faults/fault_vfs.hpp"
#include "tests/faults/witness.hpp"
#include "tests/support/program.hpp"
#include <partner_center/curl_transport.hpp>

namespace partner_center {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

/// What a write or read is refused with; "done" when it is not.
template <class Do>
[[nodiscard]] std::string complaint(Do task) {
    try {
        task();
        return "done";
    } catch (const store_error& error) {
        return error.what();
    }
}

[[nodiscard]] std::string write(database& connection, std::uint32_t number) {
    return complaint([&] { run(connection.write(adding_pair(number, 100))); });
}

[[nodiscard]] std::size_t pairs(database& connection) {
    return run(connection.read("SELECT 1 FROM applications", {})).size();
}

/// A store on a disk that fails as planned.
struct bad_disk {
    std::atomic<int> seconds{};  // on the store's clock
    fault_plan plan{};
    vfs_shim shim{"bad", failing_as_planned(plan), vfs_shim::standing::by_name};
    temporary_directory directory{};
    /// The log is copied in the background only where a test asks for that: when that fails first,
    /// it is what writers are told.
    sqlite_options options{
        .file = directory / "partnerd.db", .vfs = "bad", .log_pages_max = 1'000'000, .now = [this] {
            return std::chrono::steady_clock::time_point{std::chrono::seconds{seconds}};
        }};
    std::optional<sqlite_file> file{options};
    std::unique_ptr<database> connection{file->connect()};

    void fail(int code, std::uint32_t operations) {
        plan.files = every_file;
        plan.operations = operations;
        plan.fail(code, 1, for_ever);
    }
};

struct spoken_fault {
    std::string_view name{};
    int code{};
    disk_operation operation{};
    std::string_view sentence{};  ///< after the file's name
};

const std::vector<spoken_fault> spoken_faults{
    {"Full", SQLITE_FULL, disk_operation::write, " cannot grow, its disk is full: make room"},
    {"Write", SQLITE_IOERR_WRITE, disk_operation::write, " met a disk I/O error"},
    {"Sync", SQLITE_IOERR_FSYNC, disk_operation::sync, ": check the disk"},
    {"ReadOnly",
     SQLITE_READONLY,
     disk_operation::write,
     " cannot be written: check the permissions of the file and of its directory"},
};

class SpokenFault : public ::testing::TestWithParam<spoken_fault> {};

TEST_P(SpokenFault, SaysWhichFileWhatHappenedAndWhatToDo) {
    bad_disk disk;
    EXPECT_EQ(write(*disk.connection, 1), "done");
    disk.fail(GetParam().code, mask_of({GetParam().operation}));

    const std::string first = write(*disk.connection, 2);
    const std::string second = write(*disk.connection, 3);

    const std::string file = disk.options.file.string();
    EXPECT_THAT(first, HasSubstr(file + std::string{GetParam().sentence}));
    EXPECT_THAT(second, HasSubstr("nothing is written since this: " + first));
    EXPECT_THAT(second, HasSubstr("reads go on, and each write tries again"));
    EXPECT_THAT(second, Not(HasSubstr("3.example")));
    EXPECT_EQ(pairs(*disk.connection), 1U);

    disk.plan.lift();
    EXPECT_EQ(write(*disk.connection, 3), "done");
    EXPECT_EQ(pairs(*disk.connection), 2U);
}

INSTANTIATE_TEST_SUITE_P(
    Disk,
    SpokenFault,
    ::testing::ValuesIn(spoken_faults),
    [](const auto& each) { return std::string{each.param.name}; }
);

TEST(Readiness, EndsWithTheDisksAndComesBackWithoutAWrite) {
    bad_disk disk;
    store data{disk.file->connect()};
    run(data.check());
    disk.fail(SQLITE_IOERR_FSYNC, mask_of({disk_operation::sync}));
    EXPECT_NE(write(*disk.connection, 1), "done");

    EXPECT_THROW(run(data.check()), store_error);
    disk.plan.lift();
    ++disk.seconds;

    EXPECT_NO_THROW(run(data.check()));
}

class FailingWrites : public ::testing::TestWithParam<spoken_fault> {};

TEST_P(FailingWrites, EndReadinessThoughNobodyWrites) {
    bad_disk disk;
    store data{disk.file->connect()};
    run(data.check());
    disk.fail(GetParam().code, mask_of({GetParam().operation}));
    ++disk.seconds;

    EXPECT_THAT(complaint([&] { run(data.check()); }), HasSubstr(GetParam().sentence));
    ++disk.seconds;
    EXPECT_THAT(complaint([&] { run(data.check()); }), HasSubstr("nothing is written since this"));
    disk.plan.lift();
    ++disk.seconds;
    EXPECT_NO_THROW(run(data.check()));
}

INSTANTIATE_TEST_SUITE_P(
    Disk,
    FailingWrites,
    ::testing::ValuesIn(spoken_faults),
    [](const auto& each) { return std::string{each.param.name}; }
);

TEST(Readiness, AsksTheDiskOnceASecondAndOtherwiseTellsTheLastOutcome) {
    bad_disk disk;
    store data{disk.file->connect()};
    store of_another_reactor{disk.file->connect()};
    const auto ask_often = [&] {
        for (int times = 0; times < 10; ++times) {
            static_cast<void>(complaint([&] { run(data.check()); }));
            static_cast<void>(complaint([&] { run(of_another_reactor.check()); }));
        }
    };
    disk.plan.files = mask_of({disk_file::log});
    disk.plan.operations = mask_of({disk_operation::sync});
    run(data.check());
    const std::uint64_t syncs = disk.plan.counted;
    ask_often();
    EXPECT_EQ(disk.plan.counted, syncs);
    ++disk.seconds;
    ask_often();
    EXPECT_EQ(disk.plan.counted, syncs + 1);

    disk.fail(SQLITE_FULL, mask_of({disk_operation::write}));
    ask_often();
    EXPECT_NO_THROW(run(data.check()));
    EXPECT_EQ(disk.plan.counted, 0U);
    ++disk.seconds;
    ask_often();
    EXPECT_EQ(disk.plan.counted, 1U);
    disk.plan.lift();
    EXPECT_THROW(run(data.check()), store_error);
    ++disk.seconds;
    EXPECT_NO_THROW(run(data.check()));
}

TEST(Readiness, EndsWithAFailedWriteAndComesBackWithAGoodOne) {
    bad_disk disk;
    store data{disk.file->connect()};
    run(data.check());
    disk.fail(SQLITE_FULL, mask_of({disk_operation::write}));
    EXPECT_NE(write(*disk.connection, 1), "done");
    disk.plan.lift();
    EXPECT_THROW(run(data.check()), store_error);

    EXPECT_EQ(write(*disk.connection, 1), "done");

    EXPECT_NO_THROW(run(data.check()));
}

/// So large that the file has no room for it once it may not grow; two rows, so that SQLite gives
/// up the statement and not the transaction.
constexpr std::string_view add_two_large =
    "INSERT INTO partners (id, name, domain, cloud, sandbox, disabled)"
    " SELECT randomblob(16), hex(zeroblob(100000)), lower(hex(randomblob(8))), 'global', 0, 0"
    " FROM (SELECT 1 UNION ALL SELECT 2)";

TEST(Readiness, EndsWithAStatementThatFailsThoughItsCommitDoesNot) {
    bad_disk disk;
    store data{disk.file->connect()};
    run(data.check());
    std::vector<statement> stop_growing;
    stop_growing.push_back({.sql = "PRAGMA max_page_count = 1"});
    run(disk.connection->write(std::move(stop_growing)));
    std::vector<statement> transaction;
    transaction.push_back({.sql = add_two_large});
    const std::string full =
        complaint([&] { run(disk.connection->write(std::move(transaction))); });
    EXPECT_THAT(full, HasSubstr("its disk is full"));

    EXPECT_EQ(complaint([&] { run(data.check()); }), full);
    ++disk.seconds;
    EXPECT_NO_THROW(run(data.check()));
}

TEST(FailedCommit, IsNotFoundInTheLogWhenTheOnlyConnectionIsOpenedAnew) {
    bad_disk disk;
    disk.connection.reset();
    disk.file.reset();
    sqlite_writer writer{
        sqlite_connection{disk.options, sqlite_connection::use::writing}, disk.options.now};
    run(writer.write(adding_pair(1, 100)));
    disk.fail(SQLITE_IOERR_FSYNC, mask_of({disk_operation::sync}));  // it was written, though
    EXPECT_THROW(run(writer.write(adding_pair(2, 100))), store_error);
    EXPECT_THROW(run(writer.write(adding_pair(2, 100))), store_error);
    disk.plan.lift();

    run(writer.write(adding_pair(3, 100)));

    left_over left{disk.options.file};
    EXPECT_EQ(left.partners(), (numbers{1, 3}));
}

TEST(FailedMerge, StopsWritesUntilTheFileTakesThem) {
    bad_disk disk;
    disk.connection.reset();
    disk.options.log_pages_max = 1;
    disk.file.emplace(disk.options);
    const auto connection = disk.file->connect();
    EXPECT_EQ(write(*connection, 1), "done");
    wait_until_merged(*disk.file, *connection);
    disk.fail(SQLITE_IOERR_WRITE, mask_of({disk_operation::write}));
    disk.plan.files = mask_of({disk_file::database});

    EXPECT_EQ(write(*connection, 2), "done");  // in the log; merging it fails after the answer
    wait_until_merged(*disk.file, *connection);
    EXPECT_THAT(write(*connection, 3), HasSubstr("nothing is written since this"));
    disk.plan.lift();

    EXPECT_EQ(write(*connection, 3), "done");
    EXPECT_EQ(pairs(*connection), 3U);
}

TEST(StalledMerge, HoldsNoCommitUp) {
    bad_disk disk;
    disk.connection.reset();
    disk.options.log_pages_max = 1'600;
    disk.file.emplace(disk.options);
    const auto connection = disk.file->connect();
    disk.plan.files = mask_of({disk_file::database});
    disk.plan.operations = mask_of({disk_operation::write});
    disk.plan.stalls = 1;
    std::uint32_t number = 1;

    auto commits = std::async(std::launch::async, [&] {
        while (disk.plan.stalled == 0) EXPECT_EQ(write(*connection, number++), "done");
        for (int count = 0; count < 20; ++count) EXPECT_EQ(write(*connection, number++), "done");
    });
    const auto ended = commits.wait_for(std::chrono::seconds{30});
    const bool still_stalled = disk.plan.stalled != 0;
    disk.plan.stalls = 0;
    commits.get();

    EXPECT_EQ(ended, std::future_status::ready);
    EXPECT_TRUE(still_stalled);
    wait_until_merged(*disk.file, *connection);
    EXPECT_EQ(pairs(*connection), number - 1);
}

TEST(StalledDisk, RefusesAtOnceWhenTooManyWaitAndKeepsReading) {
    bad_disk disk;
    boost::asio::io_context reactor{1};
    disk.plan.operations = mask_of({disk_operation::sync});
    disk.plan.files = every_file;
    disk.plan.stalls = 1;
    std::vector<std::future<written>> answers;
    for (std::uint32_t number = 1; number <= transactions_waiting_max; ++number) {
        answers.push_back(boost::asio::co_spawn(
            reactor, disk.connection->write(adding_pair(number, 10)), boost::asio::use_future
        ));
    }
    reactor.poll();
    EXPECT_EQ(disk.file->counts().queued, transactions_waiting_max);

    auto refused = boost::asio::co_spawn(
        reactor, disk.connection->write(adding_pair(1'000'000, 10)), boost::asio::use_future
    );
    reactor.poll();
    const bool at_once = refused.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
    EXPECT_EQ(pairs(*disk.connection), 0U);
    disk.plan.stalls = 0;
    reactor.run();

    EXPECT_TRUE(at_once);
    EXPECT_THROW(refused.get(), store_overloaded);
    for (auto& each : answers) EXPECT_FALSE(each.get().refused_by);
    EXPECT_EQ(pairs(*disk.connection), transactions_waiting_max);
    EXPECT_EQ(write(*disk.connection, 1'000'000), "done");
}

TEST(StoreCounts, TellReadsTransactionsCommitsAndFailures) {
    bad_disk disk;
    const store_counts before = disk.file->counts();
    EXPECT_EQ(write(*disk.connection, 1), "done");
    EXPECT_EQ(run(disk.connection->write(adding_pair(1, 1))).refused_by, 0U);
    EXPECT_EQ(pairs(*disk.connection), 1U);
    EXPECT_THROW(run(disk.connection->read("SELECT nothing", {})), store_error);
    disk.fail(SQLITE_FULL, mask_of({disk_operation::write}));
    EXPECT_NE(write(*disk.connection, 2), "done");
    disk.connection.reset();  // the counts stay; it waits until the writer has counted as well

    const store_counts after = disk.file->counts();

    EXPECT_EQ(after.reads - before.reads, 2U);
    EXPECT_EQ(after.read_failures - before.read_failures, 1U);
    EXPECT_EQ(after.transactions - before.transactions, 3U);
    EXPECT_EQ(after.commits - before.commits, 1U);
    EXPECT_EQ(after.write_failures - before.write_failures, 1U);
    EXPECT_EQ(after.queued, 0U);
}

/// A real file system of 1 MiB that can be filled up; without the right to mount one, a disk that
/// says it is full.
class small_disk {
public:
    small_disk() {
        is_real_ =
            ::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, "size=1m,mode=0700") == 0;
        plan_.files = every_file;
        plan_.operations = mask_of({disk_operation::write});
    }
    ~small_disk() {
        if (is_real_) ::umount2(directory_.path().c_str(), MNT_DETACH);
    }
    small_disk(const small_disk&) = delete;
    small_disk& operator=(const small_disk&) = delete;

    [[nodiscard]] sqlite_options options() const {
        return {.file = directory_ / "partnerd.db", .vfs = is_real_ ? "" : "small"};
    }
    void fill() {
        if (!is_real_) return plan_.fail(SQLITE_FULL, 1, for_ever);
        std::ofstream ballast{directory_ / "ballast", std::ios::binary};
        while (ballast << std::string(512, 'x') << std::flush) continue;
    }
    void make_room() {
        plan_.lift();
        std::filesystem::remove(directory_ / "ballast");
    }

private:
    temporary_directory directory_{};
    bool is_real_{};
    fault_plan plan_{};
    const vfs_shim shim_{"small", failing_as_planned(plan_), vfs_shim::standing::by_name};
};

TEST(FullDisk, StopsWritesAndNothingElse) {
    small_disk disk;
    sqlite_file file{disk.options()};
    const auto connection = file.connect();
    EXPECT_EQ(write(*connection, 1), "done");
    disk.fill();

    std::string answer = "done";
    std::uint32_t next = 2;
    // What the files had room for already is still taken.
    for (; answer == "done" && next < 2'000; ++next) answer = write(*connection, next);
    const std::size_t written = next - 2;

    EXPECT_THAT(answer, HasSubstr("cannot grow, its disk is full: make room"));
    EXPECT_EQ(pairs(*connection), written);
    EXPECT_EQ(pairs(*file.connect()), written);
    disk.make_room();
    EXPECT_EQ(write(*connection, next), "done");
    left_over left{disk.options().file};
    EXPECT_EQ(left.applications().size(), written + 1);
    EXPECT_EQ(left.integrity(), "ok");
}

/// A store on real files that somebody tampers with.
struct real_files {
    temporary_directory directory{};
    std::filesystem::path path{directory / "partnerd.db"};
    std::filesystem::path log{path.string() + "-wal"};
    std::filesystem::path elsewhere{directory / "elsewhere"};
    std::optional<sqlite_file> file{sqlite_options{.file = path}};
    std::unique_ptr<database> connection{file->connect()};

    /// Merges the log into the file.
    void open_again() {
        connection.reset();
        file.reset();
        file.emplace(sqlite_options{.file = path});
        connection = file->connect();
    }
    void expect_no_writes(const std::filesystem::path& moved) {
        EXPECT_EQ(
            write(*connection, 100),
            moved.string() +
                " was moved, replaced or deleted under the running program: put it back, or "
                "restart with the file that is there"
        );
        EXPECT_EQ(pairs(*connection), 1U);
    }
};

TEST(TamperedFile, MovedAwayIsNotWrittenToUntilItIsBack) {
    real_files files;
    EXPECT_EQ(write(*files.connection, 1), "done");
    std::filesystem::rename(files.path, files.elsewhere);
    files.expect_no_writes(files.path);

    std::filesystem::rename(files.elsewhere, files.path);

    EXPECT_EQ(write(*files.connection, 2), "done");
    EXPECT_EQ(pairs(*files.connection), 2U);
}

TEST(TamperedFile, ReplacedByAnotherLeavesThatOneAlone) {
    real_files files;
    EXPECT_EQ(write(*files.connection, 1), "done");
    std::filesystem::rename(files.path, files.elsewhere);
    std::ofstream{files.path} << "another";
    std::filesystem::permissions(files.path, std::filesystem::perms{0600});

    files.expect_no_writes(files.path);
    files.connection.reset();
    files.file.reset();

    EXPECT_EQ(testing::read_file(files.path), "another");
}

TEST(TamperedFile, DeletedLogIsSavedIntoTheFileAtTheEnd) {
    real_files files;
    EXPECT_EQ(write(*files.connection, 1), "done");
    std::filesystem::remove(files.log);
    files.expect_no_writes(files.log);

    files.open_again();

    EXPECT_EQ(pairs(*files.connection), 1U);
    EXPECT_EQ(write(*files.connection, 2), "done");
}

/// A document that is on a page of its own.
[[nodiscard]] new_customer large_customer(unsigned number) {
    new_customer out = sample_customer(number);
    out.billing.text = "{\"n\":\"" + std::to_string(number) + std::string(3'500, 'x') + "\"}";
    return out;
}

void put(const std::filesystem::path& path, std::size_t offset, const std::string& bytes) {
    std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
    file.seekp(static_cast<std::streamoff>(offset));
    file << bytes;
}

/// Fifty customers with a page each, all in the file and none in the log.
class damaged_file : public ::testing::Test {
protected:
    static constexpr std::size_t page = 4096;

    temporary_directory directory_{};
    std::filesystem::path path_{directory_ / "partnerd.db"};
    std::optional<sqlite_file> file_{};
    std::optional<store> data_{};

    void SetUp() override {
        {
            sqlite_file file{{.file = path_}};
            store data{file.connect()};
            run(data.tenants().add_partner(sample_partner(1)));
            for (unsigned number = 10; number < 60; ++number) {
                run(data.add_customers(id_of(1), {large_customer(number)}));
            }
        }
        file_.emplace(sqlite_options{.file = path_});
        data_.emplace(file_->connect());
    }

    /// "done" when the customer's document is what it should be.
    [[nodiscard]] std::string read(unsigned number) {
        return complaint([&] {
            const auto found =
                run(data_->find_profile<billing_profile>(id_of(1), id_of(number), std::string{}));
            EXPECT_TRUE(found);
            EXPECT_EQ(found->text, large_customer(number).billing.text);
        });
    }
    [[nodiscard]] std::string add(unsigned number) {
        return complaint([&] {
            EXPECT_TRUE(run(data_->add_customers(id_of(1), {large_customer(number)})));
        });
    }
    [[nodiscard]] std::string damage() const {
        return "the database " + path_.string() +
               " is damaged (database disk image is malformed): restore it from a backup";
    }
};

TEST_F(damaged_file, FailsWhoseDataIsDamagedAndNobodyElse) {
    const std::string good = testing::read_file(path_);
    const std::size_t at = good.find(large_customer(20).billing.text) / page * page;
    put(path_, at, std::string(page, '\x55'));

    EXPECT_EQ(read(20), damage());
    EXPECT_EQ(read(50), "done");
    EXPECT_EQ(add(60), "done");
    EXPECT_EQ(read(60), "done");
    EXPECT_EQ(read(20), damage());

    put(path_, at, good.substr(at, page));
    EXPECT_EQ(read(20), "done");
}

TEST_F(damaged_file, CutShortAnswersNothingWrongAndGoesOnWhenRestored) {
    const std::string good = testing::read_file(path_);
    std::filesystem::resize_file(path_, good.size() / 2);

    int failed = 0;
    for (unsigned number = 10; number < 60; ++number) failed += read(number) == "done" ? 0 : 1;
    EXPECT_GT(failed, 0);

    put(path_, 0, good);
    for (unsigned number = 10; number < 60; ++number) EXPECT_EQ(read(number), "done");
    EXPECT_EQ(add(60), "done");
}

TEST(PartnerdOnBadDisk, IsNotReadyWhileReadsFailAndServesAgainAfterwards) {
    const temporary_directory directory;
    const std::filesystem::path plan_file = directory / "plan";
    fault_plan& plan = map_fault_plan(plan_file);
    plan.files = every_file;
    plan.operations = mask_of({disk_operation::read});
    ::setenv(fault_plan_variable, plan_file.c_str(), 1);
    const std::vector<std::string> words{
        PARTNERD_ON_BAD_DISK,
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "127.0.0.1:0",
        "--data",
        directory / "data",
        "--ready-file",
        directory / "ready.json"};
    program server{words, directory.path()};
    ::unsetenv(fault_plan_variable);
    ASSERT_TRUE(server.wait_for(directory / "ready.json")) << server.errors();
    const std::string ready = testing::read_file(directory / "ready.json");
    const std::size_t begin = ready.find("http://", ready.find("adminUrl"));
    const std::string url = ready.substr(begin, ready.find('"', begin) - begin);
    const auto status = [&](const std::string& target) {
        return make_curl_transport({})
            ->exchange({.base_url = url, .request = {.method = "GET", .target = target}})
            .value()
            .status;
    };

    plan.fail(SQLITE_IOERR_READ, 1, for_ever);
    EXPECT_EQ(status("/readyz"), 503U);
    EXPECT_EQ(status("/healthz"), 200U);
    EXPECT_GT(plan.failed, 0U);
    plan.lift();
    // Housekeeping may have met the failure too: then writes go on after the next look at the disk.
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (status("/readyz") != 200U && std::chrono::steady_clock::now() < patience) {
        ::poll(nullptr, 0, 5);
    }
    EXPECT_EQ(status("/readyz"), 200U);

    server.signal(SIGTERM);
    EXPECT_EQ(server.wait(), 0);
    EXPECT_THAT(server.errors(), HasSubstr("could not be read"));
}

}  // namespace
}  // namespace partner_center
