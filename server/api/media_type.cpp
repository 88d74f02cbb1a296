// Reading of Content-Type and Accept. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/api/media_type.hpp"

#include <algorithm>
#include <array>

namespace partner_center {
namespace {

[[nodiscard]] bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/// Takes the text before `separator` off the front, with the blanks around it removed.
[[nodiscard]] std::string_view take_until(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    std::string_view taken = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (!taken.empty() && is_blank(taken.front())) taken.remove_prefix(1);
    while (!taken.empty() && is_blank(taken.back())) taken.remove_suffix(1);
    return taken;
}

[[nodiscard]] std::string_view without_quotes(std::string_view text) {
    const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return quoted ? text.substr(1, text.size() - 2) : text;
}

[[nodiscard]] bool is_json(std::string_view content_type) {
    if (!equals_ignoring_case(take_until(content_type, ';'), "application/json")) return false;
    while (!content_type.empty()) {
        std::string_view parameter = take_until(content_type, ';');
        if (!equals_ignoring_case(take_until(parameter, '='), "charset")) continue;
        const std::string_view charset = without_quotes(take_until(parameter, ';'));
        const bool readable =
            equals_ignoring_case(charset, "utf-8") || equals_ignoring_case(charset, "us-ascii");
        if (!readable) return false;
    }
    return true;
}

/// "q=0", "q=0.000": the caller names the type in order to refuse it.
[[nodiscard]] bool is_refused(std::string_view parameters) {
    while (!parameters.empty()) {
        std::string_view parameter = take_until(parameters, ';');
        if (!equals_ignoring_case(take_until(parameter, '='), "q")) continue;
        const std::string_view weight = take_until(parameter, ';');
        return !weight.empty() && weight.find_first_not_of("0.") == std::string_view::npos;
    }
    return false;
}

[[nodiscard]] bool names_json(std::string_view accept) {
    constexpr std::array<std::string_view, 3> good{"application/json", "application/*", "*/*"};
    while (!accept.empty()) {
        std::string_view range = take_until(accept, ',');
        const std::string_view type = take_until(range, ';');
        const bool matches = std::ranges::any_of(good, [&](std::string_view each) {
            return equals_ignoring_case(type, each);
        });
        if (matches && !is_refused(range)) return true;
    }
    return false;
}

[[nodiscard]] bool is_all_blank(std::string_view text) {
    return std::ranges::all_of(text, is_blank);
}

}  // namespace

bool has_json_content_type(const http::request_view& request) {
    const auto content_type = request.find("Content-Type");
    return !content_type || is_json(*content_type);
}

bool accepts_json(const http::request_view& request) {
    bool named_something = false;
    for (const http::field_view& field : request.fields) {
        if (!equals_ignoring_case(field.name, "Accept") || is_all_blank(field.value)) continue;
        if (names_json(field.value)) return true;
        named_something = true;
    }
    return !named_something;
}

}  // namespace partner_center
