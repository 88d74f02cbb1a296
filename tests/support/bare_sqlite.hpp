// SQLite with nothing around it, as a measure of what the driver costs. Calls the SQLite library.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include <partner_center/guid.hpp>

namespace partner_center::testing {

/// A prepared statement. Its connection outlives it.
class bare_statement {
public:
    bare_statement(sqlite3* handle, const char* sql) : handle_{handle} {
        sqlite3_stmt* made = nullptr;
        if (sqlite3_prepare_v2(handle, sql, -1, &made, nullptr) != SQLITE_OK) fail();
        statement_.reset(made);
    }

    /// Binds these values and takes as many steps as it has rows.
    template <class... Values>
    void run(const Values&... values) {
        int number = 0;
        (bind(++number, values), ...);
        int code = SQLITE_ROW;
        while (code == SQLITE_ROW) code = sqlite3_step(statement_.get());
        if (code != SQLITE_DONE) fail();
        sqlite3_reset(statement_.get());
    }

    /// The first column of the only row.
    [[nodiscard]] std::string text() {
        if (sqlite3_step(statement_.get()) != SQLITE_ROW) fail();
        const auto* const bytes =
            static_cast<const char*>(sqlite3_column_blob(statement_.get(), 0));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), 0));
        std::string out{bytes, size};
        sqlite3_reset(statement_.get());
        return out;
    }

private:
    struct closer {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };

    void bind(int number, std::int64_t value) {
        sqlite3_bind_int64(statement_.get(), number, value);
    }
    void bind(int number, std::string_view text) {
        const int size = static_cast<int>(text.size());
        sqlite3_bind_text(statement_.get(), number, text.data(), size, SQLITE_STATIC);
    }
    void bind(int number, const guid& id) {
        const int size = static_cast<int>(id.bytes.size());
        sqlite3_bind_blob(statement_.get(), number, id.bytes.data(), size, SQLITE_STATIC);
    }
    [[noreturn]] void fail() const { throw std::runtime_error{sqlite3_errmsg(handle_)}; }

    sqlite3* handle_;
    std::unique_ptr<sqlite3_stmt, closer> statement_{};
};

/// Updates profiles the way the SQLite documentation would have it: one connection, one prepared
/// statement, write-ahead logging with SQLite's own checkpoints, synchronous=FULL.
class bare_sqlite {
public:
    explicit bare_sqlite(const std::filesystem::path& file) {
        sqlite3* handle = nullptr;
        sqlite3_open(file.c_str(), &handle);
        handle_.reset(handle);
        run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
        constexpr const char* update =
            "UPDATE profiles SET etag = $1, document = $2"
            " WHERE partner_id = $3 AND customer_id = $4 AND kind = 'billing' RETURNING etag";
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v2(handle, update, -1, &statement, nullptr), SQLITE_OK);
        update_.reset(statement);
    }

    [[nodiscard]] bare_statement prepare(const char* sql) { return {handle_.get(), sql}; }

    void run(const char* sql) {
        check(sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr), SQLITE_OK);
    }

    void update(
        std::int64_t etag, const std::string& document, const guid& partner, const guid& customer
    ) {
        sqlite3_stmt* const statement = update_.get();
        const int length = static_cast<int>(document.size());
        const int id_length = static_cast<int>(partner.bytes.size());
        sqlite3_bind_int64(statement, 1, etag);
        sqlite3_bind_text(statement, 2, document.data(), length, SQLITE_STATIC);
        sqlite3_bind_blob(statement, 3, partner.bytes.data(), id_length, SQLITE_STATIC);
        sqlite3_bind_blob(statement, 4, customer.bytes.data(), id_length, SQLITE_STATIC);
        check(sqlite3_step(statement), SQLITE_ROW);
        check(sqlite3_step(statement), SQLITE_DONE);
        sqlite3_reset(statement);
    }

private:
    struct closer {
        void operator()(sqlite3* handle) const { sqlite3_close(handle); }
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };

    void check(int code, int expected) {
        if (code != expected) throw std::runtime_error{sqlite3_errmsg(handle_.get())};
    }

    std::unique_ptr<sqlite3, closer> handle_{};
    std::unique_ptr<sqlite3_stmt, closer> update_{};
};

}  // namespace partner_center::testing
