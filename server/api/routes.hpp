// Which operation a method and a path name: a table made from the list `operations` when the
// program is compiled, and the contract's routing rules. Calls nothing of ours but operation.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <boost/mp11/algorithm.hpp>

#include <partner_center/operation.hpp>

namespace partner_center {

/// No path of the API has more segments; a longer one names nothing.
inline constexpr std::size_t path_segments_max = 12;

/// A request's path, split, each segment percent-decoded once. Runs of '/' count as one, one
/// trailing
/// '/' and a doubled version segment are ignored. Source: wire contract, routing rules 1 to 4
/// and 7.
struct split_path {
    std::array<std::string_view, path_segments_max> segments{};
    std::size_t size{};
    std::string decoded{};  ///< where the segments live that had to be decoded

    split_path() = default;
    split_path(const split_path&) = delete;  // the views point into it
    split_path& operator=(const split_path&) = delete;
};

/// Splits the path of a target (its query cut off). False when no operation could have such a path:
/// too many segments, or an escape that is none.
[[nodiscard]] bool split(std::string_view path, split_path& out);

/// What the query of a target is: the part behind '?'.
[[nodiscard]] std::string_view path_of(std::string_view target);
[[nodiscard]] std::string_view query_of(std::string_view target);

/// An operation's verb, one of its paths and the clouds without it as data.
struct route {
    verb method{};
    std::size_t operation{};  ///< its index in the list
    std::array<std::string_view, path_segments_max> segments{};
    std::size_t size{};
    std::span<const cloud* const> absent_from{};
};

/// The routes of a list of operations, in its order: one for each path that an operation has.
template <class Operations>
inline constexpr auto routes_of = []<class... Operation>(boost::mp11::mp_list<Operation...>) {
    std::array<route, (paths_of<Operation>().size() + ... + 0)> out{};
    std::size_t operation = 0;
    std::size_t at = 0;
    const auto add = [&](route each, std::string_view path) {
        each.operation = operation;
        while (!path.empty()) each.segments.at(each.size++) = next_segment(path);
        out.at(at++) = each;
    };
    const auto add_all = [&]<class Each>(std::type_identity<Each>) {
        const route like{.method = Each::method, .absent_from = absent_from<Each>()};
        for (const std::string_view path : paths_of<Each>()) add(like, path);
        ++operation;
    };
    (add_all(std::type_identity<Operation>{}), ...);
    return out;
}(Operations{});

/// Where a request belongs: the index of its operation; or, when only the method is wrong, the
/// methods that the path has ("GET, PUT"); or neither when nothing has this path.
struct routed {
    std::optional<std::size_t> operation{};
    std::string allowed{};
};

namespace detail {

[[nodiscard]] bool matches(const route& route, const split_path& path);
/// True when `left` has a literal segment where `right` has a parameter, at the first difference.
[[nodiscard]] bool is_more_literal(const route& left, const route& right);
[[nodiscard]] bool has_same_path(const route& left, const route& right);

}  // namespace detail

/// The route by which an operation was asked for. REQUIRES: one of its paths matches.
template <class Operation>
[[nodiscard]] const route& route_taken(const split_path& path) {
    constexpr auto& own = routes_of<boost::mp11::mp_list<Operation>>;
    std::size_t at = 0;
    while (at + 1 < own.size() && !detail::matches(own[at], path)) ++at;
    return own[at];
}

/// The methods ("GET, PUT") that a route's path has in a cloud.
template <std::size_t Count>
[[nodiscard]] std::string methods_in(
    const cloud& where, const std::array<route, Count>& routes, const route& like
) {
    std::string out;
    for (const route& each : routes) {
        const bool is_there = std::ranges::find(each.absent_from, &where) == each.absent_from.end();
        if (!is_there || !detail::has_same_path(each, like)) continue;
        if (!out.empty()) out += ", ";
        out += to_string(each.method);
    }
    return out;
}

/// Finds the route of a request; where several paths match, the most literal one counts.
template <std::size_t Count>
[[nodiscard]] routed find_route(
    const std::array<route, Count>& routes, std::optional<verb> method, const split_path& path
) {
    const route* best = nullptr;
    for (const route& each : routes) {
        if (!detail::matches(each, path)) continue;
        if (best == nullptr || detail::is_more_literal(each, *best)) best = &each;
    }
    routed out;
    if (best == nullptr) return out;
    for (const route& each : routes) {
        if (!detail::has_same_path(each, *best)) continue;
        if (each.method == method) {
            out.operation = each.operation;
            return out;
        }
        if (!out.allowed.empty()) out.allowed += ", ";
        out.allowed += to_string(each.method);
    }
    return out;
}

}  // namespace partner_center
