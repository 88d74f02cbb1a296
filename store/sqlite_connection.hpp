// One connection to an SQLite file: prepared statements, values in, rows out, errors as sentences
// for the operator. Implemented in sqlite_connection.cpp and sqlite_log.cpp, the only files that
// call the SQLite library.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/database.hpp"
#include "store/file_identity.hpp"
#include "store/sqlite.hpp"
#include "store/text_cache.hpp"

struct sqlite3;
struct sqlite3_file;
struct sqlite3_stmt;

namespace partner_center {

/// A statement would have broken a primary key or a UNIQUE; the transaction goes on without it.
class uniqueness_error : public store_error {
    using store_error::store_error;
};

/// The disk is full, cannot be written, or failed.
class disk_error : public store_error {
    using store_error::store_error;
};

/// A connection; used by one thread at a time. Every method throws store_error unless it says not
/// to. After an error that may have left something wrong in SQLite's memory (a failed read, damage)
/// it opens the file anew before its next statement that is not part of a transaction.
class sqlite_connection {
public:
    enum class use { reading, writing };

    /// Opens the file, which must exist. For writing, switches it to write-ahead logging.
    sqlite_connection(const sqlite_options& options, use purpose);

    /// Another connection to the same file, for the same purpose.
    [[nodiscard]] sqlite_connection another() const { return {options_, purpose_}; }

    /// Runs one statement, prepared at its first use. REQUIRES: `sql` is a constant; as many values
    /// as parameters. Throws uniqueness_error and disk_error, too.
    [[nodiscard]] rows run(std::string_view sql, std::span<const value> values);
    /// Runs a statement that answers with one text or nothing; see database::read_text().
    [[nodiscard]] bool read_text(
        std::string_view sql, std::span<const value> values, std::string& out
    );
    /// Runs a statement and hands its rows over; see database::read_each().
    void read_each(std::string_view sql, std::span<const value> values, const row_taker& take);
    /// Begins a statement whose rows next_rows() hands over. It holds a read transaction until
    /// end_rows(). REQUIRES: the values live as long.
    void begin_rows(std::string_view sql, std::span<const value> values);
    /// See snapshot::next(). REQUIRES: begin_rows(), and that it was not false yet.
    [[nodiscard]] bool next_rows(const row_taker& take);
    void end_rows() noexcept;
    /// Runs a statement that has no parameters and no answer.
    void run(std::string_view sql);
    /// Runs any number of statements that are not kept prepared.
    void run_script(std::string_view script);

    /// Changes with every commit of anybody, another process too; and when it has not changed,
    /// nobody has committed. Nothing when that cannot be told: there is no log, a commit is being
    /// published, or the index of the log is being built anew. (It is that index's header, which
    /// all processes share: SQLite, "WAL-mode File Format", section 2.1, WalIndexHdr. It counts the
    /// commits, and holds a checksum of all that the log holds.)
    [[nodiscard]] std::optional<database_version> version() const;

    /// Lets the reads that follow share one read transaction, which costs a lock on the file and
    /// its release. It is begun anew whenever anybody, another process too, has committed since: no
    /// read is older than the last commit before it.
    void begin_reading();
    /// The version just before the transaction was begun: what is read is of this or a later one.
    /// Nothing when there is no such transaction.
    [[nodiscard]] const std::optional<database_version>& reads_since() const {
        return reads_since_;
    }
    /// Ends it, if there is one. While it lasts the write-ahead log cannot start anew. Never
    /// throws.
    void end_reading() noexcept;

    /// False also after an error that made SQLite give up the transaction by itself.
    [[nodiscard]] bool in_transaction() const;
    /// Ends the transaction; false when it wrote nothing.
    [[nodiscard]] bool commit();
    /// Leaves the transaction, if there is one. Never throws.
    void roll_back() noexcept;

    /// Throws when the file or its write-ahead log is no longer what stands at its path: writes
    /// would go to a file that nobody finds again. For a connection that writes.
    void refuse_unless_in_place() const;
    [[nodiscard]] bool is_in_place() const;

    [[nodiscard]] int log_pages_max() const { return options_.log_pages_max; }
    /// What the write-ahead log held after this connection's last commit; 0 if that wrote nothing.
    [[nodiscard]] int log_pages() const { return *log_pages_; }
    /// Copies the log into the database file and syncs that, as far as readers allow it now. Others
    /// may commit meanwhile.
    void copy_log();
    /// The same between two commits, so that the log begins anew with the next. Waits for readers,
    /// 4 ms at most; false when they are in the way for longer.
    [[nodiscard]] bool begin_log_anew();
    /// Copies all of the log, also what was copied before: after a failed sync nobody knows which
    /// of it is on the disk. Waits for readers. Readers that come meanwhile wait for it as long as
    /// their patience is, and then throw: locked.
    void copy_whole_log_again();
    /// Merges the log into the file at close, if this is the last connection. Otherwise the log is
    /// left behind, for the next start to read. Never throws.
    void merge_log_at_close() noexcept;

    [[nodiscard]] const std::filesystem::path& file() const { return options_.file; }

private:
    struct closer {
        void operator()(sqlite3* handle) const;
        void operator()(sqlite3_stmt* handle) const;
    };
    using statement_handle = std::unique_ptr<sqlite3_stmt, closer>;
    struct prepared {
        std::string sql{};
        statement_handle handle{};
    };

    /// How long to wait for another process. In write-ahead mode readers wait only for its
    /// recovery.
    static constexpr std::chrono::milliseconds writer_patience{5000};
    static constexpr std::chrono::milliseconds reader_patience{100};

    /// Runs a statement and hands each row to `take_row`.
    template <class TakeRow>
    void step(std::string_view sql, std::span<const value> values, TakeRow take_row);
    /// Prepared and with its values, which are not copied.
    [[nodiscard]] sqlite3_stmt* bind(std::string_view sql, std::span<const value> values);
    /// Steps until the taker wants no more (true) or there is no more.
    [[nodiscard]] bool hand_over(sqlite3_stmt* statement, const row_taker& take);
    void open();
    void open_anew_when_stale();
    void prepare_to_write();
    [[nodiscard]] sqlite3_stmt* prepare(std::string_view sql);
    void check(int code);
    [[noreturn]] void fail(int code);

    // In sqlite_log.cpp.
    void use_write_ahead_log();
    void find_log_index();
    [[nodiscard]] std::filesystem::path log() const;
    [[nodiscard]] sqlite3_file& database_file();

    sqlite_options options_;
    use purpose_;
    std::optional<file_identity> file_id_;
    std::optional<file_identity> log_id_{};
    std::unique_ptr<int> log_pages_{std::make_unique<int>()};  // SQLite keeps its address
    std::unique_ptr<sqlite3, closer> handle_{};
    bool stale_{};
    const volatile std::uint64_t* log_index_{};
    std::optional<database_version> reads_since_{};
    /// By the address of the constant, which costs no hash of the text; the text is compared.
    std::unordered_map<const char*, prepared> statements_{};
    sqlite3_stmt* rows_of_{};  ///< what next_rows() steps
};

}  // namespace partner_center
