// How far the peer of a TCP connection has got. Calls the system.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace partner_center::http {

/// How many bytes the peer has acknowledged since the connection began; 0 of what is not TCP.
[[nodiscard]] std::uint64_t acknowledged_bytes(int socket) noexcept;

}  // namespace partner_center::http
