// Client assertions put together by hand, good or bad, for tests. Calls OpenSSL and
// certificate.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "server/identity/base64url.hpp"
#include "server/identity/certificate.hpp"
#include "server/identity/forgery_testing.hpp"
#include "server/identity/openssl_testing.hpp"
#include "server/identity/testing.hpp"

namespace partner_center::testing {

inline constexpr std::time_t noon_seconds = 1'705'914'892;
inline constexpr std::time_t day = 86'400;

/// A key with its certificate.
struct credential {
    credential(std::time_t begin, std::time_t end)
        : key{own(EVP_RSA_gen(2048))}, pem{certificate_pem(key, begin, end)} {}

    test_key key;
    std::string pem;
    certificate read{certificate::parse(pem).value()};
};
/// Application 1's, its expired one, and one that nobody registered. Made once: it takes a while.
[[nodiscard]] inline const credential& ours() {
    static const credential made{noon_seconds - day, noon_seconds + day};
    return made;
}
[[nodiscard]] inline const credential& expired() {
    static const credential made{noon_seconds - 2 * day, noon_seconds - day};
    return made;
}
[[nodiscard]] inline const credential& foreign() {
    static const credential made{noon_seconds - day, noon_seconds + day};
    return made;
}

[[nodiscard]] inline std::string number_after(std::time_t seconds) {
    return std::to_string(noon_seconds + seconds);
}

[[nodiscard]] inline std::string token_url(std::string_view base, std::string_view named_tenant) {
    return std::string{base} + '/' + std::string{named_tenant} + "/oauth2/v2.0/token";
}

/// An assertion to be: its header and claims, and who signs it how.
struct draft {
    const credential* by{&ours()};
    members header{
        {"typ", in_quotes("JWT")},
        {"alg", in_quotes("RS256")},
        {"x5t", in_quotes(ours().read.sha1_thumbprint())}};
    members claims{
        {"aud", in_quotes(token_url("https://login.microsoftonline.com", to_string(id_of(1))))},
        {"iss", in_quotes(application_of(1))},
        {"sub", in_quotes(application_of(1))},
        {"jti", in_quotes("an id")},
        {"nbf", number_after(0)},
        {"exp", number_after(600)}};
    bool pss{};

    [[nodiscard]] draft with_header(const std::string& name, const std::string& json) const {
        draft changed = *this;
        changed.header = header.with(name, json);
        return changed;
    }
    [[nodiscard]] draft with(const std::string& name, const std::string& json) const {
        draft changed = *this;
        changed.claims = claims.with(name, json);
        return changed;
    }
    [[nodiscard]] draft without(const std::string& name) const {
        draft changed = *this;
        changed.claims = claims.without(name);
        return changed;
    }
    [[nodiscard]] draft without_header(const std::string& name) const {
        draft changed = *this;
        changed.header = header.without(name);
        return changed;
    }
    [[nodiscard]] draft signed_by(const credential& other) const {
        draft changed = *this;
        changed.by = &other;
        return changed;
    }
    [[nodiscard]] std::string text() const {
        const std::string unsigned_text = signed_text(header.json(), claims.json());
        const std::string signature = pss ? sign_as_ps256(by->key, unsigned_text)
                                          : sign_as(by->key, "SHA256", unsigned_text, false);
        return unsigned_text + '.' + to_base64url(signature);
    }
};

}  // namespace partner_center::testing
