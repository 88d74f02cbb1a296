// Puts tokens together by hand. Calls OpenSSL, and the store for the people whom they name.
// SPDX-License-Identifier: MIT
#include "tests/conformance/token_maker.hpp"

#include <map>
#include <utility>

#include "server/identity/base64url.hpp"
#include "server/identity/random.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"

namespace partner_center::testing {
namespace {

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

void add_user(store& records, const guid& id, const demo_partner& partner) {
    user_record user{
        .id = id, .partner_id = partner.tenant_id, .user_principal_name = to_string(id)};
    block_on(records.tenants().add_user(std::move(user)));
}

[[nodiscard]] known_people add_people() {
    const known_people added{random_guid(), random_guid(), random_guid()};
    sqlite_file file{{.file = api().data() / "partnerd.db"}};
    store records{file.connect()};
    add_user(records, added.user, api().partner());
    add_user(records, added.user_of_other, api().other_partner());
    application_record disabled{
        .id = added.disabled_application,
        .partner_id = api().partner().tenant_id,
        .disabled = true};
    block_on(records.tenants().add_application(std::move(disabled)));
    return added;
}

}  // namespace

std::span<const caller_kind> kinds() {
    const std::span<const caller_kind> all{all_kinds};
    return api_under_test::runs_here() ? all : all.first(2);
}

const known_people& people() {
    static const known_people known = add_people();
    return known;
}

std::string after_now(std::chrono::seconds time) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return std::to_string((now + time).time_since_epoch().count());
}

const token_maker& token_maker::of(caller_kind kind) {
    static const std::map<caller_kind, token_maker> all = [] {
        std::map<caller_kind, token_maker> made;
        for (const caller_kind each : kinds()) made.emplace(each, token_maker{each});
        return made;
    }();
    return all.at(kind);
}

token_maker::token_maker(caller_kind kind) : is_user_{kind == caller_kind::user} {
    switch (kind) {
        case caller_kind::application:
        case caller_kind::user:
            key_ = {api().key().id(), "RS256", read_pem(api().key_file())};
            short_ = {key_.id, "RS256", own(EVP_RSA_gen(1024))};
            audience_ = clouds::global.audience;
            application_claim_ = "appid";
            break;
        case caller_kind::outside_rs256:
        case caller_kind::outside_es256: {
            const bool is_rsa = kind == caller_kind::outside_rs256;
            const trusted_provider& issuer = *api().outside_issuers().at(is_rsa ? 0 : 1);
            key_ = issuer.key;
            short_ = issuer.short_key;
            outside_url_ = issuer.url();
            audience_ = trusted_provider::audience;
            application_claim_ = "azp";
            break;
        }
    }
    foreign_ = key_.algorithm == "RS256" ? issuer_key::rsa(key_.id) : issuer_key::p256(key_.id);
}

std::string token_maker::issuer_of(const guid& tenant) const {
    if (is_outside()) return outside_url_ + '/' + to_string(tenant) + "/v2.0";
    return "https://sts.windows.net/" + to_string(tenant) + '/';
}

members token_maker::good_header() const {
    return {
        {"typ", in_quotes("JWT")}, {"alg", in_quotes(algorithm())}, {"kid", in_quotes(key_.id)}};
}

members token_maker::application_claims_of(const demo_partner& partner) const {
    constexpr std::chrono::hours hour{1};
    const members claims{
        {"aud", in_quotes(audience_)},
        {"iss", in_quotes(issuer_of(partner.tenant_id))},
        {"iat", after_now(-hour)},
        {"nbf", after_now(-hour)},
        {"exp", after_now(hour)},
        {application_claim_, in_quotes(partner.applications.at(0).client_id)},
        {"tid", in_quotes(partner.tenant_id)},
    };
    if (!is_outside()) return claims;
    // As Entra ID has them: an application's subject is its object id.
    const std::string id =
        in_quotes(service_principal_of(partner.applications.at(0).client_id, partner.tenant_id));
    return claims.with("oid", id).with("sub", id);
}

members token_maker::user_claims_of(const demo_partner& partner, const guid& user) const {
    return application_claims_of(partner)
        .with("oid", in_quotes(user))
        .with("sub", in_quotes("pairwise"))
        .with("upn", in_quotes(to_string(user)))
        .with("scp", in_quotes("user_impersonation"))
        .with("amr", R"(["pwd","mfa"])")
        .with("roles", R"(["HelpdeskAgents"])");
}

members token_maker::good_claims() const {
    return good_claims_of(api().partner(), people().user);
}
members token_maker::good_claims_of(const demo_partner& partner, const guid& user) const {
    return is_user_ ? user_claims_of(partner, user) : application_claims_of(partner);
}
members token_maker::user_claims() const {
    return user_claims_of(api().partner(), people().user);
}

std::string token_maker::signed_as_is(std::string_view header, std::string_view payload) const {
    return key_.token_with(header, payload);
}
std::string token_maker::with_header(const members& header) const {
    return signed_as_is(header.json(), good_claims().json());
}
std::string token_maker::with_header(const std::string& name, const std::string& json) const {
    return with_header(good_header().with(name, json));
}
std::string token_maker::with_claims(const members& claims) const {
    return signed_as_is(good_header().json(), claims.json());
}
std::string token_maker::with_claim(const std::string& name, const std::string& json) const {
    return with_claims(good_claims().with(name, json));
}
std::string token_maker::good_token() const {
    return with_claims(good_claims());
}

std::string token_maker::signed_by(const issuer_key& key, const members& header) const {
    return key.token_with(header.json(), good_claims().json());
}

std::string token_maker::by_algorithm(
    const std::string& name, const test_key& key, const char* digest, bool pss
) const {
    const std::string header = good_header().with("alg", in_quotes(name)).json();
    const std::string text = signed_text(header, good_claims().json());
    return text + '.' + to_base64url(jws_signature_of(key, sign_as(key, digest, text, pss)));
}

std::string token_maker::with_raw_signature(const members& header, const std::string& signature)
    const {
    return signed_text(header.json(), good_claims().json()) + '.' + to_base64url(signature);
}

std::string token_maker::of_size(std::size_t bytes) const {
    for (std::size_t more = 0; more < 4; ++more) {
        const members header = good_header().with("x", in_quotes(std::string(more, 'x')));
        const auto of_padding = [&](std::size_t padding) {
            const members claims = good_claims().with("x", in_quotes(std::string(padding, 'x')));
            return signed_as_is(header.json(), claims.json());
        };
        std::size_t padding = (bytes - of_padding(0).size()) * 3 / 4 - 2;
        for (std::size_t tries = 0; tries < 5; ++tries, ++padding) {
            std::string token = of_padding(padding);
            if (token.size() == bytes) return token;
        }
    }
    return {};
}

}  // namespace partner_center::testing
