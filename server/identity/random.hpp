// Randomness from the system's generator. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include <partner_center/guid.hpp>

namespace partner_center {

/// Throws std::runtime_error when the system has no randomness to give.
void fill_random(std::span<std::uint8_t> bytes);

/// A version 4 GUID.
[[nodiscard]] guid random_guid();

}  // namespace partner_center
