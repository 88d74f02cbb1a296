// Errors made of answers, and the header names of the ids that they carry.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <partner_center/error.hpp>
#include <partner_center/http.hpp>

namespace partner_center::detail {

inline constexpr std::string_view request_id_header = "MS-RequestId";
inline constexpr std::string_view correlation_id_header = "MS-CorrelationId";

/// The error for an answer that is not a success. A body that is no fault becomes the description.
[[nodiscard]] error error_of(const http::response& answer);

/// How long the answer asks to wait: its Retry-After in seconds, or a date, which counts from the
/// answer's own Date, and from our clock only when it has none. Nothing when it cannot be read.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after_of(const http::response& answer);

/// The text, cut at 1 KiB (never inside a character), without control characters.
[[nodiscard]] std::string readable(std::string_view text);

}  // namespace partner_center::detail
