// Makes the tokens that tests present to the API, good ones and such as have something wrong, for
// each kind of caller. Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/demo.hpp"
#include "server/identity/forgery_testing.hpp"
#include "server/identity/issuers/testing.hpp"
#include "tests/conformance/api_under_test.hpp"
#include <partner_center/guid.hpp>

namespace partner_center::testing {

/// Who presents a token, and whose key signed it.
enum class caller_kind {
    application,    ///< of the embedded authority
    user,           ///< of the embedded authority, by an application
    outside_rs256,  ///< an application of an outside issuer
    outside_es256,  ///< the same, with another algorithm
};

inline constexpr std::array all_kinds{
    caller_kind::application,
    caller_kind::user,
    caller_kind::outside_rs256,
    caller_kind::outside_es256};

/// Those whose tokens the API under test takes: one that runs elsewhere trusts no issuer of ours.
[[nodiscard]] std::span<const caller_kind> kinds();

/// People and applications that the demo data has not, in the store of the API under test: written
/// once, by a connection of our own.
struct known_people {
    guid user{};           ///< of the first partner
    guid user_of_other{};  ///< of the second
    guid disabled_application{};
};
[[nodiscard]] const known_people& people();

/// A JSON number of seconds: so long after this moment.
[[nodiscard]] std::string after_now(std::chrono::seconds time);

/// Makes tokens of one kind of caller, for the API under test.
class token_maker {
public:
    static const token_maker& of(caller_kind kind);

    [[nodiscard]] bool is_outside() const { return !outside_url_.empty(); }
    [[nodiscard]] const issuer_key& key() const { return key_; }
    /// Somebody else's, under the same id.
    [[nodiscard]] const issuer_key& foreign_key() const { return foreign_; }
    /// One of 1024 bits, which nobody should take: an outside issuer publishes its own.
    [[nodiscard]] const issuer_key& short_key() const { return short_; }
    [[nodiscard]] const std::string& algorithm() const { return key_.algorithm; }
    [[nodiscard]] const std::string& audience() const { return audience_; }
    /// The claim that names the application.
    [[nodiscard]] const std::string& application_claim() const { return application_claim_; }
    /// Its `iss` for a tenant.
    [[nodiscard]] std::string issuer_of(const guid& tenant) const;

    [[nodiscard]] members good_header() const;
    [[nodiscard]] members good_claims() const;
    [[nodiscard]] members good_claims_of(const demo_partner& partner, const guid& user) const;
    /// Of a user, whoever the caller is.
    [[nodiscard]] members user_claims() const;

    /// Signed by its key, whatever is in it.
    [[nodiscard]] std::string signed_as_is(std::string_view header, std::string_view payload) const;
    [[nodiscard]] std::string with_header(const members& header) const;
    [[nodiscard]] std::string with_header(const std::string& name, const std::string& json) const;
    [[nodiscard]] std::string with_claims(const members& claims) const;
    [[nodiscard]] std::string with_claim(const std::string& name, const std::string& json) const;
    [[nodiscard]] std::string good_token() const;

    /// The good claims under another header, signed by another key.
    [[nodiscard]] std::string signed_by(const issuer_key& key, const members& header) const;
    /// And under a header that only names another algorithm, signed in any way.
    [[nodiscard]] std::string by_algorithm(
        const std::string& name, const test_key& key, const char* digest, bool pss
    ) const;
    [[nodiscard]] std::string with_raw_signature(
        const members& header, const std::string& signature
    ) const;
    /// A good token but for its size, which a claim and a header member fill up.
    [[nodiscard]] std::string of_size(std::size_t bytes) const;

private:
    explicit token_maker(caller_kind kind);

    [[nodiscard]] members application_claims_of(const demo_partner& partner) const;
    [[nodiscard]] members user_claims_of(const demo_partner& partner, const guid& user) const;

    bool is_user_{};
    std::string outside_url_{};
    issuer_key key_{};
    issuer_key foreign_{};
    issuer_key short_{};
    std::string audience_{};
    std::string application_claim_{};
};

}  // namespace partner_center::testing
