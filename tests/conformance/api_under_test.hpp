// The API that the conformance tests talk to, always through the SDK: in this process without a
// socket, or a running `partnerd serve --demo` whose demo.json PARTNERD_DEMO_FILE names. Same
// tests, same data.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/demo.hpp"
#include "server/identity/issuers/provider_testing.hpp"
#include "server/identity/issuers/testing.hpp"
#include "server/identity/token.hpp"
#include <partner_center/client.hpp>
#include <partner_center/http.hpp>

namespace partner_center::testing {

/// The fields of a request as a list that is easy to write.
using fields = std::vector<http::field>;

/// An outside issuer that the API trusts for the tokens of any tenant, signed in one way. It
/// publishes two keys that are good and one that is too short.
struct trusted_provider {
    static constexpr const char* audience = "https://api.example";

    explicit trusted_provider(issuer_key signs);

    [[nodiscard]] std::string url() const { return published.url(); }
    [[nodiscard]] trusted_issuer description() const;

    const issuer_key key;
    const issuer_key short_key{"short", "RS256", own(EVP_RSA_gen(1024))};
    provider published;
};

class api_under_test {
public:
    /// The one of this process.
    static api_under_test& instance();
    /// Whether that is the one in this process.
    [[nodiscard]] static bool runs_here();
    virtual ~api_under_test() = default;

    [[nodiscard]] const demo_world& world() const { return world_; }
    [[nodiscard]] const demo_partner& partner() const { return world_.partners.at(0); }
    [[nodiscard]] const demo_partner& other_partner() const { return world_.partners.at(1); }

    /// A client of a partner's first application.
    [[nodiscard]] client client_of(const demo_partner& partner) const;

    /// A good token of that application, from the authority.
    [[nodiscard]] std::string token_of(const demo_partner& partner) const;

    /// The same for a partner's first user, who may do everything and signed in with a second
    /// factor.
    [[nodiscard]] client user_client_of(const demo_partner& partner) const;
    [[nodiscard]] std::string user_token_of(const demo_partner& partner) const;

    /// The first sample partner of a cloud.
    [[nodiscard]] const demo_partner& partner_in(const cloud& where) const;

    /// A token signed by the authority's own key, with claims that the test chooses.
    [[nodiscard]] std::string signed_token(const demo_partner& partner, const app_token& claims)
        const;

    /// One for RS256 and one for ES256; none when the API runs elsewhere, and trusts nobody of
    /// ours.
    [[nodiscard]] const std::vector<std::unique_ptr<trusted_provider>>& outside_issuers() const {
        return outside_issuers_;
    }

    /// Where it keeps its database and the authority's key.
    [[nodiscard]] const std::filesystem::path& data() const { return data_directory_; }
    [[nodiscard]] std::filesystem::path key_file() const {
        return data_directory_ / "authority" / "signing-key.pem";
    }
    [[nodiscard]] const signing_key& key() const { return *key_; }

    /// One exchange, unpolished. Fails the test's process when there is no answer.
    [[nodiscard]] http::response exchange(http::request request) const;
    [[nodiscard]] http::response get(const std::string& target, fields more) const;
    [[nodiscard]] std::shared_ptr<const transport> carrier() const { return transport_; }
    [[nodiscard]] const std::string& base_url() const { return base_url_; }

protected:
    std::string base_url_{};
    std::filesystem::path data_directory_{};
    demo_world world_{};
    std::shared_ptr<const transport> transport_{};
    std::unique_ptr<signing_key> key_{};
    std::vector<std::unique_ptr<trusted_provider>> outside_issuers_{};
};

[[nodiscard]] std::string billing_path(std::string_view customer_id);

}  // namespace partner_center::testing
