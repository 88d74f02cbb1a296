// Texts that only we can read and nobody can alter, for what a browser keeps between two requests.
// Calls OpenSSL (AES-256-GCM), random.cpp and private_file.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace partner_center {

using sealing_key = std::array<std::uint8_t, 32>;

/// Reads the file, or makes the key and the file (0600) when there is none; of two processes that
/// do so at once, both have the same key. Throws file_error.
[[nodiscard]] sealing_key load_or_create_sealing_key(const std::filesystem::path& file);

/// base64url. `purpose` is not inside, but has to be the same when it is opened.
[[nodiscard]] std::string seal(
    const sealing_key& key, std::string_view purpose, std::string_view text
);

/// The text that was sealed for that purpose; nothing for any other.
[[nodiscard]] std::optional<std::string> open_seal(
    const sealing_key& key, std::string_view purpose, std::string_view sealed
);

}  // namespace partner_center
