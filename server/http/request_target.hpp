// Which request targets and Host values are taken. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace partner_center::http {

/// Why a target is refused, or an empty text. Taken: origin-form ("/path?query") of visible ASCII
/// whose path has whole percent-encodings and no dot segment in any spelling.
[[nodiscard]] std::string_view problem_of_target(std::string_view target);

/// True for a name or address with an optional port.
[[nodiscard]] bool is_host(std::string_view value);

/// How many characters at the beginning of a text are those of methods and field names (RFC 9110,
/// 5.6.2).
[[nodiscard]] std::size_t token_length(std::string_view text);
/// True for a text of one or more of them.
[[nodiscard]] bool is_token(std::string_view text);

}  // namespace partner_center::http
