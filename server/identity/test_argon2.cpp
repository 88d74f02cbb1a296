// Stands before libargon2's comparison in the tests' program and writes down what it is asked.
// Calls libargon2.
// SPDX-License-Identifier: MIT
#include "server/identity/test_argon2.hpp"

#include <cstddef>
#include <mutex>
#include <string_view>

#include <dlfcn.h>

namespace {

std::mutex mutex;
std::vector<std::string> seen;

}  // namespace

extern "C" int argon2id_verify(const char* encoded, const void* secret, std::size_t size) {
    using function = int (*)(const char*, const void*, std::size_t);
    static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "argon2id_verify"));
    const std::string_view hash = encoded;
    std::size_t end = 0;
    for (int dollars = 0; dollars < 4; ++dollars) end = hash.find('$', end) + 1;
    {
        const std::lock_guard lock{mutex};
        seen.emplace_back(hash.substr(0, end));
    }
    return real(encoded, secret, size);
}

std::vector<std::string> partner_center::testing::comparisons() {
    const std::lock_guard lock{mutex};
    return seen;
}

void partner_center::testing::forget_comparisons() {
    const std::lock_guard lock{mutex};
    seen.clear();
}
