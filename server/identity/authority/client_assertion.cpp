// Reads assertions strictly and checks them. Calls jws_parts.cpp, certificate.cpp and the store.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/client_assertion.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/identity/base64url.hpp"
#include "server/identity/certificate.hpp"
#include "server/identity/jws_parts.hpp"
#include <partner_center/json.hpp>

namespace partner_center::oauth {

/// What the header has under names that C++ members can have. `x5c` is left out: libraries send it,
/// and it proves nothing.
struct plain_header {
    std::string typ{};
    std::string alg{};
    std::string x5t{};
    presence crit{};
    presence b64{};
    presence zip{};
    presence jku{};
    presence jwk{};
    presence x5u{};
};
BOOST_DESCRIBE_STRUCT(plain_header, (), (typ, alg, x5t, crit, b64, zip, jku, jwk, x5u))

struct assertion_header {
    plain_header plain{};
    std::string x5t_s256{};
};

struct assertion_claims {
    audience_list aud{};
    std::string iss{};
    std::string sub{};
    std::optional<std::int64_t> exp{};
    std::optional<std::int64_t> nbf{};
    std::optional<std::int64_t> iat{};
};
BOOST_DESCRIBE_STRUCT(assertion_claims, (), (aud, iss, sub, exp, nbf, iat))

}  // namespace partner_center::oauth

namespace partner_center {

template <>
struct detail::shape_for<oauth::assertion_header> {
    static slot open_object(void* object) {
        auto& header = *static_cast<oauth::assertion_header*>(object);
        header = {};
        return slot_for(header);
    }
    static slot member(
        void* object, std::string_view key, json_reading reading, std::string_view& name
    ) {
        auto& header = *static_cast<oauth::assertion_header*>(object);
        if (key == "x5t#S256") {
            name = "x5t#S256";
            return slot_for(header.x5t_s256);
        }
        return shape_of<oauth::plain_header>.member(&header.plain, key, reading, name);
    }
    static constexpr shape value{.form = "an object", .open_object = open_object, .member = member};
};

}  // namespace partner_center

namespace partner_center::oauth {
namespace {

/// Room for a chain of certificates in the header.
constexpr json_limits part_limits{.bytes_max = 16 * 1024, .depth_max = 8};
constexpr std::chrono::hours lifetime_max{24};

/// An assertion that can be understood; nothing in it is believed yet.
struct read_assertion {
    rsa_signature form{};
    std::string thumbprint{};       ///< base64url of a SHA-256; empty: not given
    std::string sha1_thumbprint{};  ///< base64url of a SHA-1; empty: not given
    assertion_claims claims{};
    std::string_view signed_text{};
    std::string signature{};
};

/// Some libraries pad.
[[nodiscard]] std::string unpadded(std::string text) {
    while (text.ends_with('=')) text.pop_back();
    return text;
}

[[nodiscard]] std::optional<rsa_signature> form_of(std::string_view algorithm) {
    if (algorithm == "RS256") return rsa_signature::rs256;
    if (algorithm == "PS256") return rsa_signature::ps256;
    return {};
}

[[nodiscard]] bool is_plain(const plain_header& header) {
    const bool typed = header.typ.empty() || equals_ignoring_case(header.typ, "JWT") ||
                       equals_ignoring_case(header.typ, "client-authentication+jwt");
    const bool special = header.crit.seen || header.b64.seen || header.zip.seen ||
                         header.jku.seen || header.jwk.seen || header.x5u.seen;
    return typed && !special;
}

template <class Part>
[[nodiscard]] std::optional<Part> read_part(std::string_view encoded) {
    const auto text = from_base64url(encoded);
    if (!text) return {};
    auto part = from_json<Part>(*text, json_reading::strict, part_limits);
    if (!part) return {};
    return *std::move(part);
}

[[nodiscard]] std::optional<read_assertion> read(std::string_view assertion) {
    const auto parts = split_jws(assertion);
    if (!parts) return {};
    auto header = read_part<assertion_header>(parts->header);
    auto claims = read_part<assertion_claims>(parts->payload);
    auto signature = from_base64url(parts->signature);
    if (!header || !claims || !signature || !is_plain(header->plain)) return {};
    const auto form = form_of(header->plain.alg);
    if (!form) return {};
    return read_assertion{
        .form = *form,
        .thumbprint = unpadded(std::move(header->x5t_s256)),
        .sha1_thumbprint = unpadded(std::move(header->plain.x5t)),
        .claims = *std::move(claims),
        .signed_text = parts->signed_text,
        .signature = *std::move(signature),
    };
}

/// The one that the header names; by both names when it has both.
[[nodiscard]] std::optional<certificate> named_certificate(
    const std::vector<certificate_record>& known, const read_assertion& told
) {
    if (told.thumbprint.empty() && told.sha1_thumbprint.empty()) return {};
    for (const certificate_record& each : known) {
        const auto found = certificate::parse(each.pem);
        if (!found) continue;
        const bool by_sha256 = told.thumbprint.empty() || told.thumbprint == found->thumbprint();
        const bool by_sha1 =
            told.sha1_thumbprint.empty() || told.sha1_thumbprint == found->sha1_thumbprint();
        if (by_sha256 && by_sha1) return found;
    }
    return {};
}

/// A missing or a wrong certificate takes as long: the mathematics are done with our own key then.
[[nodiscard]] bool is_signed(
    const exchange& x, const std::optional<certificate>& by, const read_assertion& told
) {
    if (by) return by->verify(told.form, told.signed_text, told.signature);
    static_cast<void>(x.key.verify(told.signed_text, told.signature));
    return false;
}

/// Whether the authority of `partner` answers at this address: its token endpoints, or its issuer.
[[nodiscard]] bool is_own_address(
    const exchange& x, const partner_record& partner, std::string_view address
) {
    constexpr std::string_view https = "https://";
    if (address.ends_with('/')) address.remove_suffix(1);
    const std::string issuer = x.policy.issuer_of(partner);
    if (equals_ignoring_case(address, std::string_view{issuer}.substr(0, issuer.size() - 1))) {
        return true;
    }
    const auto drop = [&](std::string_view start) {
        const bool starts = equals_ignoring_case(address.substr(0, start.size()), start);
        if (starts) address.remove_prefix(start.size());
        return starts;
    };
    bool ours = drop(x.policy.public_url + '/');
    if (!ours && drop(https)) {
        ours = std::ranges::any_of(partner.where->authority_hosts, [&](std::string_view host) {
            return drop(std::string{host} + '/');
        });
    }
    if (!ours) return false;
    const std::string_view tenant = address.substr(0, address.find('/'));
    const std::string_view path = address.substr(tenant.size());
    const auto names = [&](std::string_view name) { return equals_ignoring_case(tenant, name); };
    const bool right_tenant =
        names(to_string(partner.id)) || names(partner.domain) || names(x.tenant);
    return right_tenant &&
           (path == "/oauth2/token" || path == "/oauth2/v2.0/token" || path == "/v2.0");
}

[[nodiscard]] std::optional<refusal> problem_of_times(
    const assertion_claims& claims, system_time now
) {
    const validity times{
        .begin = std::max(claims.nbf.value_or(0), claims.iat.value_or(0)),
        .end = claims.exp.value_or(0)};
    const system_time latest = now + lifetime_max + clock_skew;
    const bool good = times.has_begun(now) && !times.has_ended(now) &&
                      times.end <= latest.time_since_epoch().count();
    if (good) return {};
    return assertion_out_of_time();
}

}  // namespace

awaitable<result<application_record, refusal>> authenticate_by_assertion(
    const exchange& x, const client_proof& proof
) {
    const auto told = read(proof.assertion);
    if (!told) co_return wrong_assertion();
    const assertion_claims& claims = told->claims;

    // What is no GUID is looked for as well, as the id that nothing has.
    const guid client_id = parse_guid(claims.sub).value_or(guid{});
    const auto application = co_await x.directory.find_application(client_id);
    const auto certificates = co_await x.directory.find_certificates(client_id);
    const guid partner_id = application ? application->partner_id : guid{};
    const auto partner = co_await x.directory.find_partner(partner_id);
    const auto by = named_certificate(certificates, *told);
    const bool is_right = is_signed(x, by, *told);
    const bool is_own = parse_guid(claims.iss) == client_id &&
                        (proof.client_id.empty() || parse_guid(proof.client_id) == client_id);
    const bool is_usable = application && !application->disabled && !application->is_public;
    if (!is_right || !is_own || !is_usable || !partner) co_return wrong_assertion();

    if (!by->is_valid_at(x.now)) co_return certificate_expired();
    if (auto problem = problem_of_times(claims, x.now)) co_return *std::move(problem);
    const auto& audiences = claims.aud.items;
    if (audiences.size() != 1 || !is_own_address(x, *partner, audiences.front())) {
        co_return assertion_for_another();
    }
    co_return *application;
}

}  // namespace partner_center::oauth
