// What of an exchange may be shown to people: headers by an allow-list. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace partner_center::detail {

/// Whether a header's value may be shown; all others may hold tokens, cookies or personal data.
[[nodiscard]] bool is_shown_header(std::string_view name);

}  // namespace partner_center::detail
