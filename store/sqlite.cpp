// The SQLite driver: opens and migrates the file, shares its writer, has a turn's reads share a
// transaction. Calls sqlite_connection.cpp, migrations.cpp and sqlite_writer.cpp.
// SPDX-License-Identifier: MIT
#include "store/sqlite.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <deque>
#include <mutex>
#include <new>
#include <sys/stat.h>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "embedded/sqlite_schema.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_writer.hpp"

namespace partner_center {
namespace {

/// It holds personal data: one that came with wider permissions, say from a backup, is not used.
void refuse_unless_private(const std::filesystem::path& file) {
    struct stat status {};
    const bool known = ::stat(file.c_str(), &status) == 0;
    if (known && S_ISREG(status.st_mode) && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        throw store_error{
            "the database " + file.string() + " is open to other users; run: chmod 600 " +
            file.string()};
    }
}

/// The file belongs to the server's account alone; SQLite gives its companions (-wal, -shm) the
/// same mode. mknod, unlike open, leaves no descriptor: closing one would drop the locks that this
/// process may hold on the file through another connection.
void create_missing(const std::filesystem::path& file) {
    if (::mknod(file.c_str(), S_IFREG | S_IRUSR | S_IWUSR, 0) == 0) return;
    if (errno == EEXIST) return refuse_unless_private(file);
    const std::error_code reason{errno, std::generic_category()};
    const std::filesystem::path directory = std::filesystem::absolute(file).parent_path();
    std::error_code ignored;
    if (!std::filesystem::exists(directory, ignored) && reason.value() == ENOENT) {
        throw store_error{
            "cannot create the database " + file.string() + ": the directory " +
            directory.string() + " does not exist"};
    }
    throw store_error{"cannot create the database " + file.string() + ": " + reason.message()};
}

/// What one reactor's connection has counted. Only its own thread writes it.
struct alignas(64) read_counts {
    std::atomic<std::uint64_t> reads{};
    std::atomic<std::uint64_t> failures{};
};

void count(std::atomic<std::uint64_t>& counter) {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

/// Whose snapshots are open. Thread-safe.
class snapshot_places {
public:
    /// False when all places are taken, or all that one partner may have.
    [[nodiscard]] bool take(const guid& partner_id) {
        const std::lock_guard lock{mutex_};
        const auto own = std::ranges::count(taken_, partner_id);
        if (taken_.size() == snapshots_max || std::cmp_equal(own, partner_snapshots_max)) {
            return false;
        }
        taken_.push_back(partner_id);
        return true;
    }
    void give_back(const guid& partner_id) {
        const std::lock_guard lock{mutex_};
        taken_.erase(std::ranges::find(taken_, partner_id));
    }

private:
    std::mutex mutex_{};
    std::vector<guid> taken_{};
};

/// One of the places, given back when it goes.
class snapshot_place {
public:
    /// Nothing when there is none left. `places` outlives it.
    [[nodiscard]] static std::optional<snapshot_place> take(
        snapshot_places& places, const guid& partner_id
    ) {
        if (!places.take(partner_id)) return {};
        return snapshot_place{places, partner_id};
    }

private:
    struct give_back {
        guid partner_id{};
        void operator()(snapshot_places* places) const { places->give_back(partner_id); }
    };

    snapshot_place(snapshot_places& places, const guid& partner_id)
        : places_{&places, give_back{partner_id}} {}

    std::unique_ptr<snapshot_places, give_back> places_;
};

/// Lists are read in the order in which they stand on the disk: no page is read twice.
constexpr int snapshot_cache_kib = 128;

[[nodiscard]] sqlite_options options_of_snapshot(sqlite_options options) {
    options.cache_kib = snapshot_cache_kib;
    return options;
}

class sqlite_snapshot final : public snapshot {
public:
    sqlite_snapshot(const sqlite_options& options, snapshot_place place)
        : place_{std::move(place)},
          now_{options.now},
          end_{now_() + options.snapshot_time_max},
          connection_{options_of_snapshot(options), sqlite_connection::use::reading} {
        connection_.run("BEGIN");
    }

    void begin(std::string_view sql, std::vector<value> values) override {
        connection_.end_rows();
        values_ = std::move(values);
        connection_.begin_rows(sql, values_);
    }
    bool next(const row_taker& take) override {
        if (now_() >= end_) {
            throw store_error{
                "a list was given up: it was read so slowly that its snapshot grew too old"};
        }
        return connection_.next_rows(take);
    }

private:
    const snapshot_place place_;
    const std::function<std::chrono::steady_clock::time_point()> now_;
    const std::chrono::steady_clock::time_point end_;
    std::vector<value> values_{};  // as long as the statement that they are bound to
    sqlite_connection connection_;
};

class sqlite_database final : public database {
public:
    sqlite_database(
        const sqlite_options& options,
        sqlite_writer& writer,
        snapshot_places& snapshots,
        read_counts& counts
    )
        : options_{options},
          own_{std::make_shared<reader>(options)},
          writer_{writer},
          snapshots_{snapshots},
          counts_{counts} {}
    /// Callers that still wait are handed to their executors, which may end after this.
    ~sqlite_database() override { writer_.wait_until_answered(); }

    awaitable<rows> read(std::string_view sql, std::span<const value> values) override {
        count(counts_.reads);
        if (!own_->ends_soon) end_with_turn(co_await boost::asio::this_coro::executor);
        co_return attempt([&] { return own_->connection.run(sql, values); });
    }
    awaitable<bool> read_text(std::string_view sql, std::span<const value> values, std::string& out)
        override {
        count(counts_.reads);
        const auto version = own_->connection.version();
        if (version && known_.find(*version, sql, values, out)) co_return true;
        if (!own_->ends_soon) end_with_turn(co_await boost::asio::this_coro::executor);
        const std::size_t begin = out.size();
        const bool found = attempt([&] { return own_->connection.read_text(sql, values, out); });
        if (found) keep(sql, values, std::string_view{out}.substr(begin));
        co_return found;
    }
    awaitable<void> read_each(
        std::string_view sql, std::span<const value> values, const row_taker& take
    ) override {
        count(counts_.reads);
        if (!own_->ends_soon) end_with_turn(co_await boost::asio::this_coro::executor);
        attempt([&] { own_->connection.read_each(sql, values, take); });
    }
    std::unique_ptr<snapshot> begin_snapshot(const guid& partner_id) override {
        count(counts_.reads);
        auto place = snapshot_place::take(snapshots_, partner_id);
        if (!place) return {};
        try {
            return std::make_unique<sqlite_snapshot>(options_, *std::move(place));
        } catch (const store_error&) {
            count(counts_.failures);
            throw;
        }
    }
    awaitable<written> write(std::vector<statement> transaction) override {
        return writer_.write(std::move(transaction));
    }

private:
    struct reader {
        explicit reader(const sqlite_options& options)
            : connection{options, sqlite_connection::use::reading} {}

        sqlite_connection connection;
        bool ends_soon{};
    };

    /// The reads of one turn of the reactor's loop share a transaction: what is posted now runs
    /// when all that is ready has run. So a busy reactor seldom begins one, and none is held by an
    /// idle one: the end is sure before there is a beginning.
    void end_with_turn(const boost::asio::any_io_executor& reactor) {
        boost::asio::post(reactor, [weak = std::weak_ptr{own_}] {
            const auto own = weak.lock();
            if (!own) return;
            own->ends_soon = false;
            own->connection.end_reading();
        });
        own_->ends_soon = true;
    }

    void keep(std::string_view sql, std::span<const value> values, std::string_view text) {
        const auto& since = own_->connection.reads_since();
        if (!since) return;
        try {
            known_.remember(*since, sql, values, text);
        } catch (const std::bad_alloc&) {  // the read is answered all the same
        }
    }

    /// Reads in the turn's transaction. Counts a failure, and leaves nothing of what failed.
    template <class Read>
    std::invoke_result_t<Read> attempt(Read read) {
        try {
            own_->connection.begin_reading();
            return read();
        } catch (const store_error&) {
            count(counts_.failures);
            own_->connection.end_reading();
            throw;
        }
    }

    const sqlite_options& options_;
    std::shared_ptr<reader> own_;
    text_cache known_{};
    sqlite_writer& writer_;
    snapshot_places& snapshots_;
    read_counts& counts_;
};

[[nodiscard]] sqlite_connection open_and_migrate(const sqlite_options& options) {
    create_missing(options.file);
    sqlite_connection connection{options, sqlite_connection::use::writing};
    migrate(connection, sqlite_schema());
    return connection;
}

}  // namespace

class sqlite_file::implementation {
public:
    explicit implementation(sqlite_options options)
        : options_{std::move(options)}, writer_{open_and_migrate(options_), options_.now} {}

    [[nodiscard]] std::unique_ptr<database> connect() {
        return std::make_unique<sqlite_database>(options_, writer_, snapshots_, add_counts());
    }

    [[nodiscard]] store_counts counts() const {
        store_counts sum = writer_.counts();
        const std::lock_guard lock{mutex_};
        for (const read_counts& each : reads_) {
            sum.reads += each.reads.load(std::memory_order_relaxed);
            sum.read_failures += each.failures.load(std::memory_order_relaxed);
        }
        return sum;
    }

private:
    /// Opening a connection takes too long to be locked.
    [[nodiscard]] read_counts& add_counts() {
        const std::lock_guard lock{mutex_};
        return reads_.emplace_back();
    }

    const sqlite_options options_;
    sqlite_writer writer_;
    snapshot_places snapshots_{};
    mutable std::mutex mutex_{};       // guards the list, not what is counted in it
    std::deque<read_counts> reads_{};  // also of connections that are gone
};

sqlite_file::sqlite_file(sqlite_options options)
    : implementation_{std::make_unique<implementation>(std::move(options))} {}
sqlite_file::~sqlite_file() = default;
std::unique_ptr<database> sqlite_file::connect() {
    return implementation_->connect();
}
store_counts sqlite_file::counts() const {
    return implementation_->counts();
}

}  // namespace partner_center
