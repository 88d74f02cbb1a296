// Owners of OpenSSL's objects, and what all its callers do with them. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "server/identity/releaser.hpp"

namespace partner_center {

using key_pointer = std::unique_ptr<EVP_PKEY, releaser<EVP_PKEY_free>>;
using operation_pointer = std::unique_ptr<EVP_PKEY_CTX, releaser<EVP_PKEY_CTX_free>>;
using digest_pointer = std::unique_ptr<EVP_MD, releaser<EVP_MD_free>>;
using digest_context_pointer = std::unique_ptr<EVP_MD_CTX, releaser<EVP_MD_CTX_free>>;
using cipher_context_pointer = std::unique_ptr<EVP_CIPHER_CTX, releaser<EVP_CIPHER_CTX_free>>;
using number_pointer = std::unique_ptr<BIGNUM, releaser<BN_free>>;
using builder_pointer = std::unique_ptr<OSSL_PARAM_BLD, releaser<OSSL_PARAM_BLD_free>>;
using parameters_pointer = std::unique_ptr<OSSL_PARAM, releaser<OSSL_PARAM_free>>;
using bio_pointer = std::unique_ptr<BIO, releaser<BIO_free_all>>;
using x509_pointer = std::unique_ptr<X509, releaser<X509_free>>;

[[nodiscard]] inline const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
[[nodiscard]] inline unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

/// For PEM_read_…: instead of OpenSSL's default, which asks for a passphrase on the terminal.
inline int no_passphrase(char*, int, int, void*) {
    return -1;
}

/// What was written into memory.
[[nodiscard]] inline std::string text_of(BIO& memory) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(&memory, &text);
    return {text, static_cast<std::size_t>(size)};
}

/// Not encrypted; empty when OpenSSL cannot write it.
[[nodiscard]] inline std::string private_pem(EVP_PKEY& key) {
    const bio_pointer out{BIO_new(BIO_s_mem())};
    const bool written =
        out &&
        PEM_write_bio_PrivateKey(out.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
    return written ? text_of(*out) : std::string{};
}

}  // namespace partner_center
