// What the kernel says about this process moves when the process does.
// SPDX-License-Identifier: MIT
#include "server/observe/process.hpp"

#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace partner_center {
namespace {

/// The same by asking for each.
[[nodiscard]] std::uint64_t descriptors_that_are_open() {
    std::uint64_t count = 0;
    for (int number = 0; number < 1024; ++number) {
        if (::fcntl(number, F_GETFD) != -1) ++count;
    }
    return count;
}

TEST(ProcessUsage, CountsOpenDescriptors) {
    const auto before = read_process_usage();
    const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const auto after = read_process_usage();
    ::close(file);

    EXPECT_EQ(before.open_descriptors, descriptors_that_are_open());
    EXPECT_EQ(after.open_descriptors, before.open_descriptors + 1);
    EXPECT_LE(after.open_descriptors, after.descriptors_max);
}

TEST(ProcessUsage, SeesMemoryAndTimeThatAreSpent) {
    constexpr std::size_t bytes = 64U << 20U;
    const auto before = read_process_usage();
    const std::vector<char> touched(bytes, 'x');
    auto after = read_process_usage();
    while (after.cpu_seconds <= before.cpu_seconds) after = read_process_usage();

    EXPECT_GT(before.resident_bytes, 0U);
    EXPECT_GE(after.resident_bytes, before.resident_bytes + bytes / 2);
    EXPECT_EQ(touched.back(), 'x');
}

}  // namespace
}  // namespace partner_center
