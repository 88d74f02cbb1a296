// What a configuration may not expose to the network. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "server/config.hpp"

namespace partner_center {

/// Throws usage_error when a listener would tell the network what only this machine may hear.
void refuse_exposure(const config& chosen);

/// Whether the public listener speaks HTTPS.
[[nodiscard]] bool uses_tls(const config& settings);

/// True for 127.0.0.0/8, ::1 and localhost.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace partner_center
