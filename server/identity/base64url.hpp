// base64url without padding (RFC 7515, section 2), both ways. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace partner_center {

[[nodiscard]] std::string to_base64url(std::string_view bytes);

/// The bytes, when the text is the one way to write them: no padding, no other alphabet, no blanks,
/// and unused bits zero. So two texts never mean the same bytes.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace partner_center
