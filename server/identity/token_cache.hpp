// Tokens that were verified already, so that a token's signature is checked once per reactor. Calls
// nothing of ours but random.cpp, for its seed.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/identity/claims.hpp"
#include "server/identity/principal.hpp"

namespace partner_center {

/// A token that was accepted, and whose it is.
struct verified_token {
    std::string text{};
    principal caller{};
    validity times{};
};

/// Since the start, but for `entries`, which is now.
struct token_cache_counts {
    std::uint64_t hits{};
    std::uint64_t misses{};
    std::uint64_t entries{};
    std::uint64_t evictions{};
};

/// Set-associative: a token has eight places, found by a hash of its signature's end under a secret
/// seed, and is compared whole. Who comes new takes the place of one that was not asked for since
/// the set's clock hand last passed it, so tokens that are used stay while others flood in. One per
/// reactor, used on its thread only, but for counts().
class token_cache {
public:
    static constexpr std::size_t set_count = 1024;  ///< a power of two
    static constexpr std::size_t ways = 8;
    static constexpr std::size_t entries_max = set_count * ways;
    /// Of the tokens in one set and what is known of them; so 32 MiB in all at the very most.
    static constexpr std::size_t set_bytes_max = 32 * 1024;

    token_cache();

    /// What is known of exactly this text, if it is good at this time. Allocates nothing; what it
    /// gives lives on when its place is given away.
    [[nodiscard]] std::shared_ptr<const verified_token> find(
        std::string_view token, system_time now
    );

    /// Remembers a token, unless it is too large for a set.
    void insert(std::shared_ptr<const verified_token> token);

    void erase(std::string_view token);

    /// Thread-safe.
    [[nodiscard]] token_cache_counts counts() const;

private:
    struct way {
        std::uint64_t hash{};
        bool was_used{};  ///< since the hand last passed
        std::shared_ptr<const verified_token> token{};
    };
    struct set {
        std::array<way, ways> places{};
        std::size_t hand{};
        std::size_t bytes{};
    };
    /// Written by one thread only.
    using counter = std::atomic<std::uint64_t>;

    [[nodiscard]] std::uint64_t hash_of(std::string_view token) const;
    [[nodiscard]] set& set_of(std::uint64_t hash);
    [[nodiscard]] static way* place_of(set& home, std::uint64_t hash, std::string_view token);
    [[nodiscard]] static way* free_place(set& home);
    void vacate(set& home, way& place);
    way& evict(set& home);

    std::array<std::uint64_t, 2> seed_{};
    std::vector<set> sets_{};
    counter hits_{};
    counter misses_{};
    counter entries_{};
    counter evictions_{};
};

}  // namespace partner_center
