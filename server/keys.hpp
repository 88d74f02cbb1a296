// `partnerd keys`: the authority's keys, listed and rotated. Calls identity/key_ring.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "server/config.hpp"

namespace partner_center {

/// Rotates the keys if that is asked for. Gives back those that are honoured as a JSON array, the
/// signing one first: kid, since (RFC 3339, UTC), until (absent for the signing one). Throws
/// file_error.
[[nodiscard]] std::string manage_keys(const keys_request& request);

}  // namespace partner_center
