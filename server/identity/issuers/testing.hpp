// What the tests of outside issuers share: keys that sign, key sets, tokens. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>

#include "server/identity/base64url.hpp"
#include "server/identity/openssl_testing.hpp"

namespace partner_center::testing {

/// The number of a key, in so many bytes (0: as many as it has).
[[nodiscard]] inline std::string number_of(const test_key& key, const char* name, int bytes) {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key.get(), name, &number);
    if (bytes == 0) bytes = BN_num_bytes(number);
    std::string out(static_cast<std::size_t>(bytes), '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(out.data()), bytes);
    BN_free(number);
    return out;
}

/// A signature as JWS has it: of ECDSA the two numbers, each in as many bytes as the curve's order
/// (RFC 7518, section 3.4), of other algorithms as OpenSSL makes it.
[[nodiscard]] inline std::string jws_signature_of(const test_key& key, std::string made) {
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_EC) return made;
    const int bytes = (EVP_PKEY_get_bits(key.get()) + 7) / 8;
    const auto* at = reinterpret_cast<const unsigned char*>(made.data());
    ECDSA_SIG* const numbers = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(made.size()));
    std::string out(2 * static_cast<std::size_t>(bytes), '\0');
    auto* const to = reinterpret_cast<unsigned char*>(out.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(numbers), to, bytes);
    BN_bn2binpad(ECDSA_SIG_get0_s(numbers), to + bytes, bytes);
    ECDSA_SIG_free(numbers);
    return out;
}

/// An issuer's key, with the algorithm that it signs with.
struct issuer_key {
    std::string id{};
    std::string algorithm{};
    test_key pair{};

    [[nodiscard]] static issuer_key rsa(std::string id) {
        return {std::move(id), "RS256", own(EVP_RSA_gen(2048))};
    }
    [[nodiscard]] static issuer_key p256(std::string id) {
        return {std::move(id), "ES256", own(EVP_EC_gen("P-256"))};
    }

    [[nodiscard]] std::string jwk() const {
        const std::string who = R"("use":"sig","kid":")" + id + R"(")";
        if (algorithm == "RS256") {
            return R"({"kty":"RSA",)" + who + R"(,"n":")" +
                   to_base64url(number_of(pair, OSSL_PKEY_PARAM_RSA_N, 0)) + R"(","e":"AQAB"})";
        }
        return R"({"kty":"EC","crv":"P-256",)" + who + R"(,"x":")" +
               to_base64url(number_of(pair, OSSL_PKEY_PARAM_EC_PUB_X, 32)) + R"(","y":")" +
               to_base64url(number_of(pair, OSSL_PKEY_PARAM_EC_PUB_Y, 32)) + R"("})";
    }

    /// The raw signature of a JWS.
    [[nodiscard]] std::string sign(std::string_view text) const {
        return jws_signature_of(pair, sign_as(pair, "SHA256", text, false));
    }

    /// A token with this header and these claims, both JSON.
    [[nodiscard]] std::string token_with(std::string_view header, std::string_view claims) const {
        const std::string text = to_base64url(header) + '.' + to_base64url(claims);
        return text + '.' + to_base64url(sign(text));
    }
    [[nodiscard]] std::string token(std::string_view claims) const {
        return token_with(
            R"({"typ":"JWT","alg":")" + algorithm + R"(","kid":")" + id + R"("})", claims
        );
    }
};

[[nodiscard]] inline std::string key_set_of(const std::vector<std::string>& jwks) {
    std::string out;
    for (const std::string& each : jwks) out += (out.empty() ? "" : ",") + each;
    return R"({"keys":[)" + out + "]}";
}

}  // namespace partner_center::testing
