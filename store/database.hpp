// What a database driver can do: run SQL with values and hand back rows. The two drivers are
// sqlite.cpp and, when it comes, postgres.cpp; only they know their library. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "store/awaitable.hpp"
#include <partner_center/guid.hpp>

namespace partner_center {

/// A value to bind or a cell that was read: null, number, text, or a 16-byte id.
using value = std::variant<std::monostate, std::int64_t, std::string, guid>;

/// The database cannot answer: full, locked, damaged, unreachable, of another version. For an
/// operator; the text may go to the log, never to a caller.
class store_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The database holds something that its schema does not allow.
[[nodiscard]] inline store_error wrong_type_error() {
    return store_error{
        "the database holds a value of the wrong type, it is damaged: restore it from a backup"};
}

/// What a statement gave back, row after row. REQUIRES of every access: the row and column exist.
class rows {
public:
    rows() = default;
    rows(std::size_t columns, std::vector<value> cells)
        : columns_{columns}, cells_{std::move(cells)} {}

    [[nodiscard]] std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
    [[nodiscard]] bool empty() const { return cells_.empty(); }
    [[nodiscard]] value& cell(std::size_t row, std::size_t column) {
        return cells_.at(row * columns_ + column);
    }
    /// The cell as what the schema promises (STRICT tables, NOT NULL, length checks). Throws
    /// store_error when it is something else: the database is damaged.
    template <class T>
    [[nodiscard]] T take(std::size_t row, std::size_t column) {
        T* const promised = std::get_if<T>(&cell(row, column));
        if (promised == nullptr) {
            throw wrong_type_error();
        }
        return std::move(*promised);
    }

private:
    std::size_t columns_{};
    std::vector<value> cells_{};
};

/// A cell that is handed over: its text is good until the taker of its row returns.
using cell_view = std::variant<std::monostate, std::int64_t, std::string_view, guid>;

/// Takes a row; false when it wants no more of them.
using row_taker = std::function<bool(std::span<const cell_view>)>;

/// One statement of a transaction. `sql` is a constant with $1, $2 … that first appear in ascending
/// order, so that both databases number them alike.
struct statement {
    std::string_view sql{};
    std::vector<value> values{};
    /// The transaction is given up, and nothing is changed, when this statement returns no row.
    /// Used with RETURNING, or with a SELECT that states a condition.
    bool needs_row{};
};

/// How a transaction ended.
struct written {
    std::vector<rows> answers{};  ///< one per statement, empty when refused
    /// The statement that stopped it: no row where one was needed, or a uniqueness broken. Nothing
    /// was changed.
    std::optional<std::size_t> refused_by{};
};

/// More wait for the disk, or for their turn, than may; this one was refused at once. Trying again
/// later is right. Source: contract section 4.2 (503, 800003, Retry-After).
class store_overloaded : public store_error {
    using store_error::store_error;
};

/// Instead of a turn to read on in a long list (see reactor_lane).
[[nodiscard]] inline store_overloaded too_many_walks() {
    return store_overloaded{"too many callers wait to read on in long lists"};
}

/// What the database holds at one moment, read on a connection of its own, piece by piece: other
/// work of the reactor may go on in between. The moment is that of the first row. Used by one
/// thread at a time; every method throws store_error, also when the snapshot has lasted longer than
/// it may: it keeps the database from giving up what was replaced since.
class snapshot {
public:
    virtual ~snapshot() = default;

    /// Begins a reading statement, which ends the one before. REQUIRES: `sql` is a constant.
    virtual void begin(std::string_view sql, std::vector<value> values) = 0;
    /// Hands rows over until there are no more (false) or the taker wants no more for now (true).
    [[nodiscard]] virtual bool next(const row_taker& take) = 0;
};

/// One connection, used by one reactor (one thread). Every method throws store_error.
class database {
public:
    virtual ~database() = default;

    /// Runs one reading statement; sees every write that was acknowledged before it began.
    /// `values` must outlive the call.
    virtual awaitable<rows> read(std::string_view sql, std::span<const value> values) = 0;

    /// Runs a reading statement that answers with one text or nothing, and appends that text to
    /// `out`; false when there is none. Otherwise as read(). For what is asked most: it allocates
    /// nothing when `out` has room, and the text may be one that was read before, if nobody has
    /// committed since. REQUIRES: `sql` is a constant; it is known by its address.
    virtual awaitable<bool> read_text(
        std::string_view sql, std::span<const value> values, std::string& out
    ) = 0;

    /// Runs a reading statement and hands its rows over one by one, without copies of them;
    /// otherwise as read(). The taker may throw, and does not call the database.
    virtual awaitable<void> read_each(
        std::string_view sql, std::span<const value> values, const row_taker& take
    ) = 0;

    /// Null when as many snapshots are open as may be at once, of all reactors; this partner's may
    /// be half of them. It may outlive the connection, but not the database's file.
    [[nodiscard]] virtual std::unique_ptr<snapshot> begin_snapshot(const guid& partner_id) = 0;

    /// Runs the statements as one transaction. When it returns without refused_by, all of it is on
    /// disk (SQLite: WAL synced; many callers share one sync). When it throws, nothing was done;
    /// only when the program is killed after a failed commit, and before the next good one, may
    /// that commit be found in the log and kept. With no statements it asks whether writes are
    /// taken: it throws what the last write failed with, and writes something itself when the last
    /// one is a second old.
    virtual awaitable<written> write(std::vector<statement> transaction) = 0;
};

}  // namespace partner_center
