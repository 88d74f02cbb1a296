// The limit of open files, asked and raised. Calls the operating system.
// SPDX-License-Identifier: MIT
#include "server/http/descriptors.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <sys/resource.h>

#include "server/http/limits.hpp"

namespace partner_center::http {
namespace {

/// Files and the admin listener's connections; and what belongs to a reactor: its poll set, its
/// timer, its store connection.
constexpr std::size_t process_descriptors = 64 + 2 * limits::admin_connections_max;
constexpr std::size_t reactor_descriptors = 16;
/// Of what is left, the part that turning away may take is one of so many.
constexpr std::size_t turned_away_share = 8;

}  // namespace

std::size_t raise_descriptor_limit() {
    ::rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<std::size_t>::max();
    const ::rlimit most{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    return ::setrlimit(RLIMIT_NOFILE, &most) == 0 ? most.rlim_cur : limit.rlim_cur;
}

connection_budget share_descriptors(
    std::size_t descriptors, std::size_t wanted, unsigned reactors
) {
    const std::size_t reserve = process_descriptors + reactors * reactor_descriptors;
    if (descriptors <= reserve) {
        throw descriptor_error{
            "the limit of open files is " + std::to_string(descriptors) + "; " +
            std::to_string(reactors) + " reactors need more than " + std::to_string(reserve) +
            ": raise it (ulimit -n), or say --threads"};
    }
    const std::size_t left = descriptors - reserve;
    const std::size_t turned_away =
        std::min(limits::turned_away_max, left / turned_away_share / reactors);
    return {std::min(wanted, left - turned_away * reactors), turned_away};
}

}  // namespace partner_center::http
