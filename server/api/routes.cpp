// Splitting and comparing paths. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/api/routes.hpp"

#include "server/percent.hpp"

namespace partner_center {
namespace {

constexpr std::string_view version_segment = "v1";

}  // namespace

std::string_view path_of(std::string_view target) {
    return target.substr(0, target.find('?'));
}

std::string_view query_of(std::string_view target) {
    const auto mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

bool split(std::string_view path, split_path& out) {
    out.size = 0;
    out.decoded.clear();
    if (path.find('%') != std::string_view::npos) out.decoded.reserve(path.size());  // for good
    bool version_came_twice = false;
    while (!path.empty()) {
        std::string_view segment = next_segment(path);
        if (segment.empty()) continue;  // of a run of slashes, or behind the last one
        if (out.size == path_segments_max) return false;
        if (segment.find('%') != std::string_view::npos) {
            const auto decoded = percent_decoded(segment, blank_form::percent_only);
            if (!decoded) return false;
            out.decoded += *decoded;
            segment = std::string_view{out.decoded}.substr(out.decoded.size() - decoded->size());
        }
        const bool doubled_version = !version_came_twice && out.size == 1 &&
                                     equals_ignoring_case(segment, version_segment) &&
                                     equals_ignoring_case(out.segments[0], version_segment);
        if (doubled_version) {
            version_came_twice = true;
        } else {
            out.segments.at(out.size++) = segment;
        }
    }
    return true;
}

namespace detail {

bool matches(const route& route, const split_path& path) {
    if (route.size != path.size) return false;
    for (std::size_t at = 0; at < route.size; ++at) {
        const std::string_view expected = route.segments.at(at);
        const bool is_parameter = !parameter_name(expected).empty();
        if (!is_parameter && !equals_ignoring_case(expected, path.segments.at(at))) return false;
    }
    return true;
}

bool is_more_literal(const route& left, const route& right) {
    for (std::size_t at = 0; at < left.size; ++at) {
        const bool left_literal = parameter_name(left.segments.at(at)).empty();
        const bool right_literal = parameter_name(right.segments.at(at)).empty();
        if (left_literal != right_literal) return left_literal;
    }
    return false;
}

bool has_same_path(const route& left, const route& right) {
    return left.size == right.size && left.segments == right.segments;
}

}  // namespace detail
}  // namespace partner_center
