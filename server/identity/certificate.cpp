// Certificates on OpenSSL's X.509.
// SPDX-License-Identifier: MIT
#include "server/identity/certificate.hpp"

#include <array>
#include <ctime>
#include <utility>

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "server/identity/base64url.hpp"
#include "server/identity/openssl_objects.hpp"

namespace partner_center {
namespace {

constexpr int key_bits_min = 2048;

/// Null when the text holds none.
[[nodiscard]] x509_pointer first_in(std::string_view pem) {
    const bio_pointer in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    x509_pointer read;
    if (in) read.reset(PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr));
    ERR_clear_error();  // the queue is the thread's, and others read it
    return read;
}

[[nodiscard]] bool has_strong_key(const X509& read) {
    const EVP_PKEY* const key = X509_get0_pubkey(&read);
    return key != nullptr && EVP_PKEY_is_a(key, "RSA") == 1 &&
           EVP_PKEY_get_bits(key) >= key_bits_min;
}

[[nodiscard]] std::string pem_of(X509& certificate) {
    const bio_pointer out{BIO_new(BIO_s_mem())};
    if (!out || PEM_write_bio_X509(out.get(), &certificate) != 1) return {};
    return text_of(*out);
}

[[nodiscard]] std::string digest_of(const X509* read, const EVP_MD* kind) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(read, kind, digest.data(), &size) != 1) return {};
    return to_base64url({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace

struct certificate::contents {
    x509_pointer read{};
    std::string thumbprint{};
    std::string sha1_thumbprint{};
};

certificate::certificate(std::shared_ptr<const contents> inner) : contents_{std::move(inner)} {}

std::optional<certificate> certificate::parse(std::string_view pem) {
    x509_pointer read = first_in(pem);
    if (!read || !has_strong_key(*read)) return {};
    std::string thumbprint = digest_of(read.get(), EVP_sha256());
    std::string sha1_thumbprint = digest_of(read.get(), EVP_sha1());
    if (thumbprint.empty() || sha1_thumbprint.empty()) return {};
    return certificate{std::make_shared<const contents>(contents{
        std::move(read), std::move(thumbprint), std::move(sha1_thumbprint)})};
}

const std::string& certificate::thumbprint() const {
    return contents_->thumbprint;
}
const std::string& certificate::sha1_thumbprint() const {
    return contents_->sha1_thumbprint;
}

bool certificate::is_valid_at(system_time now) const {
    std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    const X509* const read = contents_->read.get();
    // Zero: a date that cannot be read.
    const int begin = X509_cmp_time(X509_get0_notBefore(read), &seconds);
    const int end = X509_cmp_time(X509_get0_notAfter(read), &seconds);
    return begin < 0 && end > 0;
}

bool certificate::verify(rsa_signature form, std::string_view text, std::string_view signature)
    const {
    const digest_context_pointer context{EVP_MD_CTX_new()};
    EVP_PKEY* const key = X509_get0_pubkey(contents_->read.get());
    EVP_PKEY_CTX* options = nullptr;  // the context's
    if (!context) return false;
    bool right = EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, key) == 1;
    if (right && form == rsa_signature::ps256) {
        right = EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
                EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
    }
    right = right &&
            EVP_DigestVerify(
                context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()
            ) == 1;
    if (!right) ERR_clear_error();
    return right;
}

result<certificate_record> read_certificate(std::string_view pem, system_time now) {
    const x509_pointer read = first_in(pem);
    if (!read) return fault{fault_kind::invalid_value, "holds no certificate in PEM"};
    if (!has_strong_key(*read)) {
        return fault{fault_kind::invalid_value, "wants an RSA key of 2048 bits or more"};
    }
    std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    if (X509_cmp_time(X509_get0_notAfter(read.get()), &seconds) < 0) {
        return fault{fault_kind::invalid_value, "has expired"};
    }
    return certificate_record{digest_of(read.get(), EVP_sha256()), pem_of(*read)};
}

}  // namespace partner_center
