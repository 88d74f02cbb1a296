// Tests that no read is older than what was acknowledged before it began, whoever committed it and
// however reads share transactions and texts; and that nothing is held by a reactor that is idle,
// by a read that failed, or for a connection that is gone. Calls the store, and a second process
// that writes.
// SPDX-License-Identifier: MIT
#include <exception>
#include <functional>
#include <optional>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "store/publishing.hpp"
#include "store/sqlite_connection.hpp"
#include "tests/support/program.hpp"

namespace partner_center {
namespace {

using namespace testing;

constexpr std::string_view document_sql =
    "SELECT document FROM profiles WHERE customer_id = $1 AND kind = 'billing'";
constexpr std::string_view no_id_sql = "SELECT x'0102' FROM profiles";
constexpr std::string_view no_text_sql =
    "SELECT etag FROM profiles WHERE customer_id = $1 AND kind = 'billing'";

/// A file with documents that hold a number, 0 at first.
struct published_file {
    temporary_directory directory{};
    std::filesystem::path path{directory / "partnerd.db"};
    sqlite_file file;
    std::unique_ptr<database> writer{file.connect()};

    explicit published_file(int log_pages_max)
        : file{{.file = path, .log_pages_max = log_pages_max}} {
        store all{file.connect()};
        run(all.tenants().add_partner(sample_partner(1)));
        std::vector<new_customer> customers;
        for (unsigned number = 0; number < published_documents; ++number) {
            customers.push_back(sample_customer(number + 100));
            customers.back().id = id_of(number);
        }
        run(all.add_customers(id_of(1), std::move(customers)));
        std::vector<statement> numbers;
        numbers.push_back({.sql = "UPDATE profiles SET document = '0' WHERE kind = 'billing'"});
        run(writer->write(std::move(numbers)));
    }

    /// As another process does it.
    void publish_elsewhere(unsigned document, unsigned number) const {
        const std::vector<std::string> words{
            FRESHNESS_WRITER, path, "once", std::to_string(document), std::to_string(number)};
        program other{words, directory.path()};
        if (other.wait() != 0) throw std::runtime_error{other.errors()};
    }
};

/// The number in a document, asked for in either way that there is.
enum class way { rows, text };

awaitable<std::uint64_t> read_number(database& connection, way how, unsigned document) {
    const std::array<value, 1> values{id_of(document)};
    if (how == way::text) {
        std::string text;
        const bool found = co_await connection.read_text(document_sql, values, text);
        if (!found) throw store_error{"there is no such document"};
        co_return std::stoull(text);
    }
    rows found = co_await connection.read(document_sql, values);
    co_return std::stoull(found.take<std::string>(0, 0));
}

/// Whether the log can start anew now, as it can when no read transaction needs what it holds. The
/// last commit must not have been merged yet: it is what readers hold.
[[nodiscard]] bool log_can_start_anew(const std::filesystem::path& file) {
    sqlite_connection other{{.file = file}, sqlite_connection::use::writing};
    other.run_script("PRAGMA busy_timeout = 0");
    rows outcome = other.run("PRAGMA wal_checkpoint(TRUNCATE)", {});
    return outcome.take<std::int64_t>(0, 0) == 0;
}

/// A reactor of this thread.
struct reactor_here {
    boost::asio::io_context loop{1};
    std::exception_ptr failure{};

    /// Goes on until there is nothing to do, as before an idle reactor waits.
    void run(awaitable<void> task) {
        auto note = [this](std::exception_ptr met) { failure = std::move(met); };
        boost::asio::co_spawn(loop, std::move(task), std::move(note));
        loop.restart();
        loop.poll();
        if (failure) std::rethrow_exception(failure);
    }
};

class EachWay : public ::testing::TestWithParam<way> {
protected:
    /// Nothing is merged in the background, which would keep the log from starting anew as well.
    published_file files_{1'000'000};
    std::unique_ptr<database> reader_{files_.file.connect()};
    reactor_here reactor_{};

    [[nodiscard]] awaitable<std::uint64_t> read(unsigned document) {
        return read_number(*reader_, GetParam(), document);
    }
};

using FreshRead = EachWay;

awaitable<void> expect_each_of(
    std::function<awaitable<std::uint64_t>(unsigned)> read, std::function<void(unsigned)> publish
) {
    for (unsigned number = 1; number <= 5; ++number) {
        publish(number);
        for (int times = 0; times < 3; ++times) {
            const std::uint64_t read_now = co_await read(1);
            EXPECT_EQ(read_now, number);
        }
    }
}

TEST_P(FreshRead, SeesInItsTurnWhatAnotherConnectionCommitted) {
    const auto publish = [this](unsigned number) { testing::publish(*files_.writer, 1, number); };

    reactor_.run(expect_each_of([this](unsigned document) { return read(document); }, publish));
}

TEST_P(FreshRead, SeesInItsTurnWhatAnotherProcessCommitted) {
    const auto publish = [this](unsigned number) { files_.publish_elsewhere(1, number); };

    reactor_.run(expect_each_of([this](unsigned document) { return read(document); }, publish));
}

TEST_P(FreshRead, SeesWhatWasCommittedAfterTheLogStartedAnewEachTime) {
    const auto read_once = [this](unsigned number) -> awaitable<void> {
        const std::uint64_t read_now = co_await read(1);
        EXPECT_EQ(read_now, number);
    };
    for (unsigned number = 1; number <= 5; ++number) {
        testing::publish(*files_.writer, 1, number);  // as many pages of the log as the last time
        reactor_.run(read_once(number));
        ASSERT_TRUE(log_can_start_anew(files_.path));
    }
}

/// Zeros over the index's headers, as the writer puts them there to have it built anew. Made
/// when nothing else is to come: closing a file drops the locks that the process holds on it.
class index_of_log {
public:
    explicit index_of_log(const std::filesystem::path& file)
        : descriptor_{::open((file.string() + "-shm").c_str(), O_RDWR | O_CLOEXEC)} {}
    ~index_of_log() { ::close(descriptor_); }
    index_of_log(const index_of_log&) = delete;
    index_of_log& operator=(const index_of_log&) = delete;

    void forget() const {
        const std::array<char, 96> zeros{};
        ASSERT_EQ(::pwrite(descriptor_, zeros.data(), zeros.size(), 0), std::ssize(zeros));
    }

private:
    int descriptor_;
};

TEST_P(FreshRead, SeesWhatWasCommittedWhenTheIndexOfTheLogIsBuiltAnewTwice) {
    const index_of_log index{files_.path};
    const auto read_once = [this](unsigned number) -> awaitable<void> {
        const std::uint64_t read_now = co_await read(1);
        EXPECT_EQ(read_now, number);
    };
    for (unsigned number = 1; number <= 3; ++number) {
        testing::publish(*files_.writer, 1, number);
        index.forget();
        reactor_.run(read_once(number));
    }
}

TEST_P(FreshRead, SeesWhatWasCommittedWhenTheIndexOfAnEmptyLogIsBuiltAnewTwice) {
    const index_of_log index{files_.path};
    const auto read_twice = [this](unsigned number) -> awaitable<void> {
        for (int time = 0; time < 2; ++time) {  // what is read again is kept
            const std::uint64_t read_now = co_await read(1);
            EXPECT_EQ(read_now, number);
        }
    };
    for (unsigned number = 1; number <= 3; ++number) {
        testing::publish(*files_.writer, 1, number);
        EXPECT_TRUE(log_can_start_anew(files_.path));
        index.forget();
        reactor_.run(read_twice(number));
    }
}

using TurnsTransaction = EachWay;

TEST_P(TurnsTransaction, IsHeldForTheTurnAndByNoIdleReactor) {
    const auto check = [this](unsigned number) -> awaitable<void> {
        testing::publish(*files_.writer, 1, number);
        const std::uint64_t read_now = co_await read(1);
        EXPECT_EQ(read_now, number);
        EXPECT_FALSE(log_can_start_anew(files_.path)) << "the turn's reads share a transaction";
    };
    for (unsigned number = 1; number <= 3; ++number) {
        reactor_.run(check(number));

        EXPECT_TRUE(log_can_start_anew(files_.path));
    }
}

TEST_P(TurnsTransaction, EndsWithItsConnection) {
    const auto leave = [this]() -> awaitable<void> {
        testing::publish(*files_.writer, 1, 1);
        const std::uint64_t read_now = co_await read(1);
        EXPECT_EQ(read_now, 1U);
        reader_.reset();
        EXPECT_TRUE(log_can_start_anew(files_.path));
    };

    reactor_.run(leave());  // what was to end it comes later
}

TEST_P(TurnsTransaction, IsNotHeldAfterAReadThatFailed) {
    const auto fail = [this](unsigned number) -> awaitable<void> {
        testing::publish(*files_.writer, 1, number);
        const std::array<value, 1> values{id_of(1)};
        std::string text;
        bool failed = false;
        try {
            if (GetParam() == way::text) {
                co_await reader_->read_text(no_text_sql, values, text);
            } else {
                co_await reader_->read(no_id_sql, {});
            }
        } catch (const store_error&) {
            failed = true;
        }
        EXPECT_TRUE(failed);
        EXPECT_EQ(text, "");
        EXPECT_TRUE(log_can_start_anew(files_.path));
        testing::publish(*files_.writer, 1, number + 1);
        const std::uint64_t read_now = co_await read(1);
        EXPECT_EQ(read_now, number + 1);
    };
    for (unsigned number = 1; number <= 5; number += 2) {
        reactor_.run(fail(number));

        EXPECT_TRUE(log_can_start_anew(files_.path));
    }
    EXPECT_EQ(files_.file.counts().read_failures, 3U);
}

const auto name_of_way = [](const auto& each) {
    return std::string{each.param == way::text ? "Text" : "Rows"};
};
INSTANTIATE_TEST_SUITE_P(Way, FreshRead, ::testing::Values(way::rows, way::text), name_of_way);
INSTANTIATE_TEST_SUITE_P(
    Way, TurnsTransaction, ::testing::Values(way::rows, way::text), name_of_way
);

TEST(ReadCounts, CountEachReadWhetherOrNotItsTextWasKnown) {
    published_file files{sqlite_options{}.log_pages_max};
    const auto reader = files.file.connect();
    const std::uint64_t before = files.file.counts().reads;

    for (int times = 0; times < 3; ++times) {
        run(read_number(*reader, way::text, 1));
        run(read_number(*reader, way::rows, 1));
    }

    EXPECT_EQ(files.file.counts().reads, before + 6);
    EXPECT_EQ(files.file.counts().read_failures, 0U);
}

/// Reads and publishes at once; what was read of each document must be no less than what was
/// acknowledged before. Over when there were reads enough, between commits enough of everybody.
class many_readers {
public:
    explicit many_readers(published_file& files)
        : files_{files}, shared_{map_publication(files.directory / "publication")} {}

    void run() {
        const std::vector<std::string> words{
            FRESHNESS_WRITER, files_.path, files_.directory / "publication", "4", "5"};
        program other{words, files_.directory.path()};
        std::vector<std::thread> threads;
        for (const unsigned first : {0U, 2U}) {
            auto publish = [this, first] {
                const auto connection = files_.file.connect();
                publish_until_over(*connection, shared_, {first, first + 1});
            };
            threads.emplace_back([this, publish] { note_failure(publish); });
            threads.emplace_back([this] { note_failure([this] { serve(); }); });
        }
        while (!shared_.over && !other.has_ended()) {
        }
        shared_.over = true;
        for (std::thread& each : threads) each.join();
        EXPECT_EQ(other.wait(), 0) << other.errors();
        for (unsigned document = 0; document < published_documents; ++document) {
            EXPECT_GE(shared_.acknowledged.at(document), commits_min) << "of document " << document;
        }
        EXPECT_GE(shared_.reads, reads_min);
        EXPECT_EQ(stale_, 0U) << "of " << shared_.reads;
    }

private:
    static constexpr std::uint64_t reads_min = 10'000;
    static constexpr std::uint64_t commits_min = 20;

    /// A reader's reactor, with several coroutines that read in each of its turns.
    void serve() {
        boost::asio::io_context reactor{1};
        const auto connection = files_.file.connect();
        const auto end_with = [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        };
        for (const way how : {way::rows, way::text, way::text, way::text}) {
            boost::asio::co_spawn(reactor, read_until_over(*connection, how), end_with);
        }
        reactor.run();
    }

    awaitable<void> read_until_over(database& connection, way how) {
        const auto reactor = co_await boost::asio::this_coro::executor;
        while (!shared_.over) {
            for (unsigned at = 0; at < 5 * published_documents; ++at) {
                const unsigned document = at % published_documents;
                const std::uint64_t before = shared_.acknowledged.at(document);
                const std::uint64_t found = co_await read_number(connection, how, document);
                stale_ += found < before ? 1 : 0;
                ++shared_.reads;
            }
            if (is_enough()) shared_.over = true;
            co_await boost::asio::post(reactor, boost::asio::use_awaitable);
        }
    }

    [[nodiscard]] bool is_enough() const {
        if (shared_.reads < reads_min) return false;
        for (const auto& each : shared_.acknowledged) {
            if (each < commits_min) return false;
        }
        return true;
    }

    template <class Task>
    void note_failure(Task task) {
        try {
            task();
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
            shared_.over = true;
        }
    }

    published_file& files_;
    publication& shared_;
    std::atomic<std::uint64_t> stale_{};
};

TEST(FreshReads, AreNoOlderThanWhatWasAcknowledgedBeforeThemWhoeverCommitsMeanwhile) {
    published_file files{sqlite_options{}.log_pages_max};

    many_readers{files}.run();
}

}  // namespace
}  // namespace partner_center
