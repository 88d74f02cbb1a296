// Keys and signatures that our own code refuses to make, for tests. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

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

/// A public key as DER: in its X.509 wrapping, or bare (PKCS #1).
[[nodiscard]] inline std::string public_der(const test_key& key) {
    unsigned char* bytes = nullptr;
    const int size = i2d_PUBKEY(key.get(), &bytes);
    std::string out{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
    OPENSSL_free(bytes);
    return out;
}
[[nodiscard]] inline std::string bare_public_der(const test_key& key) {
    unsigned char* bytes = nullptr;
    const int size = i2d_PublicKey(key.get(), &bytes);
    std::string out{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
    OPENSSL_free(bytes);
    return out;
}
[[nodiscard]] inline std::string bare_public_pem(const test_key& key) {
    const std::string der = bare_public_der(key);
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio(
        out,
        PEM_STRING_RSA_PUBLIC,
        "",
        reinterpret_cast<const unsigned char*>(der.data()),
        static_cast<long>(der.size())
    );
    return text_of(out);
}

/// An RSA public key as a JWK.
[[nodiscard]] inline std::string public_jwk(const test_key& key) {
    BIGNUM* modulus = nullptr;
    EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_N, &modulus);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(modulus)), '\0');
    BN_bn2bin(modulus, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(modulus);
    return R"({"kty":"RSA","e":"AQAB","n":")" + to_base64url(bytes) + R"("})";
}

/// The DER of a certificate that nobody but the key itself vouches for.
[[nodiscard]] inline std::string self_signed_certificate(const test_key& key) {
    const std::unique_ptr<X509, decltype(&X509_free)> made{X509_new(), &X509_free};
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    X509_NAME* const name = X509_get_subject_name(made.get());
    const std::string_view text = "login.microsoftonline.com";
    X509_NAME_add_entry_by_txt(
        name,
        "CN",
        MBSTRING_ASC,
        reinterpret_cast<const unsigned char*>(text.data()),
        static_cast<int>(text.size()),
        -1,
        0
    );
    X509_set_issuer_name(made.get(), name);
    X509_sign(made.get(), key.get(), EVP_sha256());
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(made.get(), &bytes);
    std::string out{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
    OPENSSL_free(bytes);
    return out;
}

/// A certificate for this key, good from one second to another (since 1970), in PEM.
[[nodiscard]] inline std::string certificate_pem(
    const test_key& key, std::time_t begin, std::time_t end
) {
    const std::string der = self_signed_certificate(key);
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<X509, decltype(&X509_free)> made{
        d2i_X509(nullptr, &bytes, static_cast<long>(der.size())), &X509_free};
    ASN1_TIME_set(X509_getm_notBefore(made.get()), begin);
    ASN1_TIME_set(X509_getm_notAfter(made.get()), end);
    X509_sign(made.get(), key.get(), EVP_sha256());
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, made.get());
    return text_of(out);
}

/// RSASSA-PSS as JWS has it: a salt as long as the hash.
[[nodiscard]] inline std::string sign_as_ps256(const test_key& key, std::string_view text) {
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* options = nullptr;
    EVP_DigestSignInit_ex(context, &options, "SHA256", nullptr, nullptr, key.get(), nullptr);
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
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

/// RS256 verification by OpenSSL alone, with everything prepared that can be: nothing that verifies
/// signatures can be faster.
class bare_verifier {
public:
    explicit bare_verifier(test_key key)
        : key_{std::move(key)}, context_{EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free} {
        EVP_PKEY_verify_init(context_.get());
        EVP_PKEY_CTX_set_rsa_padding(context_.get(), RSA_PKCS1_PADDING);
        EVP_PKEY_CTX_set_signature_md(context_.get(), digest_.get());
    }

    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) {
        std::array<unsigned char, 32> hash{};
        EVP_Digest(text.data(), text.size(), hash.data(), nullptr, digest_.get(), nullptr);
        const auto* const bytes = reinterpret_cast<const unsigned char*>(signature.data());
        return EVP_PKEY_verify(context_.get(), bytes, signature.size(), hash.data(), hash.size()) ==
               1;
    }

private:
    test_key key_;
    std::shared_ptr<EVP_MD> digest_{EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free};
    std::shared_ptr<EVP_PKEY_CTX> context_;
};

[[nodiscard]] inline test_key hmac_key(std::string_view secret) {
    return own(EVP_PKEY_new_raw_private_key(
        EVP_PKEY_HMAC, nullptr, reinterpret_cast<const unsigned char*>(secret.data()), secret.size()
    ));
}

}  // namespace partner_center::testing
