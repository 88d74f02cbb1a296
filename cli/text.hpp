// Texts that come from elsewhere, made fit for a terminal. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace partner_center::cli {

/// The text with a replacement character for each control character and each byte that is not
/// UTF-8, so that no name can move the cursor or change colours.
[[nodiscard]] std::string printable(std::string_view text);

/// The same, but line ends stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// How many bytes from the beginning are UTF-8: all of them in a text that is.
[[nodiscard]] std::size_t valid_prefix(std::string_view text);

/// How many columns of a terminal a printable text takes.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// As much of the beginning as fits into so many columns, with … when something is cut.
[[nodiscard]] std::string cut_to_width(const std::string& text, std::size_t width);

}  // namespace partner_center::cli
