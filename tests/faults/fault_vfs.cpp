// Decides call by call. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "tests/faults/fault_vfs.hpp"

#include <cerrno>
#include <chrono>
#include <sys/mman.h>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

namespace partner_center::testing {
namespace {

[[nodiscard]] bool contains(std::uint32_t mask, unsigned member) {
    return (mask & (1U << member)) != 0;
}

[[nodiscard]] int decide(fault_plan& plan, const disk_call& call) {
    const int done = call.operation == disk_operation::sync ? pretend : SQLITE_OK;
    const bool meant = contains(plan.operations, static_cast<unsigned>(call.operation)) &&
                       contains(plan.files, static_cast<unsigned>(call.file));
    if (!meant) return done;
    // Asked again and again: the one who lets it go on may be another process.
    ++plan.stalled;
    while (plan.stalls != 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    --plan.stalled;
    const std::uint64_t number = ++plan.counted;
    const std::uint64_t first = plan.first;
    if (first == 0 || number < first || number > plan.last) return done;
    ++plan.failed;
    return plan.code;
}

}  // namespace

void fault_plan::fail(std::int32_t with, std::uint64_t n, std::uint64_t how_many) {
    first = 0;
    code = with;
    counted = 0;
    failed = 0;
    last = n + how_many - 1;
    first = n;
}

disk_hook failing_as_planned(fault_plan& plan) {
    return [&plan](const disk_call& call) { return decide(plan, call); };
}

fault_plan& map_fault_plan(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0 || ::ftruncate(descriptor, sizeof(fault_plan)) != 0) {
        throw std::system_error{errno, std::generic_category(), file};
    }
    void* const memory =
        ::mmap(nullptr, sizeof(fault_plan), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (memory == MAP_FAILED) throw std::system_error{errno, std::generic_category(), file};
    return *static_cast<fault_plan*>(memory);  // zeros, or what another process put there
}

}  // namespace partner_center::testing
