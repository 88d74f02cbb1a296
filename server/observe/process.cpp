// Reading /proc/self and the process's limits. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/observe/process.hpp"

#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <system_error>

#include <unistd.h>

namespace partner_center {
namespace {

[[nodiscard]] double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

[[nodiscard]] std::uint64_t count_descriptors() {
    std::error_code failed;
    std::uint64_t count = 0;
    for (std::filesystem::directory_iterator at{"/proc/self/fd", failed}, end; !failed && at != end;
         at.increment(failed)) {
        ++count;
    }
    return count == 0 ? 0 : count - 1;  // one of them reads the directory
}

}  // namespace

process_usage read_process_usage() {
    rusage spent{};
    ::getrusage(RUSAGE_SELF, &spent);
    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    std::uint64_t all_pages{};
    std::uint64_t resident_pages{};
    std::ifstream{"/proc/self/statm"} >> all_pages >> resident_pages;
    return {
        .cpu_seconds = seconds_of(spent.ru_utime) + seconds_of(spent.ru_stime),
        .resident_bytes = resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)),
        .open_descriptors = count_descriptors(),
        .descriptors_max = descriptors.rlim_cur,
    };
}

}  // namespace partner_center
