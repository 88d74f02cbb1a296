// Makes and opens compact JWS. Calls base64url.cpp, the codec, key_ring.cpp and signing_key.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/jws.hpp"

#include <algorithm>
#include <utility>

#include "server/identity/base64url.hpp"
#include "server/identity/jws_parts.hpp"
#include <partner_center/http.hpp>
#include <partner_center/json.hpp>

namespace partner_center {

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

/// The key's id in a header that is written exactly as we write ours; empty in any other.
[[nodiscard]] std::string_view id_in_own_header(std::string_view header) {
    static const std::string own = to_json(made_header{.kid = "*"});
    static const std::size_t at = own.find('*');
    const std::string_view begin = std::string_view{own}.substr(0, at);
    const std::string_view end = std::string_view{own}.substr(at + 1);
    if (!header.starts_with(begin) || !header.ends_with(end)) return {};
    if (header.size() <= begin.size() + end.size()) return {};
    const std::string_view id = header.substr(at, header.size() - begin.size() - end.size());
    const auto is_of_ids = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    return std::ranges::all_of(id, is_of_ids) ? id : std::string_view{};
}

/// Nearly every header is one of ours, and need not be read as JSON.
[[nodiscard]] std::optional<presented_header> read_header(std::string_view text) {
    if (text.size() > header_limits.bytes_max) return {};
    if (const std::string_view id = id_in_own_header(text); !id.empty()) {
        return presented_header{.typ = "JWT", .alg = "RS256", .kid = std::string{id}};
    }
    auto header = from_json<presented_header>(text, json_reading::strict, header_limits);
    if (!header) return {};
    return *std::move(header);
}

/// Whether it is the header of a JWS that is handled in the plain way.
[[nodiscard]] bool is_plain(const presented_header& header) {
    return !header.crit.seen && !header.b64.seen && !header.zip.seen && !header.jku.seen &&
           !header.jwk.seen && !header.x5u.seen && !header.x5c.seen;
}

[[nodiscard]] bool is_of_our_types(std::string_view type) {
    return equals_ignoring_case(type, "JWT") || equals_ignoring_case(type, "at+jwt");
}

}  // namespace

std::optional<jws_parts> split_jws(std::string_view token) {
    const auto first = token.find('.');
    if (first == token.npos) return {};
    const auto last = token.find('.', first + 1);
    if (last == token.npos || token.find('.', last + 1) != token.npos) return {};
    const jws_parts parts{
        .header = token.substr(0, first),
        .payload = token.substr(first + 1, last - first - 1),
        .signature = token.substr(last + 1),
        .signed_text = token.substr(0, last),
    };
    if (parts.header.empty() || parts.payload.empty() || parts.signature.empty()) return {};
    return parts;
}

std::string make_jws(const signing_key& key, std::string_view payload) {
    std::string token = to_base64url(to_json(made_header{.kid = key.id()}));
    token += '.';
    token += to_base64url(payload);
    const std::string signature = key.sign(token);
    token += '.';
    token += to_base64url(signature);
    return token;
}

std::optional<presented_jws> read_jws(std::string_view token) {
    const auto parts = split_jws(token);
    if (!parts) return {};
    const auto header_text = from_base64url(parts->header);
    if (!header_text) return {};
    auto header = read_header(*header_text);
    if (!header || !is_plain(*header)) return {};
    auto signature = from_base64url(parts->signature);
    if (!signature) return {};
    return presented_jws{
        .type = std::move(header->typ),
        .algorithm = std::move(header->alg),
        .key_id = std::move(header->kid),
        .signed_text = parts->signed_text,
        .signature = *std::move(signature),
        .payload = parts->payload,
    };
}

std::optional<std::string> open_jws(const key_ring& keys, std::string_view token, system_time now) {
    const auto presented = read_jws(token);
    const bool is_ours =
        presented && is_of_our_types(presented->type) && presented->algorithm == "RS256";
    if (!is_ours) return {};
    const rsa_public_key* const key = keys.find(presented->key_id, now);
    if (key == nullptr) return {};
    if (!key->verify(presented->signed_text, presented->signature)) return {};
    return from_base64url(presented->payload);
}

}  // namespace partner_center
