// Texts that only we can read and nobody can alter, for what a browser keeps between two requests.
// Calls OpenSSL (AES-256-GCM) and random.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/identity/signing_key.hpp"

namespace partner_center {

using sealing_key = std::array<std::uint8_t, 32>;

/// The same for each signing key, on every reactor and after a restart; nothing is kept. It is a
/// hash of a signature that is never given away: over a text that no token begins with.
[[nodiscard]] sealing_key make_sealing_key(const signing_key& key);

/// base64url. `purpose` is not inside, but has to be the same when it is opened.
[[nodiscard]] std::string seal(
    const sealing_key& key, std::string_view purpose, std::string_view text
);

/// The text that was sealed for that purpose; nothing for any other.
[[nodiscard]] std::optional<std::string> open_seal(
    const sealing_key& key, std::string_view purpose, std::string_view sealed
);

}  // namespace partner_center
