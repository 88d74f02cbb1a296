// The authority's RSA key: made at first start, kept in DATA, signs tokens. Calls
// rsa_public_key.cpp, which verifies them.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "server/identity/rsa_public_key.hpp"

namespace partner_center {

/// An RSA-2048 key pair. Thread-safe but for check() and verify(), which one thread at a time may
/// call: see copy().
class signing_key {
public:
    /// Reads the PEM file, or makes the key and the file (0600, its folder 0700, written whole or
    /// not at all) when there is none. Refuses a file that others can read. Throws file_error.
    static signing_key load_or_create(const std::filesystem::path& file);

    /// Another one than any before, written into the place of the file that is there, whole or not
    /// at all. Throws file_error.
    static signing_key replace(const std::filesystem::path& file);

    /// Throws file_error when nothing that the key signs can be verified: a damaged file may well
    /// parse. `file` is where it came from. Takes milliseconds.
    void check(const std::filesystem::path& file) const;

    /// The same key with state of its own: each reactor verifies with one.
    [[nodiscard]] signing_key copy() const;

    ~signing_key();
    signing_key(signing_key&&) noexcept;
    signing_key& operator=(signing_key&&) noexcept;

    [[nodiscard]] const rsa_public_key& public_half() const;
    /// What public_half() says.
    [[nodiscard]] const std::string& id() const { return public_half().id(); }
    [[nodiscard]] const std::string& modulus() const { return public_half().modulus(); }
    [[nodiscard]] const std::string& exponent() const { return public_half().exponent(); }
    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const {
        return public_half().verify(text, signature);
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over the text; the raw signature.
    [[nodiscard]] std::string sign(std::string_view text) const;

private:
    class implementation;
    explicit signing_key(std::unique_ptr<implementation> inner);
    std::unique_ptr<implementation> implementation_;
};

}  // namespace partner_center
