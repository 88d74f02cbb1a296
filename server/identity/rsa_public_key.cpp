// RSA keys of ours from their published numbers. Calls base64url.cpp, digest.cpp and the codec.
// SPDX-License-Identifier: MIT
#include "server/identity/rsa_public_key.hpp"

#include <utility>

#include "server/identity/base64url.hpp"
#include "server/identity/digest.hpp"
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

/// Whatever OpenSSL can use: the operator chose the key.
constexpr rsa_limits own_rsa{.modulus_bits_max = 16'384, .exponent_min = 3};

[[nodiscard]] verification_key make_key(std::string_view modulus, std::string_view exponent) {
    auto key = verification_key::rsa(
        from_base64url(modulus).value_or(""), from_base64url(exponent).value_or(""), own_rsa
    );
    if (!key) throw key_error{"its numbers are no RSA key of 2048 bits or more"};
    return *std::move(key);
}

}  // namespace

rsa_public_key::rsa_public_key(std::string modulus, std::string exponent)
    : modulus_{std::move(modulus)},
      exponent_{std::move(exponent)},
      id_{sha256_base64url(to_json(thumbprint_input{.e = exponent_, .n = modulus_}))},
      key_{make_key(modulus_, exponent_)} {}

}  // namespace partner_center
