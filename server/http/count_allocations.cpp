// Counts what the tests' program allocates, so that a test can say "nothing". A file of its own:
// GCC takes a visible operator new for a mismatch with the one of coroutine frames. Calls nothing
// of ours.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "server/http/test_client.hpp"

namespace {

std::atomic<std::size_t> count{};

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t bytes) {
    count.fetch_add(1, std::memory_order_relaxed);
    if (void* const memory = std::malloc(bytes)) return memory;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

std::size_t partner_center::http::testing::allocations() {
    return count;
}
