// Reads certificates. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#include "server/identity/certificate.hpp"

#include <array>
#include <ctime>
#include <memory>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "server/identity/base64url.hpp"

namespace partner_center {
namespace {

constexpr int rsa_bits_min = 2048;

using x509_pointer = std::unique_ptr<X509, void (*)(X509*)>;
using bio_pointer = std::unique_ptr<BIO, int (*)(BIO*)>;

/// Instead of OpenSSL's default, which asks on the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

[[nodiscard]] std::string thumbprint_of(const X509* certificate) {
    std::array<unsigned char, 32> digest{};
    X509_digest(certificate, EVP_sha256(), digest.data(), nullptr);
    return to_base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

[[nodiscard]] std::string pem_of(X509* certificate) {
    const bio_pointer out{BIO_new(BIO_s_mem()), BIO_free};
    PEM_write_bio_X509(out.get(), certificate);
    char* text = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(out.get(), &text));
    return {text, size};
}

}  // namespace

result<certificate> read_certificate(
    std::string_view pem, std::chrono::sys_time<std::chrono::seconds> now
) {
    const bio_pointer in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
    const x509_pointer read{
        PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr), X509_free};
    ERR_clear_error();
    if (!read) return fault{fault_kind::invalid_value, "holds no certificate in PEM"};
    const EVP_PKEY* const key = X509_get0_pubkey(read.get());
    if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
        EVP_PKEY_get_bits(key) < rsa_bits_min) {
        return fault{fault_kind::invalid_value, "wants an RSA key of 2048 bits or more"};
    }
    std::time_t time = now.time_since_epoch().count();
    if (X509_cmp_time(X509_get0_notAfter(read.get()), &time) < 0) {
        return fault{fault_kind::invalid_value, "has expired"};
    }
    return certificate{thumbprint_of(read.get()), pem_of(read.get())};
}

}  // namespace partner_center
