// SQLite with nothing around it, as a measure of what the driver costs. Calls the SQLite library.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include <sqlite3.h>

#include <partner_center/guid.hpp>

namespace partner_center::testing {

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
