// Reads If-Match. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/api/version_condition.hpp"

#include <algorithm>

namespace partner_center {
namespace {

constexpr std::string_view blanks = " \t";

void skip_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
}

/// The next tag of a list, taken off its front: "x", W/"x", or x without quotes. Nothing when there
/// is none.
[[nodiscard]] std::optional<std::string> take_tag(std::string_view& text) {
    if (text.starts_with("W/\"")) text.remove_prefix(2);
    if (!text.starts_with('"')) {
        const std::string_view tag = text.substr(0, text.find_first_of(" \t,\""));
        text.remove_prefix(tag.size());
        return tag.empty() ? std::nullopt : std::optional{std::string{tag}};
    }
    text.remove_prefix(1);
    const auto end = text.find('"');
    if (end == std::string_view::npos) return {};
    std::string tag{text.substr(0, end)};
    text.remove_prefix(end + 1);
    return tag;
}

/// Nothing when it is no list of tags.
[[nodiscard]] std::optional<std::vector<std::string>> tags_of(std::string_view list) {
    std::vector<std::string> out;
    for (skip_blanks(list); !list.empty(); skip_blanks(list)) {
        auto tag = take_tag(list);
        if (!tag) return {};
        out.push_back(*std::move(tag));
        skip_blanks(list);
        if (list.empty()) break;
        if (list.front() != ',') return {};
        list.remove_prefix(1);
    }
    if (out.empty()) return {};
    return out;
}

/// Some clients keep the quotes of the header.
[[nodiscard]] std::string_view without_quotes(std::string_view text) {
    const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

bool version_condition::holds(std::string_view current) const {
    return is_any || std::ranges::find(versions, current) != versions.end();
}

result<version_condition> condition_of(
    const std::optional<std::string>& if_match,
    const std::optional<std::string>& in_body,
    bool is_required
) {
    if (if_match) {
        if (*if_match == "*") return version_condition{.is_any = true};
        auto tags = tags_of(*if_match);
        if (!tags) return fault{.kind = fault_kind::missing_etag};
        return version_condition{
            .versions = *std::move(tags), .otherwise = fault_kind::stale_if_match};
    }
    const std::string_view named = in_body ? without_quotes(*in_body) : std::string_view{};
    if (!named.empty()) {
        return version_condition{
            .versions = {std::string{named}}, .otherwise = fault_kind::stale_etag};
    }
    if (is_required) return fault{.kind = fault_kind::missing_etag};
    return version_condition{.is_any = true};
}

}  // namespace partner_center
