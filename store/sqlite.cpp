// The SQLite driver: opens and migrates the file, binds, steps, reads columns. Calls the SQLite
// library, migrations.cpp and sqlite_writer.cpp.
// SPDX-License-Identifier: MIT
#include "store/sqlite.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <deque>
#include <mutex>
#include <new>
#include <sys/stat.h>
#include <system_error>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <sqlite3.h>

#include "embedded/sqlite_schema.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_writer.hpp"

namespace partner_center {
namespace {

/// How long to wait for another process. In write-ahead mode readers wait only for its recovery.
constexpr std::chrono::milliseconds writer_patience{5000};
constexpr std::chrono::milliseconds reader_patience{100};
/// Readers keep their view of the file for a turn of their reactor.
constexpr std::chrono::milliseconds restart_patience{4};

/// How much of the log's index SQLite maps at a time.
constexpr int region_bytes = 32768;

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

/// What the operating system said, when it said something.
[[nodiscard]] std::string reason(sqlite3* handle) {
    const int number = sqlite3_system_errno(handle);
    return number == 0 ? std::string{} : " (" + std::generic_category().message(number) + ")";
}

/// A sentence without values of a statement: which file, what happened, what to do.
[[nodiscard]] std::string describe(sqlite3* handle, int code, const std::string& file) {
    switch (code) {
        case SQLITE_IOERR_FSYNC:
        case SQLITE_IOERR_DIR_FSYNC:
            return "the disk did not confirm what was written to the database " + file +
                   reason(handle) + ": check the disk";
        case SQLITE_IOERR_READ:
        case SQLITE_IOERR_SHORT_READ:
        case SQLITE_IOERR_CORRUPTFS:
            return "the database " + file + " could not be read" + reason(handle) +
                   ": check the disk";
        default:
            break;
    }
    switch (code & 0xff) {
        case SQLITE_NOTADB:
            return file + " is not an SQLite database: name another file or move this one away";
        case SQLITE_CORRUPT:
            return "the database " + file + " is damaged (" + sqlite3_errstr(code) +
                   "): restore it from a backup";
        case SQLITE_READONLY:
            return "the database " + file +
                   " cannot be written: check the permissions of the file and of its directory";
        case SQLITE_BUSY:
            return "the database " + file + " is locked by another process";
        case SQLITE_FULL:
            return "the database " + file + " cannot grow, its disk is full: make room";
        case SQLITE_IOERR:
            return "the database " + file + " met a disk I/O error" + reason(handle) +
                   ": check the disk";
        case SQLITE_CANTOPEN:
            return "the database " + file + ": " + sqlite3_errstr(code) + ": " +
                   std::generic_category().message(sqlite3_system_errno(handle));
        default:
            return "the database " + file + ": " + sqlite3_errmsg(handle);
    }
}

/// After a refused statement, or another process's lock, SQLite's state is as it was before.
[[nodiscard]] bool may_harm_connection(int code) {
    const int kind = code & 0xff;
    return kind != SQLITE_CONSTRAINT && kind != SQLITE_BUSY && kind != SQLITE_ERROR;
}

[[nodiscard]] std::optional<file_identity> identity_of(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    return file_identity{.device = status.st_dev, .number = status.st_ino};
}

[[nodiscard]] store_error moved(const std::filesystem::path& file) {
    return store_error{
        file.string() +
        " was moved, replaced or deleted under the running program: put it back, or restart with "
        "the file that is there"};
}

/// SQLite numbers parameters by first appearance, PostgreSQL by name: the two must agree.
[[nodiscard, maybe_unused]] bool is_numbered_in_order(sqlite3_stmt* statement) {
    for (int at = 1; at <= sqlite3_bind_parameter_count(statement); ++at) {
        const char* const name = sqlite3_bind_parameter_name(statement, at);
        if (name == nullptr || name != "$" + std::to_string(at)) return false;
    }
    return true;
}

/// Binds without copying: the values outlive the run.
struct binder {
    sqlite3_stmt* statement{};
    int at{};

    int operator()(std::monostate) const { return sqlite3_bind_null(statement, at); }
    int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, at, number); }
    int operator()(const std::string& text) const {
        return sqlite3_bind_text64(
            statement, at, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8
        );
    }
    int operator()(const guid& id) const {
        return sqlite3_bind_blob64(statement, at, id.bytes.data(), id.bytes.size(), SQLITE_STATIC);
    }
};

/// REQUIRES: the cell is a text. Good until the next step.
[[nodiscard]] std::string_view text_of(sqlite3_stmt* row, int column) {
    const void* const text = sqlite3_column_text(row, column);
    const int bytes = sqlite3_column_bytes(row, column);
    return {static_cast<const char*>(text), static_cast<std::size_t>(bytes)};
}

[[nodiscard]] guid id_of(sqlite3_stmt* row, int column, const sqlite_connection& from) {
    const auto* const bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(row, column));
    guid id;
    if (sqlite3_column_bytes(row, column) != std::ssize(id.bytes)) {
        throw store_error{
            "the database " + from.file().string() +
            " holds an id that is not 16 bytes long: restore it from a backup"};
    }
    std::copy_n(bytes, id.bytes.size(), id.bytes.begin());
    return id;
}

/// A cell as a value, or as a view that is good until the next step.
template <class Cell, class Text>
[[nodiscard]] Cell read_cell(sqlite3_stmt* row, int column, const sqlite_connection& from) {
    switch (sqlite3_column_type(row, column)) {
        case SQLITE_NULL:
            return std::monostate{};
        case SQLITE_INTEGER:
            return std::int64_t{sqlite3_column_int64(row, column)};
        case SQLITE_TEXT:
            return Text{text_of(row, column)};
        default:
            return id_of(row, column, from);
    }
}

/// No statement whose rows are handed over has more.
constexpr std::size_t columns_handed_over_max = 8;

/// Its count of the memory in use takes a lock that all connections share, several times a read.
/// Has to come before the library's first use; later it is refused, and costs that lock only.
void configure_library() {
    [[maybe_unused]] static const int refused = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Ends a run however it ends, and with it the read transaction of a SELECT.
struct resetter {
    sqlite3_stmt* statement{};
    ~resetter() { sqlite3_reset(statement); }
};

}  // namespace

void sqlite_connection::closer::operator()(sqlite3* handle) const {
    sqlite3_close(handle);
}
void sqlite_connection::closer::operator()(sqlite3_stmt* handle) const {
    sqlite3_finalize(handle);
}

sqlite_connection::sqlite_connection(const sqlite_options& options, use purpose)
    : options_{options}, purpose_{purpose}, file_id_{identity_of(options.file)} {
    open();
}

void sqlite_connection::open() {
    configure_library();
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(
        options_.file.c_str(),
        &handle,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        options_.vfs.empty() ? nullptr : options_.vfs.c_str()
    );
    handle_.reset(handle);
    check(code);
    const bool writes = purpose_ == use::writing;
    const auto patience = writes ? writer_patience : reader_patience;
    check(sqlite3_busy_timeout(handle, static_cast<int>(patience.count())));
    // A file from elsewhere must not be able to run code or to harm itself through our statements.
    check(sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
    check(sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr));
    // The writer has it merged when it knows that the disk is trusted.
    check(sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr));
    if (writes) {
        prepare_to_write();
    } else {
        run_script("PRAGMA query_only = ON");
        run_script("PRAGMA cache_size = -" + std::to_string(options_.cache_kib));
    }
    // Opens the log now: it is found by its name, which may not lead to it later.
    run_script("SELECT 1 FROM sqlite_schema");
    if (!log_id_) log_id_ = identity_of(log());
    find_log_index();
}

/// REQUIRES: the file was opened for writing before, which gives it a log.
void sqlite_connection::find_log_index() {
    log_index_ = nullptr;
    sqlite3_file& file = database_file();
    const sqlite3_io_methods& methods = *file.pMethods;
    volatile void* index = nullptr;
    if (methods.iVersion < 2 || methods.xShmMap(&file, 0, region_bytes, 0, &index) != SQLITE_OK) {
        return;
    }
    log_index_ = static_cast<const volatile std::uint64_t*>(index);
}

/// Read as SQLite reads it: one copy, then the other, which are written the other way round; they
/// differ while somebody writes them. Whatever the database holds, an index that is being built
/// anew is zeros, and one of an empty log is the same each time, without the random words (the
/// fifth) that a log begins with: these stand for no state.
[[gnu::no_sanitize_thread]] std::optional<database_version> sqlite_connection::version() const {
    if (log_index_ == nullptr) return {};
    database_version out{};
    database_version second{};
    for (std::size_t at = 0; at < out.size(); ++at) out[at] = log_index_[at];
    std::atomic_thread_fence(std::memory_order_acquire);
    for (std::size_t at = 0; at < out.size(); ++at) second[at] = log_index_[out.size() + at];
    std::atomic_thread_fence(std::memory_order_acquire);
    if (out != second || out[1] == 0 || out[4] == 0) return {};
    return out;
}

void sqlite_connection::begin_reading() {
    const auto now = version();
    if (now && now == reads_since_) return;
    end_reading();
    open_anew_when_stale();
    run("BEGIN");
    reads_since_ = now;
}

void sqlite_connection::end_reading() noexcept {
    reads_since_.reset();
    try {
        if (in_transaction()) run("COMMIT");
    } catch (const std::exception&) {
        roll_back();
    }
}

/// Never opens another file that meanwhile has the name. The old connection is closed when the new
/// one has read: while any is open SQLite keeps its index of the log, in which a failed commit is
/// not; without one it would read the log again, and might find and keep that commit.
void sqlite_connection::open_anew_when_stale() {
    if (!stale_ || in_transaction()) return;
    if (identity_of(options_.file) != file_id_) throw moved(options_.file);
    statements_.clear();
    auto old = std::move(handle_);
    try {
        open();
    } catch (...) {
        handle_ = std::move(old);
        throw;
    }
    stale_ = false;
}

void sqlite_connection::prepare_to_write() {
    use_write_ahead_log();
    run_script("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    // Finds more of what a damaged page can be, before more is written into it. For reading it
    // would cost too much of every page that comes from the disk.
    run_script("PRAGMA cell_size_check = ON");
    // What a burst of writes made of the log is given back to the disk.
    run_script("PRAGMA journal_size_limit = 67108864");
    // Takes the place of SQLite's own checkpoints, which tell nobody when they fail.
    const auto note_pages = [](void* out, sqlite3*, const char*, int pages) {
        *static_cast<int*>(out) = pages;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(handle_.get(), note_pages, log_pages_.get());
}

void sqlite_connection::use_write_ahead_log() {
    const auto deadline = std::chrono::steady_clock::now() + writer_patience;
    int code = SQLITE_BUSY;
    const auto first_cell = [](void* out, int, char** cells, char**) {
        *static_cast<std::string*>(out) = cells[0];
        return 0;
    };
    std::string mode;
    // Two processes that switch a new file at once would wait for each other; SQLite then tells one
    // of them at once that the file is busy, whatever the time-out says.
    while (code == SQLITE_BUSY && std::chrono::steady_clock::now() < deadline) {
        code = sqlite3_exec(handle_.get(), "PRAGMA journal_mode = WAL", first_cell, &mode, nullptr);
        if (code == SQLITE_BUSY) sqlite3_sleep(5);
    }
    check(code);
    if (mode != "wal") {
        throw store_error{
            "the database " + options_.file.string() +
            " cannot use write-ahead logging in this place"};
    }
}

sqlite3_stmt* sqlite_connection::bind(std::string_view sql, std::span<const value> values) {
    open_anew_when_stale();
    sqlite3_stmt* const statement = prepare(sql);
    assert(sqlite3_bind_parameter_count(statement) == std::ssize(values));
    for (int at = 0; at < std::ssize(values); ++at) {
        check(std::visit(binder{statement, at + 1}, values[static_cast<std::size_t>(at)]));
    }
    return statement;
}

template <class TakeRow>
void sqlite_connection::step(
    std::string_view sql, std::span<const value> values, TakeRow take_row
) {
    sqlite3_stmt* const statement = bind(sql, values);
    const resetter reset{statement};
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) take_row(statement);
    if (code != SQLITE_DONE) fail(code);
}

rows sqlite_connection::run(std::string_view sql, std::span<const value> values) {
    std::size_t columns = 0;
    std::vector<value> cells;
    step(sql, values, [&](sqlite3_stmt* row) {
        const int count = sqlite3_column_count(row);
        // Most statements answer with one row.
        if (cells.empty()) cells.reserve(static_cast<std::size_t>(count));
        for (int at = 0; at < count; ++at)
            cells.push_back(read_cell<value, std::string>(row, at, *this));
        columns = static_cast<std::size_t>(count);
    });
    return {columns, std::move(cells)};
}

bool sqlite_connection::read_text(
    std::string_view sql, std::span<const value> values, std::string& out
) {
    bool found = false;
    step(sql, values, [&](sqlite3_stmt* row) {
        if (sqlite3_column_type(row, 0) != SQLITE_TEXT) throw wrong_type_error();
        out += text_of(row, 0);
        found = true;
    });
    return found;
}

bool sqlite_connection::hand_over(sqlite3_stmt* statement, const row_taker& take) {
    std::array<cell_view, columns_handed_over_max> cells;
    const auto columns = static_cast<std::size_t>(sqlite3_column_count(statement));
    assert(columns <= cells.size());
    const std::span row{cells.data(), columns};
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
        for (std::size_t at = 0; at < columns; ++at) {
            row[at] =
                read_cell<cell_view, std::string_view>(statement, static_cast<int>(at), *this);
        }
        if (!take(row)) return true;
    }
    if (code != SQLITE_DONE) fail(code);
    return false;
}

void sqlite_connection::read_each(
    std::string_view sql, std::span<const value> values, const row_taker& take
) {
    sqlite3_stmt* const statement = bind(sql, values);
    const resetter reset{statement};
    static_cast<void>(hand_over(statement, take));
}

void sqlite_connection::begin_rows(std::string_view sql, std::span<const value> values) {
    rows_of_ = bind(sql, values);
}

bool sqlite_connection::next_rows(const row_taker& take) {
    return hand_over(rows_of_, take);
}

void sqlite_connection::end_rows() noexcept {
    sqlite3_reset(rows_of_);
    rows_of_ = nullptr;
}

void sqlite_connection::run(std::string_view sql) {
    static_cast<void>(run(sql, {}));
}

void sqlite_connection::run_script(std::string_view script) {
    check(sqlite3_exec(handle_.get(), std::string{script}.c_str(), nullptr, nullptr, nullptr));
}

bool sqlite_connection::in_transaction() const {
    return handle_ && sqlite3_get_autocommit(handle_.get()) == 0;
}

/// SQLite calls the hook that notes the pages only for a commit that wrote some.
bool sqlite_connection::commit() {
    *log_pages_ = 0;
    run("COMMIT");
    return *log_pages_ != 0;
}

void sqlite_connection::roll_back() noexcept {
    if (in_transaction()) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

std::filesystem::path sqlite_connection::log() const {
    return options_.file.string() + "-wal";
}

void sqlite_connection::refuse_unless_in_place() const {
    if (identity_of(options_.file) != file_id_) throw moved(options_.file);
    if (identity_of(log()) != log_id_) throw moved(log());
}

bool sqlite_connection::is_in_place() const {
    return identity_of(options_.file) == file_id_;
}

/// SQLite syncs the file only when nothing was committed meanwhile. It is synced here in any case,
/// so that little is left to sync for begin_log_anew().
void sqlite_connection::copy_log() {
    open_anew_when_stale();
    const int code = sqlite3_wal_checkpoint_v2(
        handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr
    );
    if ((code & 0xff) == SQLITE_BUSY) return;
    check(code);
    sqlite3_file& file = database_file();
    check(file.pMethods->xSync(&file, SQLITE_SYNC_NORMAL));
}

bool sqlite_connection::begin_log_anew() {
    const auto wait = [this](std::chrono::milliseconds patience) {
        check(sqlite3_busy_timeout(handle_.get(), static_cast<int>(patience.count())));
    };
    wait(restart_patience);
    const int code = sqlite3_wal_checkpoint_v2(
        handle_.get(), nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr
    );
    wait(writer_patience);
    if ((code & 0xff) == SQLITE_BUSY) return false;
    check(code);
    return true;
}

sqlite3_file& sqlite_connection::database_file() {
    sqlite3_file* file = nullptr;
    check(sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file));
    return *file;
}

/// SQLite notes in the index of the log (-shm) how much of it was copied, and has no call to take
/// that back. It builds the index anew, with nothing copied, when both copies of its header are not
/// valid (SQLite, "WAL-mode File Format", sections 2.1 and 2.4.1); zeros are not. Until that is
/// done (it reads all of the log), readers that meet the zeros wait for it, reader_patience at
/// most.
void sqlite_connection::copy_whole_log_again() {
    constexpr std::size_t headers_bytes = 96;
    constexpr int writer_lock = 0;
    sqlite3_file& file = database_file();
    const sqlite3_io_methods& methods = *file.pMethods;
    volatile void* index = nullptr;
    check(methods.xShmMap(&file, 0, region_bytes, 0, &index));
    check(methods.xShmLock(&file, writer_lock, 1, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE));
    std::fill_n(static_cast<volatile char*>(index), headers_bytes, '\0');
    check(methods.xShmLock(&file, writer_lock, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE));
    check(
        sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_FULL, nullptr, nullptr)
    );
}

void sqlite_connection::merge_log_at_close() noexcept {
    sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

sqlite3_stmt* sqlite_connection::prepare(std::string_view sql) {
    prepared& known = statements_[sql.data()];
    if (known.sql == sql) return known.handle.get();
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(
        handle_.get(),
        sql.data(),
        static_cast<int>(sql.size()),
        SQLITE_PREPARE_PERSISTENT,
        &statement,
        nullptr
    ));
    known.handle.reset(statement);
    known.sql = sql;
    assert(is_numbered_in_order(statement));
    return statement;
}

void sqlite_connection::check(int code) {
    if (code != SQLITE_OK) fail(code);
}

void sqlite_connection::fail(int code) {
    const std::string sentence = describe(handle_.get(), code, options_.file.string());
    stale_ = stale_ || may_harm_connection(code);
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
        throw uniqueness_error{sentence};
    }
    const int kind = code & 0xff;
    if (kind == SQLITE_FULL || kind == SQLITE_IOERR || kind == SQLITE_READONLY) {
        throw disk_error{sentence};
    }
    throw store_error{sentence};
}

namespace {

/// What one reactor's connection has counted. Only its own thread writes it.
struct alignas(64) read_counts {
    std::atomic<std::uint64_t> reads{};
    std::atomic<std::uint64_t> failures{};
};

void count(std::atomic<std::uint64_t>& counter) {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

/// One of the snapshots that may be open at once; given back when it goes.
class snapshot_place {
public:
    /// Nothing when all are taken. `taken` outlives it.
    [[nodiscard]] static std::optional<snapshot_place> take(std::atomic<unsigned>& taken) {
        snapshot_place place{taken};
        if (taken.fetch_add(1) >= snapshots_max) return {};
        return place;
    }

private:
    struct give_back {
        void operator()(std::atomic<unsigned>* taken) const { taken->fetch_sub(1); }
    };

    explicit snapshot_place(std::atomic<unsigned>& taken) : taken_{&taken} {}

    std::unique_ptr<std::atomic<unsigned>, give_back> taken_;
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
        std::atomic<unsigned>& snapshots,
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
    std::unique_ptr<snapshot> begin_snapshot() override {
        count(counts_.reads);
        auto place = snapshot_place::take(snapshots_);
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
    std::atomic<unsigned>& snapshots_;
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
        const std::lock_guard lock{mutex_};
        return std::make_unique<sqlite_database>(
            options_, writer_, snapshots_, reads_.emplace_back()
        );
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
    const sqlite_options options_;
    sqlite_writer writer_;
    std::atomic<unsigned> snapshots_{};  // that are open
    mutable std::mutex mutex_{};         // guards the list, not what is counted in it
    std::deque<read_counts> reads_{};    // also of connections that are gone
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
