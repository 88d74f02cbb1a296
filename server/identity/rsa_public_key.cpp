// RSA verification on OpenSSL's EVP interface. Calls base64url.cpp and the codec.
// SPDX-License-Identifier: MIT
#include "server/identity/rsa_public_key.hpp"

#include <array>
#include <utility>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "server/identity/base64url.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// What a thumbprint is made of: these members in this order. Source: RFC 7638, section 3.2.
struct thumbprint_input {
    std::string e{};
    std::string kty{"RSA"};
    std::string n{};
};
BOOST_DESCRIBE_STRUCT(thumbprint_input, (), (e, kty, n))

namespace {

constexpr int bits_min = 2048;
constexpr int bits_max = OPENSSL_RSA_MAX_MODULUS_BITS;

template <auto Release>
struct releaser {
    template <class T>
    void operator()(T* object) const {
        Release(object);
    }
};
using key_pointer = std::unique_ptr<EVP_PKEY, releaser<EVP_PKEY_free>>;
using digest_pointer = std::unique_ptr<EVP_MD, releaser<EVP_MD_free>>;
using operation_pointer = std::unique_ptr<EVP_PKEY_CTX, releaser<EVP_PKEY_CTX_free>>;
using number_pointer = std::unique_ptr<BIGNUM, releaser<BN_free>>;
using builder_pointer = std::unique_ptr<OSSL_PARAM_BLD, releaser<OSSL_PARAM_BLD_free>>;
using parameters_pointer = std::unique_ptr<OSSL_PARAM, releaser<OSSL_PARAM_free>>;

void require(bool done, const char* what) {
    if (!done) throw key_error{std::string{"OpenSSL cannot "} + what};
}

[[nodiscard]] const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// Null when the text is no number.
[[nodiscard]] number_pointer number_of(std::string_view text) {
    const auto bytes = from_base64url(text);
    if (!bytes || bytes->empty() || bytes->size() > bits_max / 8) return {};
    return number_pointer{BN_bin2bn(bytes_of(*bytes), static_cast<int>(bytes->size()), nullptr)};
}

[[nodiscard]] key_pointer make_key(std::string_view modulus, std::string_view exponent) {
    const number_pointer n = number_of(modulus);
    const number_pointer e = number_of(exponent);
    const bool sane = n && e && BN_num_bits(n.get()) >= bits_min && BN_is_odd(n.get()) == 1 &&
                      BN_is_odd(e.get()) == 1 && BN_is_one(e.get()) == 0 &&
                      BN_num_bits(e.get()) <= OPENSSL_RSA_MAX_PUBEXP_BITS;
    if (!sane) throw key_error{"its numbers are no RSA key of 2048 bits or more"};

    const builder_pointer builder{OSSL_PARAM_BLD_new()};
    require(builder != nullptr, "allocate memory");
    require(
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
            OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1,
        "take the parts of an RSA key"
    );
    const parameters_pointer parameters{OSSL_PARAM_BLD_to_param(builder.get())};
    const operation_pointer maker{EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
    EVP_PKEY* raw = nullptr;
    const bool made =
        parameters && maker && EVP_PKEY_fromdata_init(maker.get()) == 1 &&
        EVP_PKEY_fromdata(maker.get(), &raw, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
    key_pointer key{raw};
    require(made, "make an RSA public key");
    return key;
}

[[nodiscard]] std::string thumbprint(const std::string& modulus, const std::string& exponent) {
    const std::string text = to_json(thumbprint_input{.e = exponent, .n = modulus});
    std::array<unsigned char, 32> digest{};
    std::size_t size = 0;
    const int made =
        EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(), digest.data(), &size);
    require(made == 1 && size == digest.size(), "hash a key");
    return to_base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

/// `verifier` is prepared once and copied for each use, and `digest` is looked up once: finding the
/// algorithms by name is a good part of what one verification costs.
class rsa_public_key::implementation {
public:
    implementation(std::string n, std::string e)
        : modulus{std::move(n)},
          exponent{std::move(e)},
          key{make_key(modulus, exponent)},
          id{thumbprint(modulus, exponent)},
          digest{EVP_MD_fetch(nullptr, "SHA256", nullptr)},
          verifier{EVP_PKEY_CTX_new(key.get(), nullptr)} {
        const bool ready = digest && verifier && EVP_PKEY_verify_init(verifier.get()) == 1 &&
                           EVP_PKEY_CTX_set_rsa_padding(verifier.get(), RSA_PKCS1_PADDING) == 1 &&
                           EVP_PKEY_CTX_set_signature_md(verifier.get(), digest.get()) == 1;
        require(ready, "use an RSA key");
    }

    std::string modulus;
    std::string exponent;
    key_pointer key;
    std::string id;
    digest_pointer digest;
    operation_pointer verifier;
};

rsa_public_key::rsa_public_key(std::string modulus, std::string exponent)
    : implementation_{std::make_unique<implementation>(std::move(modulus), std::move(exponent))} {}
rsa_public_key::~rsa_public_key() = default;
rsa_public_key::rsa_public_key(rsa_public_key&&) noexcept = default;
rsa_public_key& rsa_public_key::operator=(rsa_public_key&&) noexcept = default;

rsa_public_key rsa_public_key::copy() const {
    return {implementation_->modulus, implementation_->exponent};
}

const std::string& rsa_public_key::id() const {
    return implementation_->id;
}
const std::string& rsa_public_key::modulus() const {
    return implementation_->modulus;
}
const std::string& rsa_public_key::exponent() const {
    return implementation_->exponent;
}

bool rsa_public_key::verify(std::string_view text, std::string_view signature) const {
    std::array<unsigned char, 32> hash{};
    const int hashed = EVP_Digest(
        text.data(), text.size(), hash.data(), nullptr, implementation_->digest.get(), nullptr
    );
    const operation_pointer operation{EVP_PKEY_CTX_dup(implementation_->verifier.get())};
    require(hashed == 1 && operation, "verify");
    const int outcome = EVP_PKEY_verify(
        operation.get(), bytes_of(signature), signature.size(), hash.data(), hash.size()
    );
    if (outcome != 1) ERR_clear_error();  // the queue is the thread's, and others read it
    return outcome == 1;
}

}  // namespace partner_center
