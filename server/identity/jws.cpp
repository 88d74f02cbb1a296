// Makes and opens compact JWS. Calls base64url.cpp, the codec and signing_key.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/jws.hpp"

#include "server/identity/base64url.hpp"
#include <partner_center/http.hpp>
#include <partner_center/json.hpp>

namespace partner_center {

/// Whether a member is there at all, whatever its value.
struct presence {
    bool seen{};
};

template <>
struct detail::shape_for<presence> {
    static void mark(void* object) { static_cast<presence*>(object)->seen = true; }
    static put_result put(void* object, const scalar&, json_reading) {
        mark(object);
        return put_result::ok;
    }
    static slot open(void* object) {
        mark(object);
        return {};  // what is inside is skipped
    }
    static constexpr shape value{
        .form = "anything", .put = put, .open_object = open, .open_array = open};
};

/// The header of the tokens we make.
struct made_header {
    std::string typ{"JWT"};
    std::string alg{"RS256"};
    std::string kid{};
};
BOOST_DESCRIBE_STRUCT(made_header, (), (typ, alg, kid))

/// The header of a token that somebody presents.
struct presented_header {
    std::string typ{};
    std::string alg{};
    std::string kid{};
    presence crit{};
    presence b64{};
    presence zip{};
    presence jku{};
    presence jwk{};
    presence x5u{};
    presence x5c{};
};
BOOST_DESCRIBE_STRUCT(presented_header, (), (typ, alg, kid, crit, b64, zip, jku, jwk, x5u, x5c))

namespace {

/// Headers are read before the signature is checked, so strangers choose them: keep them small.
constexpr json_limits header_limits{.bytes_max = 1024, .depth_max = 4};

/// The three parts of a compact JWS, each not empty, and the text that is signed.
struct jws_parts {
    std::string_view header{};
    std::string_view payload{};
    std::string_view signature{};
    std::string_view signed_text{};
};

[[nodiscard]] std::optional<jws_parts> split(std::string_view token) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == last || token.find('.', first + 1) != last) return {};
    const jws_parts parts{
        .header = token.substr(0, first),
        .payload = token.substr(first + 1, last - first - 1),
        .signature = token.substr(last + 1),
        .signed_text = token.substr(0, last),
    };
    if (parts.header.empty() || parts.payload.empty() || parts.signature.empty()) return {};
    return parts;
}

/// Whether it is the header of a JWT that is handled in the plain way.
[[nodiscard]] bool is_plain(const presented_header& header) {
    const bool typed =
        equals_ignoring_case(header.typ, "JWT") || equals_ignoring_case(header.typ, "at+jwt");
    const bool special = header.crit.seen || header.b64.seen || header.zip.seen ||
                         header.jku.seen || header.jwk.seen || header.x5u.seen || header.x5c.seen;
    return typed && !special;
}

[[nodiscard]] bool is_acceptable(const presented_header& header, const signing_key& key) {
    return is_plain(header) && header.alg == "RS256" && header.kid == key.id();
}

}  // namespace

std::string make_jws(const signing_key& key, std::string_view payload) {
    std::string token = to_base64url(to_json(made_header{.kid = key.id()}));
    token += '.';
    token += to_base64url(payload);
    const std::string signature = key.sign(token);
    token += '.';
    token += to_base64url(signature);
    return token;
}

std::optional<std::string> open_jws(const signing_key& key, std::string_view token) {
    const auto parts = split(token);
    if (!parts) return {};
    const auto header_text = from_base64url(parts->header);
    if (!header_text) return {};
    const auto header =
        from_json<presented_header>(*header_text, json_reading::strict, header_limits);
    if (!header || !is_acceptable(*header, key)) return {};
    const auto signature = from_base64url(parts->signature);
    if (!signature || !key.verify(parts->signed_text, *signature)) return {};
    return from_base64url(parts->payload);
}

std::optional<unverified_jws> read_jws(std::string_view token) {
    const auto parts = split(token);
    if (!parts) return {};
    const auto header_text = from_base64url(parts->header);
    if (!header_text) return {};
    auto header = from_json<presented_header>(*header_text, json_reading::strict, header_limits);
    if (!header || !is_plain(*header)) return {};
    auto payload = from_base64url(parts->payload);
    auto signature = from_base64url(parts->signature);
    if (!payload || !signature) return {};
    return unverified_jws{
        .algorithm = std::move(header->alg),
        .key_id = std::move(header->kid),
        .payload = *std::move(payload),
        .signature = *std::move(signature),
        .signed_text = parts->signed_text,
    };
}

}  // namespace partner_center
