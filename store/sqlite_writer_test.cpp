// Tests group commit: who shares a commit, who is answered what, when a disk is full. Calls
// sqlite.cpp on a real file.
// SPDX-License-Identifier: MIT
#include "store/sqlite_writer.hpp"

#include <atomic>
#include <csignal>
#include <future>
#include <sys/resource.h>
#include <thread>

#include <gtest/gtest.h>

#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;

constexpr std::string_view add_partner =
    "INSERT INTO partners (id, name, domain, cloud, sandbox, disabled)"
    " VALUES ($1, $2, $3, 'global', 0, 0)";
constexpr std::string_view count_partners = "SELECT count(*) FROM partners";

[[nodiscard]] std::vector<statement> adding_partner(unsigned number) {
    return {
        {.sql = add_partner,
         .values = {id_of(number), std::string{"name"}, std::to_string(number) + ".example"}}};
}

/// Breaks the check of the column.
[[nodiscard]] std::vector<statement> adding_wrong_partner(unsigned number) {
    std::vector<statement> transaction = adding_partner(number);
    transaction[0].values[2] = std::string{"UPPER.example"};
    return transaction;
}

struct fresh_database {
    temporary_directory directory{};
    std::filesystem::path path{directory / "partnerd.db"};
    sqlite_file file{{.file = path}};

    [[nodiscard]] std::int64_t partners() {
        rows found = run(file.connect()->read(count_partners, {}));
        return std::get<std::int64_t>(found.cell(0, 0));
    }
};

/// Keeps the writer from starting a commit, as another process could.
class write_lock {
public:
    explicit write_lock(const std::filesystem::path& file)
        : connection_{{.file = file}, sqlite_connection::use::writing} {
        connection_.run("BEGIN IMMEDIATE");
    }
    void release() { connection_.roll_back(); }

private:
    sqlite_connection connection_;
};

[[nodiscard]] std::future<written> start(
    boost::asio::io_context& reactor, database& connection, std::vector<statement> transaction
) {
    return boost::asio::co_spawn(
        reactor, connection.write(std::move(transaction)), boost::asio::use_future
    );
}

/// How many commits the write-ahead log holds: each ends with a frame that states the size of the
/// file, 4 bytes into the frame's header (SQLite's file format, section 4.1).
[[nodiscard]] int commits_in_log(const std::filesystem::path& database) {
    constexpr std::size_t log_header = 32;
    constexpr std::size_t frame = 24 + 4096;
    std::ifstream log{database.string() + "-wal", std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{log}, {}};
    int commits = 0;
    for (std::size_t at = log_header; at + frame <= bytes.size(); at += frame) {
        if (bytes.substr(at + 4, 4) != std::string(4, '\0')) ++commits;
    }
    return commits;
}

awaitable<void> add_partners(database& connection, unsigned first, unsigned count) {
    for (unsigned number = first; number < first + count; ++number) {
        const written outcome = co_await connection.write(adding_partner(number));
        EXPECT_FALSE(outcome.refused_by);
        // What was acknowledged is there to be read.
        const std::vector<value> values{id_of(number)};
        const rows found = co_await connection.read("SELECT 1 FROM partners WHERE id = $1", values);
        EXPECT_EQ(found.size(), 1U);
    }
}

TEST(GroupCommit, AnswersEveryWriterOfEveryReactor) {
    fresh_database fresh;
    constexpr unsigned reactors = 4;
    constexpr unsigned writers = 16;
    constexpr unsigned writes = 10;

    std::vector<std::thread> threads;
    for (unsigned reactor = 0; reactor < reactors; ++reactor) {
        threads.emplace_back([&fresh, reactor] {
            const auto connection = fresh.file.connect();
            boost::asio::io_context context{1};
            std::vector<std::future<void>> done;
            for (unsigned writer = 0; writer < writers; ++writer) {
                const unsigned first = 1 + (reactor * writers + writer) * writes;
                done.push_back(boost::asio::co_spawn(
                    context, add_partners(*connection, first, writes), boost::asio::use_future
                ));
            }
            context.run();
            for (auto& each : done) EXPECT_NO_THROW(each.get());
        });
    }
    for (std::thread& each : threads) each.join();

    EXPECT_EQ(fresh.partners(), reactors * writers * writes);
}

TEST(GroupCommit, ResumesCallerOnItsOwnThread) {
    fresh_database fresh;
    const auto connection = fresh.file.connect();
    const auto write = [](database& database) -> awaitable<std::thread::id> {
        static_cast<void>(co_await database.write(adding_partner(1)));
        co_return std::this_thread::get_id();
    };

    EXPECT_EQ(run(write(*connection)), std::this_thread::get_id());
}

TEST(GroupCommit, SharesOneCommitAmongThoseWhoGathered) {
    fresh_database fresh;
    const auto connection = fresh.file.connect();
    boost::asio::io_context reactor{1};
    const int before = commits_in_log(fresh.path);
    std::vector<std::future<written>> answers;
    write_lock lock{fresh.path};
    for (unsigned number = 1; number <= 100; ++number) {
        answers.push_back(start(reactor, *connection, adding_partner(number)));
    }
    reactor.poll();

    lock.release();
    reactor.run();

    for (auto& each : answers) EXPECT_FALSE(each.get().refused_by);
    EXPECT_EQ(fresh.partners(), 100);
    // One for whatever was there when the thread woke up, one for all others.
    EXPECT_GE(commits_in_log(fresh.path) - before, 1);
    EXPECT_LE(commits_in_log(fresh.path) - before, 2);
}

TEST(GroupCommit, KeepsNeighboursOfRefusedAndFailedTransactions) {
    fresh_database fresh;
    const auto connection = fresh.file.connect();
    boost::asio::io_context reactor{1};
    write_lock lock{fresh.path};
    auto first = start(reactor, *connection, adding_partner(1));
    auto second = start(reactor, *connection, adding_partner(2));
    auto same_again = start(reactor, *connection, adding_partner(2));
    auto wrong = start(reactor, *connection, adding_wrong_partner(3));
    auto last = start(reactor, *connection, adding_partner(4));
    reactor.poll();

    lock.release();
    reactor.run();

    EXPECT_FALSE(first.get().refused_by);
    EXPECT_FALSE(second.get().refused_by);
    EXPECT_EQ(same_again.get().refused_by, 0U);
    EXPECT_THROW(wrong.get(), store_error);
    EXPECT_FALSE(last.get().refused_by);
    EXPECT_EQ(fresh.partners(), 3);
}

TEST(GroupCommit, AnswersNobodyBeforeTheCommit) {
    fresh_database fresh;
    const auto connection = fresh.file.connect();
    boost::asio::io_context reactor{1};
    write_lock lock{fresh.path};
    auto answer = start(reactor, *connection, adding_partner(1));

    reactor.poll();
    EXPECT_FALSE(reactor.stopped());  // the caller waits, the reactor does not run out of work
    EXPECT_EQ(answer.wait_for(std::chrono::seconds{0}), std::future_status::timeout);

    lock.release();
    reactor.run();
    EXPECT_FALSE(answer.get().refused_by);
}

TEST(WriteAheadLog, StaysShortThoughWritersAndReadersNeverPause) {
    const temporary_directory directory;
    constexpr int log_pages_max = 64;
    const sqlite_options options{.file = directory / "partnerd.db", .log_pages_max = log_pages_max};
    sqlite_file file{options};
    const auto connection = file.connect();
    std::atomic<bool> ended{};
    std::thread reader{[&] {
        sqlite_connection other{options, sqlite_connection::use::reading};
        while (!ended) {
            other.run("BEGIN");
            EXPECT_EQ(other.run(count_partners, {}).size(), 1U);
            other.roll_back();
        }
    }};
    constexpr unsigned writers = 8;
    constexpr unsigned writes = 300;

    boost::asio::io_context reactor{1};
    std::vector<std::future<void>> done;
    for (unsigned writer = 0; writer < writers; ++writer) {
        done.push_back(boost::asio::co_spawn(
            reactor, add_partners(*connection, 1 + writer * writes, writes), boost::asio::use_future
        ));
    }
    reactor.run();
    ended = true;
    reader.join();

    for (auto& each : done) EXPECT_NO_THROW(each.get());
    // It was as long as the file is now at most, for the file never shrinks here. Each commit adds
    // three pages or more.
    const auto pages = std::filesystem::file_size(options.file.string() + "-wal") / 4096;
    EXPECT_GE(file.counts().commits, 300U);
    EXPECT_LT(pages, 10 * log_pages_max);
}

/// No file of this process can grow beyond so many bytes: a full disk, as the program sees it.
class full_disk {
public:
    explicit full_disk(std::uintmax_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~full_disk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    full_disk(const full_disk&) = delete;
    full_disk& operator=(const full_disk&) = delete;

private:
    void (*handler_)(int){std::signal(SIGXFSZ, SIG_IGN)};
    rlimit before_{};
};

TEST(GroupCommit, FailsEverybodyWhenTheDiskIsFullAndGoesOnWhenItIsNot) {
    fresh_database fresh;
    const auto connection = fresh.file.connect();
    run(connection->write(adding_partner(1)));
    boost::asio::io_context reactor{1};
    std::vector<std::future<written>> answers;
    {
        write_lock lock{fresh.path};
        for (unsigned number = 2; number <= 10; ++number) {
            answers.push_back(start(reactor, *connection, adding_partner(number)));
        }
        // Refused by its neighbour, which then is not kept either.
        answers.push_back(start(reactor, *connection, adding_partner(10)));
        reactor.poll();
        const full_disk full{0};  // the log may begin anew, and then grows over what it was

        lock.release();
        reactor.run();
    }

    for (auto& each : answers) EXPECT_THROW(each.get(), store_error);
    EXPECT_EQ(fresh.partners(), 1);
    EXPECT_FALSE(run(connection->write(adding_partner(2))).refused_by);
    EXPECT_EQ(fresh.partners(), 2);
}

TEST(GroupCommit, FinishesWhatWasHandedOverWhenItCloses) {
    const temporary_directory directory;
    const sqlite_options options{.file = directory / "partnerd.db"};
    boost::asio::io_context reactor{1};
    std::vector<std::future<written>> answers;
    {
        sqlite_file file{options};
        const auto connection = file.connect();
        for (unsigned number = 1; number <= 600; ++number) {
            answers.push_back(start(reactor, *connection, adding_partner(number)));
        }
        reactor.poll();
    }

    sqlite_file file{options};
    rows found = run(file.connect()->read(count_partners, {}));
    EXPECT_EQ(std::get<std::int64_t>(found.cell(0, 0)), 600);
    reactor.run();
    for (auto& each : answers) EXPECT_FALSE(each.get().refused_by);
}

TEST(GroupCommit, LetsReactorEndBeforeItsCallersWereResumed) {
    fresh_database fresh;
    std::future<written> answer;
    {
        boost::asio::io_context reactor{1};
        const auto connection = fresh.file.connect();
        write_lock lock{fresh.path};
        answer = start(reactor, *connection, adding_partner(1));
        reactor.poll();
        lock.release();
    }

    EXPECT_THROW(answer.get(), std::future_error);
    EXPECT_EQ(fresh.partners(), 1);
}

}  // namespace
}  // namespace partner_center
