// Hashes of client secrets and passwords (argon2id), computed on threads of their own because one
// costs tens of milliseconds: never on a reactor. Calls libargon2.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "store/awaitable.hpp"

namespace partner_center {

/// The argon2id text form ("$argon2id$v=19$…") of a secret with a fresh random salt. Slow on
/// purpose.
[[nodiscard]] std::string hash_secret(std::string_view secret);

/// A random secret of 40 characters (letters and digits, from the system's generator).
[[nodiscard]] std::string make_secret();

/// A random secret of a second factor (TOTP): 160 bits in base32, as authenticator apps take it.
[[nodiscard]] std::string make_totp_secret();

/// More secrets wait to be compared than are worth waiting for.
class hasher_busy : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A secret that somebody presents.
struct presented_secret {
    std::string secret{};
    std::string hash{};  ///< what it has to have; empty: none is right
    std::string from{};  ///< the network it came from: one may take so many places only
    bool is_lasting{};   ///< a program's, which comes again and again: once right, it is remembered
};

/// A few threads that compare secrets. Thread-safe. A caller's executor must live until the caller
/// was answered.
class secret_hasher {
public:
    explicit secret_hasher(unsigned threads);
    ~secret_hasher();
    secret_hasher(const secret_hasher&) = delete;
    secret_hasher& operator=(const secret_hasher&) = delete;

    /// True when the secret has that hash. An empty hash costs the same time as a real one and is
    /// false: unknown, disabled and wrong cannot be told apart by the clock. Throws hasher_busy,
    /// at once, when 128 comparisons wait for a thread already, or 16 of the same network are under
    /// way. A lasting secret that was right needs no comparison again while it has the same hash
    /// (1,024 are remembered): no flood keeps it out.
    [[nodiscard]] awaitable<bool> verify(presented_secret presented);

    /// Blocks until nobody waits any more: for whoever is about to end a reactor.
    void wait_until_answered();

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace partner_center
