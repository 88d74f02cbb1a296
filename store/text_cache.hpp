// Texts that were read lately, for as long as the database is what it was then. Calls nothing of
// ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"

namespace partner_center {

/// What tells two states of a database apart; see sqlite_connection::version().
using database_version = std::array<std::uint64_t, 6>;

/// Of statements that answer with one text. Knows nothing any more once it is asked of another
/// version than what it knows is of; so it never answers older than the version is. Only what is
/// read a second time is kept, so that a walk through a million customers displaces nothing and
/// costs next to nothing. Set-associative and bounded; takes memory only for what it keeps. Used by
/// one thread at a time.
class text_cache {
public:
    static constexpr std::size_t set_count = 2048;  ///< a power of two
    static constexpr std::size_t ways = 4;
    static constexpr std::size_t text_bytes_max =
        4 * 1024;                                         ///< so 32 MiB of texts at the very most
    static constexpr std::size_t mark_count = 16 * 1024;  ///< of what was read once

    /// Appends what the statement answered in this version to `out`; false when that is not known.
    /// REQUIRES: `sql` is a constant, here and below.
    [[nodiscard]] bool find(
        const database_version& version,
        std::string_view sql,
        std::span<const value> values,
        std::string& out
    );

    /// Notes what the statement answered in this version or a later one. Longer texts and values
    /// than it has places for are let go.
    void remember(
        const database_version& version,
        std::string_view sql,
        std::span<const value> values,
        std::string_view text
    );

private:
    /// A statement and its values, as bytes.
    struct key {
        const char* sql{};
        std::array<char, 56> bytes{};

        bool operator==(const key&) const = default;
    };
    struct entry {
        std::uint64_t generation{};  ///< 0 in one that was never used
        key asked{};
        std::string text{};
    };
    using set = std::array<entry, ways>;

    [[nodiscard]] static std::optional<key> key_of(
        std::string_view sql, std::span<const value> values
    );
    void move_to(const database_version& version);
    /// The mark of what was read before; equal for few others.
    [[nodiscard]] std::uint16_t& mark_of(std::uint64_t hash) { return marks_[hash % mark_count]; }
    [[nodiscard]] set& set_of(std::uint64_t hash) { return sets_[hash / mark_count % set_count]; }

    database_version version_{};
    std::uint64_t generation_{1};  ///< of what is known of version_
    std::size_t next_victim_{};
    std::vector<std::uint16_t> marks_ = std::vector<std::uint16_t>(mark_count);
    std::vector<set> sets_{};  ///< none until something is kept
};

}  // namespace partner_center
