// Lines as HTTP/1.1 frames its text: ended by CR LF and nothing else. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace partner_center::http {

struct line {
    enum class outcome { incomplete, found, bare_line_feed, too_long };

    outcome result{};
    std::string_view text{};  ///< without its CR LF

    [[nodiscard]] std::size_t bytes() const { return text.size() + 2; }
};

/// The first line of `bytes`. What comes after `bytes_max` bytes is never looked at, so the outcome
/// does not depend on how much of it has arrived.
[[nodiscard]] inline line next_line(std::string_view bytes, std::size_t bytes_max) {
    using enum line::outcome;
    const std::size_t end = bytes.substr(0, bytes_max).find('\n');
    if (end == std::string_view::npos) return {bytes.size() < bytes_max ? incomplete : too_long};
    if (end == 0 || bytes[end - 1] != '\r') return {bare_line_feed};
    return {found, bytes.substr(0, end - 1)};
}

}  // namespace partner_center::http
