// Statements on a connection to an SQLite file: binds, steps, reads columns. Calls the SQLite
// library.
// SPDX-License-Identifier: MIT
#include "store/sqlite_connection.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <system_error>
#include <utility>

#include <sqlite3.h>

namespace partner_center {
namespace {

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
    refuse_if_moved(options_.file, file_id_);
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

}  // namespace partner_center
