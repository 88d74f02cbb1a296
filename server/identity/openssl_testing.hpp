// Keys and signatures that our own code refuses to make, for tests. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "server/identity/base64url.hpp"

namespace partner_center::testing {

using test_key = std::shared_ptr<EVP_PKEY>;

[[nodiscard]] inline test_key own(EVP_PKEY* key) {
    return {key, EVP_PKEY_free};
}

[[nodiscard]] inline test_key read_pem(const std::filesystem::path& file) {
    std::FILE* const in = std::fopen(file.c_str(), "r");
    EVP_PKEY* const key = PEM_read_PrivateKey(in, nullptr, nullptr, nullptr);
    std::fclose(in);
    return own(key);
}

[[nodiscard]] inline std::string text_of(BIO* memory) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory, &text);
    std::string out{text, static_cast<std::size_t>(size)};
    BIO_free(memory);
    return out;
}

[[nodiscard]] inline std::string private_pem(const test_key& key) {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(out);
}

[[nodiscard]] inline std::string public_pem(const test_key& key) {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(out, key.get());
    return text_of(out);
}

/// A signature of the usual kinds: RSA (PKCS #1 v1.5, or PSS), HMAC.
[[nodiscard]] inline std::string sign_as(
    const test_key& key, const char* digest, std::string_view text, bool pss
) {
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* options = nullptr;
    EVP_DigestSignInit_ex(context, &options, digest, nullptr, nullptr, key.get(), nullptr);
    if (pss) EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    std::string signature(512, '\0');
    std::size_t size = signature.size();
    EVP_DigestSign(
        context,
        reinterpret_cast<unsigned char*>(signature.data()),
        &size,
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size()
    );
    EVP_MD_CTX_free(context);
    signature.resize(size);
    return signature;
}

[[nodiscard]] inline test_key hmac_key(std::string_view secret) {
    return own(EVP_PKEY_new_raw_private_key(
        EVP_PKEY_HMAC, nullptr, reinterpret_cast<const unsigned char*>(secret.data()), secret.size()
    ));
}

}  // namespace partner_center::testing
