// Counts what the tests' program allocates, so that a test can say "nothing", and keeps
// sessions from their memory where a test says so. A file of its own: GCC takes a visible
// operator new for a mismatch with the one of coroutine frames. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "server/http/limits.hpp"
#include "server/http/test_client.hpp"

namespace {

std::atomic<std::size_t> count{};
thread_local bool is_starved = false;

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

/// Where Asio gets the memory of coroutines and operations.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
    void* memory = nullptr;
    const bool is_refused = is_starved && bytes >= partner_center::http::limits::first_read_bytes;
    const bool failed = is_refused || ::posix_memalign(&memory, alignment, bytes) != 0;
    return failed ? nullptr : memory;
}

std::size_t partner_center::http::testing::allocations() {
    return count;
}

void partner_center::http::testing::starve_this_thread() {
    is_starved = true;
}
