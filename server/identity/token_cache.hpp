// Tokens that were verified already, so that a token's signature is checked once per reactor. Calls
// nothing of ours but random.cpp, for its seed.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
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
/// seed, and is compared whole. The sets are dealt out to parts, each with its share of the memory.
/// Who comes new takes the place of the one that was asked for longest ago: of its set when that is
/// full, of its part when the bytes are; so tokens that are used stay while others flood in. One
/// per reactor, used on its thread only, but for counts().
class token_cache {
public:
    static constexpr std::size_t set_count = 4096;  ///< a power of two
    static constexpr std::size_t ways = 8;
    static constexpr std::size_t entries_max = set_count * ways;
    static constexpr std::size_t part_count = 64;
    /// Of the tokens of one part and what is known of them: 30 MiB in all. The places themselves
    /// take less than 1 MiB and the allocator's own records no more: so 32 MiB at the very most.
    static constexpr std::size_t part_bytes_max = 480 * 1024;

    token_cache();

    /// What is known of exactly this text, if it is good at this time. Allocates nothing; what it
    /// gives lives on when its place is given away.
    [[nodiscard]] std::shared_ptr<const verified_token> find(
        std::string_view token, system_time now
    );

    /// Remembers a token, unless it is too large for a part.
    void insert(std::shared_ptr<const verified_token> token);

    void erase(std::string_view token);
    void clear();

    /// Thread-safe.
    [[nodiscard]] token_cache_counts counts() const;

    /// For counts(): that a token was known, or had to be verified.
    void count_hit();
    void count_miss();

private:
    struct way {
        std::uint32_t tag{};   ///< of the hash; tells most tokens of a set apart
        std::uint32_t used{};  ///< what uses_ was when it was last asked for
        std::shared_ptr<const verified_token> token{};
    };
    /// Where a token belongs, and its tag there.
    struct home {
        std::size_t part{};
        std::size_t set{};  ///< of the part
        std::uint32_t tag{};
    };
    /// Written by one thread only.
    using counter = std::atomic<std::uint64_t>;

    [[nodiscard]] home home_of(std::string_view token) const;
    [[nodiscard]] std::span<way> set_of(const home& at);
    [[nodiscard]] way* place_of(const home& at, std::string_view token);
    void vacate(const home& at, way& place);
    way& evict_one(const home& at, std::span<way> places);

    std::array<std::uint64_t, 2> seed_{};
    /// Each part's places, set by set; none until it has a token.
    std::array<std::vector<way>, part_count> parts_{};
    std::uint32_t uses_{};  ///< may begin anew: then a token may be kept or let go of wrongly, once
    std::array<std::size_t, part_count> bytes_{};  ///< of each part
    counter hits_{};
    counter misses_{};
    counter entries_{};
    counter evictions_{};
};

}  // namespace partner_center
