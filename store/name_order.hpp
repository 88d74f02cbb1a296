// How company names are ordered and looked for: without letter case and other differences that
// people do not see. Calls utf8proc.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace partner_center {

/// Unicode's NFKC_Casefold, without the highest code point (U+10FFFF, which is no character and so
/// is free to stand behind all texts with one beginning). Throws store_error when it is not UTF-8.
[[nodiscard]] std::string folded(std::string_view text);

/// Names that agree so far are one name to the order, so that a position in a list, which holds
/// two, fits into a token. Source: wire contract, section 1.3, Tokens.
inline constexpr std::size_t name_order_bytes_max = 192;

/// What of a folded name is its place in the order: all, unless it is longer than the most, then
/// as many whole characters as fit.
[[nodiscard]] std::string_view order_part(std::string_view folded);

}  // namespace partner_center
