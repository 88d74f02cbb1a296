// The SQLite driver: opens and migrates the file, binds, steps, reads columns. Calls the SQLite
// library, migrations.cpp and sqlite_writer.cpp.
// SPDX-License-Identifier: MIT
#include "store/sqlite.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <sys/stat.h>
#include <system_error>

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

[[nodiscard]] std::string describe(sqlite3* handle, int code, const std::string& file) {
    const std::string message = sqlite3_errmsg(handle);
    switch (code & 0xff) {
        case SQLITE_NOTADB:
            return file + " is not an SQLite database: name another file or move this one away";
        case SQLITE_CORRUPT:
            return "the database " + file + " is damaged (" + message +
                   "): restore it from a backup";
        case SQLITE_READONLY:
            return "the database " + file +
                   " cannot be written: check the permissions of the file and of its directory";
        case SQLITE_BUSY:
            return "the database " + file + " is locked by another process";
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
            return "the database " + file + ": " + message + ": " +
                   std::generic_category().message(sqlite3_system_errno(handle));
        default:
            return "the database " + file + ": " + message;
    }
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

[[nodiscard]] value read_cell(sqlite3_stmt* row, int column) {
    switch (sqlite3_column_type(row, column)) {
        case SQLITE_NULL:
            return std::monostate{};
        case SQLITE_INTEGER:
            return std::int64_t{sqlite3_column_int64(row, column)};
        case SQLITE_TEXT: {
            const void* const text = sqlite3_column_text(row, column);
            const int bytes = sqlite3_column_bytes(row, column);
            return std::string{static_cast<const char*>(text), static_cast<std::size_t>(bytes)};
        }
        default: {
            const auto* const bytes =
                static_cast<const std::uint8_t*>(sqlite3_column_blob(row, column));
            guid id;
            if (sqlite3_column_bytes(row, column) != std::ssize(id.bytes)) {
                throw store_error{"the database holds an id that is not 16 bytes long"};
            }
            std::copy_n(bytes, id.bytes.size(), id.bytes.begin());
            return id;
        }
    }
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
    : file_{options.file} {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(
        file_.c_str(),
        &handle,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        options.vfs.empty() ? nullptr : options.vfs.c_str()
    );
    handle_.reset(handle);
    check(code);
    prepare_for(purpose);
}

void sqlite_connection::prepare_for(use purpose) {
    sqlite3* const handle = handle_.get();
    const bool writes = purpose == use::writing;
    const auto patience = writes ? writer_patience : reader_patience;
    check(sqlite3_busy_timeout(handle, static_cast<int>(patience.count())));
    // A file from elsewhere must not be able to run code or to harm itself through our statements.
    check(sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
    check(sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr));
    if (!writes) return run_script("PRAGMA query_only = ON");
    use_write_ahead_log();
    run_script("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
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
            "the database " + file_.string() + " cannot use write-ahead logging in this place"};
    }
}

rows sqlite_connection::run(std::string_view sql, std::span<const value> values) {
    sqlite3_stmt* const statement = prepare(sql);
    assert(sqlite3_bind_parameter_count(statement) == std::ssize(values));
    const resetter reset{statement};
    for (int at = 0; at < std::ssize(values); ++at) {
        check(std::visit(binder{statement, at + 1}, values[static_cast<std::size_t>(at)]));
    }
    const int columns = sqlite3_column_count(statement);
    std::vector<value> cells;
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
        for (int column = 0; column < columns; ++column) {
            cells.push_back(read_cell(statement, column));
        }
    }
    if (code != SQLITE_DONE) fail(code);
    return {static_cast<std::size_t>(columns), std::move(cells)};
}

void sqlite_connection::run(std::string_view sql) {
    static_cast<void>(run(sql, {}));
}

void sqlite_connection::run_script(std::string_view script) {
    check(sqlite3_exec(handle_.get(), std::string{script}.c_str(), nullptr, nullptr, nullptr));
}

bool sqlite_connection::in_transaction() const {
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

void sqlite_connection::roll_back() noexcept {
    if (in_transaction()) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
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

void sqlite_connection::check(int code) const {
    if (code != SQLITE_OK) fail(code);
}

void sqlite_connection::fail(int code) const {
    const std::string sentence = describe(handle_.get(), code, file_.string());
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
        throw uniqueness_error{sentence};
    }
    throw store_error{sentence};
}

namespace {

class sqlite_database final : public database {
public:
    sqlite_database(const sqlite_options& options, sqlite_writer& writer)
        : connection_{options, sqlite_connection::use::reading}, writer_{writer} {}
    /// Callers that still wait are handed to their executors, which may end after this.
    ~sqlite_database() override { writer_.wait_until_answered(); }

    awaitable<rows> read(std::string_view sql, std::span<const value> values) override {
        co_return connection_.run(sql, values);
    }
    awaitable<written> write(std::vector<statement> transaction) override {
        return writer_.write(std::move(transaction));
    }

private:
    sqlite_connection connection_;
    sqlite_writer& writer_;
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
        : options_{std::move(options)}, writer_{open_and_migrate(options_)} {}

    [[nodiscard]] std::unique_ptr<database> connect() {
        return std::make_unique<sqlite_database>(options_, writer_);
    }

private:
    const sqlite_options options_;
    sqlite_writer writer_;
};

sqlite_file::sqlite_file(sqlite_options options)
    : implementation_{std::make_unique<implementation>(std::move(options))} {}
sqlite_file::~sqlite_file() = default;
std::unique_ptr<database> sqlite_file::connect() {
    return implementation_->connect();
}

}  // namespace partner_center
