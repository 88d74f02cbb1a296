// Stands before libargon2 in the tests' program: makes hashes cheap, and writes down what is
// compared. Calls libargon2.
// SPDX-License-Identifier: MIT
#include "server/identity/test_argon2.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <set>
#include <string_view>

#include <dlfcn.h>

namespace {

// The least that Argon2 allows.
constexpr std::uint32_t least_passes = 1;
constexpr std::uint32_t least_memory_kib = 8;
constexpr std::string_view least_cost = "$argon2id$v=19$m=8,t=1,p=1$";

std::mutex mutex;
unsigned asked_in_full{};
std::set<std::string> cheap;  ///< as they are told: their cost is another's
std::vector<std::string> seen;

[[nodiscard]] std::size_t cost_length(std::string_view encoded) {
    std::size_t end = 0;
    for (int dollars = 0; dollars < 4; ++dollars) end = encoded.find('$', end) + 1;
    return end;
}

}  // namespace

extern "C" int argon2id_hash_encoded(
    std::uint32_t passes,
    std::uint32_t memory_kib,
    std::uint32_t lanes,
    const void* secret,
    std::size_t secret_size,
    const void* salt,
    std::size_t salt_size,
    std::size_t tag_size,
    char* encoded,
    std::size_t encoded_size
) {
    using function = decltype(&argon2id_hash_encoded);
    static const auto real =
        reinterpret_cast<function>(::dlsym(RTLD_NEXT, "argon2id_hash_encoded"));
    const auto hash = [&](std::uint32_t times, std::uint32_t memory) {
        return real(
            times,
            memory,
            lanes,
            secret,
            secret_size,
            salt,
            salt_size,
            tag_size,
            encoded,
            encoded_size
        );
    };
    const std::lock_guard lock{mutex};
    if (asked_in_full > 0) return hash(passes, memory_kib);
    const int outcome = hash(least_passes, least_memory_kib);
    const std::string_view made = encoded;
    const std::string told = "$argon2id$v=19$m=" + std::to_string(memory_kib) +
                             ",t=" + std::to_string(passes) + ",p=" + std::to_string(lanes) + '$' +
                             std::string{made.substr(cost_length(made))};
    std::memcpy(encoded, told.c_str(), told.size() + 1);  // the caller has room for that cost
    cheap.insert(told);
    return outcome;
}

extern "C" int argon2id_verify(const char* encoded, const void* secret, std::size_t size) {
    using function = decltype(&argon2id_verify);
    static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "argon2id_verify"));
    std::string hash = encoded;
    {
        const std::lock_guard lock{mutex};
        const bool is_cheap = cheap.contains(hash);
        const std::size_t end = cost_length(hash);
        seen.push_back(hash.substr(0, end));
        if (is_cheap) hash.replace(0, end, least_cost);
    }
    return real(hash.c_str(), secret, size);
}

namespace partner_center::testing {

full_cost::full_cost() {
    const std::lock_guard lock{mutex};
    ++asked_in_full;
}
full_cost::~full_cost() {
    const std::lock_guard lock{mutex};
    --asked_in_full;
}

std::vector<std::string> comparisons() {
    const std::lock_guard lock{mutex};
    return seen;
}

void forget_comparisons() {
    const std::lock_guard lock{mutex};
    seen.clear();
}

}  // namespace partner_center::testing
