// One connection to an SQLite file: prepared statements, values in, rows out, errors as sentences
// for the operator. Implemented in sqlite.cpp, the only file that calls the SQLite library.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/database.hpp"
#include "store/sqlite.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace partner_center {

/// A statement would have broken a primary key or a UNIQUE; the transaction goes on without it.
class uniqueness_error : public store_error {
    using store_error::store_error;
};

/// A connection; used by one thread at a time. Every method throws store_error unless it says not
/// to.
class sqlite_connection {
public:
    enum class use { reading, writing };

    /// Opens the file, which must exist. For writing, switches it to write-ahead logging.
    sqlite_connection(const sqlite_options& options, use purpose);

    /// Runs one statement, prepared at its first use. REQUIRES: `sql` is a constant; as many values
    /// as parameters. Throws uniqueness_error, too.
    [[nodiscard]] rows run(std::string_view sql, std::span<const value> values);
    /// Runs a statement that has no parameters and no answer.
    void run(std::string_view sql);
    /// Runs any number of statements that are not kept prepared.
    void run_script(std::string_view script);

    /// False also after an error that made SQLite give up the transaction by itself.
    [[nodiscard]] bool in_transaction() const;
    /// Leaves the transaction, if there is one. Never throws.
    void roll_back() noexcept;

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

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

    void prepare_for(use purpose);
    void use_write_ahead_log();
    [[nodiscard]] sqlite3_stmt* prepare(std::string_view sql);
    void check(int code) const;
    [[noreturn]] void fail(int code) const;

    std::filesystem::path file_;
    std::unique_ptr<sqlite3, closer> handle_;
    /// By the address of the constant, which costs no hash of the text; the text is compared.
    std::unordered_map<const char*, prepared> statements_{};
};

}  // namespace partner_center
