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
    static constexpr std::size_t set_count = 4096;  ///< a power of two
    static constexpr std::size_t ways = 4;
    static constexpr std::size_t text_bytes_max =
        2 * 1024;  ///< so 32 MiB of texts at the very most

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
    /// By a part of each key's hash: what is not here is told without looking at the entries, which
    /// lie far apart in memory.
    using tags = std::array<std::uint16_t, ways>;
    using set = std::array<entry, ways>;
    /// One bit for each of so many hashes; forgotten when an eighth is set.
    static constexpr std::size_t marks = 128 * 1024;

    [[nodiscard]] static std::optional<key> key_of(
        std::string_view sql, std::span<const value> values
    );
    void move_to(const database_version& version);
    [[nodiscard]] bool is_read_again(std::uint64_t hash);

    database_version version_{};
    std::uint64_t generation_{1};  ///< of what is known of version_
    std::size_t next_victim_{};
    std::vector<bool> read_once_ = std::vector<bool>(marks);
    std::size_t read_once_count_{};
    std::vector<tags> tags_ = std::vector<tags>(set_count);
    std::vector<set> sets_{};  ///< none until something is kept
};

}  // namespace partner_center
