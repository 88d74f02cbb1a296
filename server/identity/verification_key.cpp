// Public keys on OpenSSL's EVP interface. Calls OpenSSL only.
// SPDX-License-Identifier: MIT
#include "server/identity/verification_key.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "server/identity/openssl_objects.hpp"

namespace partner_center {
namespace {

constexpr int modulus_bits_min = 2048;
constexpr int exponent_bits_max = 64;
constexpr std::size_t coordinate_bytes = 32;
constexpr std::size_t number_bytes_max = 2048;  ///< with room for zeros in front

using pair_pointer = std::unique_ptr<ECDSA_SIG, releaser<ECDSA_SIG_free>>;

void require(bool done) {
    if (!done) throw std::runtime_error{"OpenSSL cannot use a public key"};
}

[[nodiscard]] number_pointer number_of(std::string_view bytes) {
    number_pointer number{BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr)};
    require(number != nullptr);
    return number;
}

/// The key that these parameters describe, or null. Leaves no error for others to find.
[[nodiscard]] key_pointer key_of(const char* kind, OSSL_PARAM_BLD& builder) {
    const parameters_pointer parameters{OSSL_PARAM_BLD_to_param(&builder)};
    const operation_pointer maker{EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr)};
    require(parameters && maker && EVP_PKEY_fromdata_init(maker.get()) == 1);
    EVP_PKEY* made = nullptr;
    const int outcome =
        EVP_PKEY_fromdata(maker.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get());
    ERR_clear_error();
    return key_pointer{outcome == 1 ? made : nullptr};
}

/// ECDSA's two numbers as OpenSSL wants them (DER), or nothing when there are not two.
[[nodiscard]] std::optional<std::string> der_of(std::string_view signature) {
    if (signature.size() != 2 * coordinate_bytes) return {};
    number_pointer r = number_of(signature.substr(0, coordinate_bytes));
    number_pointer s = number_of(signature.substr(coordinate_bytes));
    const pair_pointer pair{ECDSA_SIG_new()};
    require(pair && ECDSA_SIG_set0(pair.get(), r.get(), s.get()) == 1);
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    unsigned char* bytes = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &bytes);
    require(size > 0);
    const std::unique_ptr<unsigned char, decltype([](unsigned char* each) { OPENSSL_free(each); })>
        owner{bytes};
    return std::string{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

}  // namespace

/// `verifier` is prepared once and `digest` looked up once: finding the algorithms by name, and
/// copying what is prepared, is a good part of what one verification costs.
class verification_key::implementation {
public:
    implementation(key_pointer key, signature_algorithm of)
        : public_key{std::move(key)},
          algorithm{of},
          digest{EVP_MD_fetch(nullptr, "SHA256", nullptr)},
          verifier{EVP_PKEY_CTX_new(public_key.get(), nullptr)} {
        const bool is_rsa = of == signature_algorithm::rs256;
        require(digest && verifier && EVP_PKEY_verify_init(verifier.get()) == 1);
        require(!is_rsa || EVP_PKEY_CTX_set_rsa_padding(verifier.get(), RSA_PKCS1_PADDING) == 1);
        require(EVP_PKEY_CTX_set_signature_md(verifier.get(), digest.get()) == 1);
    }

    key_pointer public_key;
    signature_algorithm algorithm;
    digest_pointer digest;
    operation_pointer verifier;
};

std::string_view name_of(signature_algorithm algorithm) {
    return algorithm == signature_algorithm::rs256 ? "RS256" : "ES256";
}

std::optional<signature_algorithm> find_signature_algorithm(std::string_view name) {
    for (const auto each : {signature_algorithm::rs256, signature_algorithm::es256}) {
        if (name == name_of(each)) return each;
    }
    return {};
}

verification_key::verification_key(std::unique_ptr<implementation> inner)
    : implementation_{std::move(inner)} {}
verification_key::~verification_key() = default;
verification_key::verification_key(verification_key&&) noexcept = default;
verification_key& verification_key::operator=(verification_key&&) noexcept = default;

std::optional<verification_key> verification_key::rsa(
    std::string_view modulus, std::string_view exponent, const rsa_limits& limits
) {
    if (modulus.size() > number_bytes_max || exponent.size() > number_bytes_max) return {};
    const number_pointer n = number_of(modulus);
    const number_pointer e = number_of(exponent);
    const number_pointer least{BN_new()};
    require(least && BN_set_word(least.get(), limits.exponent_min) == 1);
    const int bits = BN_num_bits(n.get());
    const bool good = bits >= modulus_bits_min && bits <= limits.modulus_bits_max &&
                      BN_is_odd(n.get()) == 1 && BN_is_odd(e.get()) == 1 &&
                      BN_num_bits(e.get()) <= exponent_bits_max &&
                      BN_cmp(e.get(), least.get()) >= 0;
    if (!good) return {};
    const builder_pointer builder{OSSL_PARAM_BLD_new()};
    require(
        builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1
    );
    auto key = key_of("RSA", *builder);
    if (!key) return {};
    return verification_key{
        std::make_unique<implementation>(std::move(key), signature_algorithm::rs256)};
}

std::optional<verification_key> verification_key::p256(std::string_view x, std::string_view y) {
    if (x.size() != coordinate_bytes || y.size() != coordinate_bytes) return {};
    std::string point{'\x04'};  // not compressed
    point.append(x).append(y);
    const builder_pointer builder{OSSL_PARAM_BLD_new()};
    require(
        builder &&
        OSSL_PARAM_BLD_push_utf8_string(
            builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0
        ) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(
            builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()
        ) == 1
    );
    auto key = key_of("EC", *builder);
    if (!key) return {};
    const operation_pointer checker{EVP_PKEY_CTX_new(key.get(), nullptr)};
    require(checker != nullptr);
    const int outcome = EVP_PKEY_public_check(checker.get());
    ERR_clear_error();
    if (outcome != 1) return {};
    return verification_key{
        std::make_unique<implementation>(std::move(key), signature_algorithm::es256)};
}

verification_key verification_key::copy() const {
    key_pointer own{EVP_PKEY_dup(implementation_->public_key.get())};
    require(own != nullptr);
    return verification_key{
        std::make_unique<implementation>(std::move(own), implementation_->algorithm)};
}

signature_algorithm verification_key::algorithm() const {
    return implementation_->algorithm;
}

bool verification_key::verify(std::string_view text, std::string_view signature) const {
    std::string der;
    if (algorithm() == signature_algorithm::es256) {
        auto converted = der_of(signature);
        if (!converted) return false;
        der = *std::move(converted);
        signature = der;
    }
    std::array<unsigned char, 32> hash{};
    const int hashed = EVP_Digest(
        text.data(), text.size(), hash.data(), nullptr, implementation_->digest.get(), nullptr
    );
    require(hashed == 1);
    const int outcome = EVP_PKEY_verify(
        implementation_->verifier.get(),
        bytes_of(signature),
        signature.size(),
        hash.data(),
        hash.size()
    );
    if (outcome != 1) ERR_clear_error();  // the queue is the thread's, and others read it
    return outcome == 1;
}

}  // namespace partner_center
