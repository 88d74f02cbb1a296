// What the exchanges of one reactor add up to, for /metrics: how many, with which status, how long.
// Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace partner_center {

/// A number that one thread moves and any thread reads.
class counter {
public:
    /// A plain addition: the one writer needs no locked instruction.
    void add(std::uint64_t more) { value_.store(value() + more, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{};
};

/// The statuses that are told apart, ascending; every other is counted as one.
inline constexpr auto counted_statuses =
    std::to_array<unsigned>({200, 201, 202, 204, 302, 303, 304, 400, 401, 403, 404, 405, 406,
                             408, 409, 410, 412, 413, 415, 422, 429, 431, 500, 501, 503, 504});

/// The upper bounds of the duration histogram, ascending; each belongs to its own bucket.
inline constexpr auto duration_bounds = [] {
    using std::chrono::microseconds;
    return std::to_array<std::chrono::nanoseconds>(
        {microseconds{50},
         microseconds{100},
         microseconds{250},
         microseconds{500},
         microseconds{1'000},
         microseconds{2'500},
         microseconds{5'000},
         microseconds{10'000},
         microseconds{25'000},
         microseconds{50'000},
         microseconds{100'000},
         microseconds{250'000},
         microseconds{500'000},
         microseconds{1'000'000},
         microseconds{2'500'000},
         microseconds{5'000'000},
         microseconds{10'000'000}}
    );
}();

/// The exchanges of one kind, of one reactor or of several together.
struct exchange_totals {
    /// Per status of counted_statuses; the last is every other.
    std::array<std::uint64_t, counted_statuses.size() + 1> answered{};
    /// Per bucket, each exchange in one only; the last is longer than every bound.
    std::array<std::uint64_t, duration_bounds.size() + 1> lasted{};
    std::chrono::nanoseconds time{};
};

/// One reactor's counts. count() is for its thread alone and never allocates or locks; add_to() is
/// for any thread.
class exchange_counts {
public:
    /// `kinds`: how many kinds of exchange are told apart.
    explicit exchange_counts(std::size_t kinds) : rows_(kinds) {}

    /// REQUIRES: kind < kinds.
    void count(std::size_t kind, unsigned status, std::chrono::nanoseconds took);

    /// Adds what was counted of this kind so far. REQUIRES: kind < kinds.
    void add_to(exchange_totals& sum, std::size_t kind) const;

private:
    static constexpr std::size_t cache_line = 64;

    /// Aligned, so that no two reactors write into one cache line.
    struct alignas(cache_line) row {
        std::array<counter, counted_statuses.size() + 1> answered{};
        std::array<counter, duration_bounds.size() + 1> lasted{};
        counter nanoseconds{};
    };
    std::vector<row> rows_;
};

}  // namespace partner_center
