// The keys of the authority: one that signs, those that were before it, one that seals, and their
// files. Calls signing_key.cpp, rsa_public_key.cpp, seal.cpp and private_file.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "server/identity/claims.hpp"
#include "server/identity/rsa_public_key.hpp"
#include "server/identity/seal.hpp"
#include "server/identity/signing_key.hpp"

namespace partner_center {

/// How long a key is honoured after its rotation: so long may a token be good that was signed last
/// thing before a running server noticed, which takes it a second.
inline constexpr std::chrono::seconds retirement =
    token_lifetime + std::chrono::seconds{1} + clock_skew;
/// More are not kept, so that the published keys stay a document of some kilobytes.
inline constexpr std::size_t retired_keys_max = 64;

/// A key that signed until it was rotated; its private half is gone.
struct retired_key {
    rsa_public_key key;
    system_time since{};  ///< it signed
    system_time until{};  ///< its tokens are honoured, this moment excluded
};

/// What is signed with and what is honoured. Safe for many threads, of which one at a time may
/// verify: see copy().
struct key_ring {
    signing_key signing;
    system_time since{};
    std::vector<retired_key> retired{};  ///< the latest first
    sealing_key sealing{};               ///< stays what it is when the signing key is rotated
    sealing_key second_factors{};        ///< so does this, which opens secrets in the directory

    /// The key of that id, if it is honoured at this time.
    [[nodiscard]] const rsa_public_key* find(std::string_view id, system_time now) const;
    /// Those that are honoured at this time, the signing one first.
    [[nodiscard]] std::vector<const rsa_public_key*> honoured(system_time now) const;

    /// The same keys with state of their own.
    [[nodiscard]] key_ring copy() const;
};

/// Where a folder of keys has which file: the signing key in PEM; the retired ones as JSON, unless
/// there are none; the sealing keys in base64url.
[[nodiscard]] std::filesystem::path signing_key_file(const std::filesystem::path& keys);
[[nodiscard]] std::filesystem::path retired_keys_file(const std::filesystem::path& keys);
[[nodiscard]] std::filesystem::path sealing_key_file(const std::filesystem::path& keys);
[[nodiscard]] std::filesystem::path second_factor_key_file(const std::filesystem::path& keys);

/// The keys of a folder; makes the first ones. Throws file_error when a file cannot be read or
/// trusted. signing_key::check() has not been asked.
[[nodiscard]] key_ring load_keys(const std::filesystem::path& folder);

/// The same, but throws file_error when there is no signing key yet.
[[nodiscard]] key_ring read_keys(const std::filesystem::path& folder);

/// Retires the signing key and makes another one. Whoever reads the folder meanwhile, or after a
/// crash in the midst, has a key to sign with and finds all keys whose tokens are good; who rotates
/// at the same time waits. Throws file_error, having changed nothing, when there is no key or
/// retired_keys_max are retired already.
[[nodiscard]] key_ring rotate_keys(const std::filesystem::path& folder, system_time now);

/// Removes from the files what is not honoured any more; not while somebody rotates. Throws
/// file_error.
void remove_ended_keys(const std::filesystem::path& folder, system_time now);

}  // namespace partner_center
