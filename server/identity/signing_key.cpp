// The RSA key pair on OpenSSL's EVP interface; its file is private_file.cpp's business.
// SPDX-License-Identifier: MIT
#include "server/identity/signing_key.hpp"

#include <optional>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "server/identity/base64url.hpp"
#include "server/identity/openssl_objects.hpp"
#include "server/identity/private_file.hpp"

namespace partner_center {
namespace {

constexpr int key_bits = 2048;

void require(bool done, const char* what) {
    if (!done) throw file_error{std::string{"OpenSSL cannot "} + what};
}

[[nodiscard]] std::string new_key_pem() {
    const key_pointer key{EVP_RSA_gen(key_bits)};
    require(key != nullptr, "make an RSA key");
    std::string pem = private_pem(*key);
    require(!pem.empty(), "write an RSA key");
    return pem;
}

[[nodiscard]] key_pointer read_key(std::string_view pem, const std::filesystem::path& file) {
    const bio_pointer in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    require(in != nullptr, "allocate memory");
    key_pointer key{PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr)};
    ERR_clear_error();
    if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1 || EVP_PKEY_get_bits(key.get()) < key_bits) {
        throw file_error{
            file.string() + " is not an unencrypted RSA private key of 2048 bits or more in PEM; " +
            "restore it from a backup, or move it away to have a new one made"};
    }
    return key;
}

[[noreturn]] void refuse_damaged(const std::filesystem::path& file) {
    throw file_error{file.string() + " is damaged: the parts of its key do not fit together"};
}

[[nodiscard]] std::string number_of(const EVP_PKEY& key, const char* name) {
    BIGNUM* raw = nullptr;
    require(EVP_PKEY_get_bn_param(&key, name, &raw) == 1, "tell the parts of an RSA key");
    const number_pointer number{raw};
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
    BN_bn2bin(raw, bytes_of(bytes));
    return to_base64url(bytes);
}

[[nodiscard]] rsa_public_key public_half_of(const EVP_PKEY& key) {
    return {number_of(key, OSSL_PKEY_PARAM_RSA_N), number_of(key, OSSL_PKEY_PARAM_RSA_E)};
}

}  // namespace

class signing_key::implementation {
public:
    explicit implementation(key_pointer pair)
        : key{std::move(pair)},
          public_half{public_half_of(*key)},
          digest{EVP_MD_fetch(nullptr, "SHA256", nullptr)} {
        require(digest != nullptr, "use an RSA key");
    }

    key_pointer key;
    rsa_public_key public_half;
    digest_pointer digest;
};

signing_key::signing_key(std::unique_ptr<implementation> inner)
    : implementation_{std::move(inner)} {}
signing_key::~signing_key() = default;
signing_key::signing_key(signing_key&&) noexcept = default;
signing_key& signing_key::operator=(signing_key&&) noexcept = default;

signing_key signing_key::load_or_create(const std::filesystem::path& file) {
    auto pem = read_private_file(file);
    if (!pem) {
        publish_private_file(file, new_key_pem());
        pem = read_private_file(file);  // another process may have been first: its key counts
    }
    if (!pem) throw file_error{file.string() + " disappeared while it was being made"};
    try {
        return signing_key{std::make_unique<implementation>(read_key(*pem, file))};
    } catch (const key_error&) {
        refuse_damaged(file);
    }
}

signing_key signing_key::replace(const std::filesystem::path& file) {
    const std::string pem = new_key_pem();
    replace_private_file(file, pem);
    return signing_key{std::make_unique<implementation>(read_key(pem, file))};
}

void signing_key::check(const std::filesystem::path& file) const {
    constexpr std::string_view probe = "probe";
    if (!verify(probe, sign(probe))) refuse_damaged(file);
}

signing_key signing_key::copy() const {
    key_pointer own{EVP_PKEY_dup(implementation_->key.get())};
    require(own != nullptr, "copy a key");
    return signing_key{std::make_unique<implementation>(std::move(own))};
}

const rsa_public_key& signing_key::public_half() const {
    return implementation_->public_half;
}

std::string signing_key::sign(std::string_view text) const {
    EVP_PKEY* const key = implementation_->key.get();
    const digest_context_pointer context{EVP_MD_CTX_new()};
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
    std::size_t size = signature.size();
    const bool made =
        context &&
        EVP_DigestSignInit(context.get(), nullptr, implementation_->digest.get(), nullptr, key) ==
            1 &&
        EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(text), text.size()) == 1;
    require(made, "sign");
    signature.resize(size);
    return signature;
}

}  // namespace partner_center
