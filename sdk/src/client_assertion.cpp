// Reads the PEM and signs, over OpenSSL.
// SPDX-License-Identifier: MIT
#include "sdk/src/client_assertion.hpp"

#include <cstdint>
#include <memory>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "sdk/src/digest.hpp"
#include <partner_center/json.hpp>

namespace partner_center::detail {

/// Source: RFC 7523, section 3; jti so that no two are the same.
struct assertion_claims {
    static constexpr auto wire_case = letter_case::snake;

    std::string aud{};
    std::string iss{};
    std::string sub{};
    std::string jti{};
    std::int64_t nbf{};
    std::int64_t exp{};
};
BOOST_DESCRIBE_STRUCT(assertion_claims, (), (aud, iss, sub, jti, nbf, exp))

namespace {

constexpr std::int64_t lifetime_seconds = 600;
constexpr int key_bits_min = 2048;

template <auto Release>
struct releaser {
    template <class T>
    void operator()(T* object) const {
        Release(object);
    }
};
using bio_pointer = std::unique_ptr<BIO, releaser<BIO_free_all>>;
using key_pointer = std::unique_ptr<EVP_PKEY, releaser<EVP_PKEY_free>>;
using certificate_pointer = std::unique_ptr<X509, releaser<X509_free>>;
using signing_pointer = std::unique_ptr<EVP_MD_CTX, releaser<EVP_MD_CTX_free>>;

/// Instead of OpenSSL's default, which asks for a passphrase on the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

[[nodiscard]] bio_pointer reader_of(const std::string& text) {
    return bio_pointer{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

[[nodiscard]] key_pointer read_key(const std::string& pem) {
    const bio_pointer in = reader_of(pem);
    key_pointer key{PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr)};
    const bool is_good =
        key && EVP_PKEY_is_a(key.get(), "RSA") == 1 && EVP_PKEY_get_bits(key.get()) >= key_bits_min;
    return is_good ? std::move(key) : nullptr;
}

[[nodiscard]] certificate_pointer read_certificate(const std::string& pem) {
    const bio_pointer in = reader_of(pem);
    return certificate_pointer{PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr)};
}

/// base64url of the SHA-256 of its DER form (RFC 7515, section 4.1.8).
[[nodiscard]] std::string thumbprint_of(X509& certificate) {
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    X509_digest(&certificate, EVP_sha256(), reinterpret_cast<unsigned char*>(digest.data()), &size);
    digest.resize(size);
    return to_base64url(digest);
}

/// RSASSA-PSS with SHA-256 and a salt of its length (RFC 7518, section 3.5); empty when it fails.
[[nodiscard]] std::string sign(EVP_PKEY& key, const std::string& text) {
    const signing_pointer signing{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* padding = nullptr;  // the signing's own
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(&key)), '\0');
    std::size_t size = signature.size();
    const bool is_signed =
        signing && EVP_DigestSignInit(signing.get(), &padding, EVP_sha256(), nullptr, &key) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
        EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1 &&
        EVP_DigestSign(
            signing.get(),
            reinterpret_cast<unsigned char*>(signature.data()),
            &size,
            reinterpret_cast<const unsigned char*>(text.data()),
            text.size()
        ) == 1;
    return is_signed ? signature.substr(0, size) : std::string{};
}

[[nodiscard]] error unusable(std::string why) {
    return {.category = error_category::bad_input, .description = std::move(why)};
}

}  // namespace

outcome<std::string> make_client_assertion(const assertion_order& order) {
    const certificate_pointer certificate = read_certificate(order.pem);
    if (!certificate) return unusable("the PEM holds no certificate");
    const key_pointer key = read_key(order.pem);
    if (!key)
        return unusable("the PEM holds no RSA key of 2048 bits or more that is not encrypted");
    if (X509_check_private_key(certificate.get(), key.get()) != 1) {
        return unusable("the PEM holds a certificate and the key of another one");
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(order.now.time_since_epoch()).count();
    const assertion_claims claims{
        .aud = order.token_url,
        .iss = order.client_id,
        .sub = order.client_id,
        .jti = random_text(),
        .nbf = now,
        .exp = now + lifetime_seconds,
    };
    const std::string header =
        R"({"alg":"PS256","typ":"JWT","x5t#S256":")" + thumbprint_of(*certificate) + "\"}";
    const std::string text = to_base64url(header) + '.' + to_base64url(to_json(claims));
    const std::string signature = sign(*key, text);
    if (signature.empty()) return unusable("OpenSSL cannot sign with the key of the PEM");
    return text + '.' + to_base64url(signature);
}

}  // namespace partner_center::detail
