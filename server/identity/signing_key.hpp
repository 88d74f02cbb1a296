// The authority's RSA key: made at first start, kept in DATA, signs and verifies tokens.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace partner_center {

/// An RSA-2048 key pair. Immutable and thread-safe after construction.
class signing_key {
public:
    /// Reads the PEM file, or makes the key and the file (0600, its folder 0700, written whole or
    /// not at all) when there is none. Refuses a file that others can read. Throws file_error.
    static signing_key load_or_create(const std::filesystem::path& file);

    /// Throws file_error when nothing that the key signs can be verified: a damaged file may well
    /// parse. `file` is where it came from. Takes milliseconds.
    void check(const std::filesystem::path& file) const;

    /// The same key with state of its own, so that reactors share no counters while they verify.
    [[nodiscard]] signing_key copy() const;

    ~signing_key();
    signing_key(signing_key&&) noexcept;
    signing_key& operator=(signing_key&&) noexcept;

    /// RFC 7638 thumbprint (SHA-256, base64url), the token header's `kid`.
    [[nodiscard]] const std::string& id() const;
    /// The public key as RFC 7517 members, base64url.
    [[nodiscard]] const std::string& modulus() const;
    [[nodiscard]] const std::string& exponent() const;

    /// RSASSA-PKCS1-v1_5 with SHA-256 over the text; the raw signature.
    [[nodiscard]] std::string sign(std::string_view text) const;
    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;

private:
    class implementation;
    explicit signing_key(std::unique_ptr<implementation> inner);
    std::unique_ptr<implementation> implementation_;
};

}  // namespace partner_center
