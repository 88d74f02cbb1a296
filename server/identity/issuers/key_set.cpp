// Reads JWK Sets. Calls json_tree.cpp, base64url.cpp and verification_key.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/issuers/key_set.hpp"

#include <algorithm>
#include <utility>

#include "server/identity/base64url.hpp"
#include "server/identity/issuers/json_tree.hpp"

namespace partner_center {
namespace {

constexpr json_limits limits{.bytes_max = key_set_bytes_max, .depth_max = 8};
constexpr std::size_t id_bytes_max = 1024;

[[nodiscard]] std::string bytes_of(const json_tree& jwk, std::string_view name) {
    return from_base64url(jwk.text_of(name)).value_or("");
}

/// Whether the key is for signatures, by all that is said of its purpose. A member of another form
/// than the standard's says something else.
[[nodiscard]] bool is_for_signatures(const json_tree& jwk, std::string_view algorithm) {
    const json_tree* const use = jwk.find("use");
    const json_tree* const named = jwk.find("alg");
    const json_tree* const operations = jwk.find("key_ops");
    if (use != nullptr && jwk.text_of("use") != "sig") return false;
    if (named != nullptr && jwk.text_of("alg") != algorithm) return false;
    if (operations == nullptr) return true;
    const auto allowed = operations->texts();
    return std::ranges::find(allowed, "verify") != allowed.end();
}

[[nodiscard]] std::optional<verification_key> key_of(const json_tree& jwk) {
    if (jwk.what != json_tree::kind::object) return {};
    const std::string_view type = jwk.text_of("kty");
    if (type == "RSA" && is_for_signatures(jwk, name_of(signature_algorithm::rs256))) {
        return verification_key::rsa(bytes_of(jwk, "n"), bytes_of(jwk, "e"), outside_rsa);
    }
    if (type == "EC" && jwk.text_of("crv") == "P-256" &&
        is_for_signatures(jwk, name_of(signature_algorithm::es256))) {
        return verification_key::p256(bytes_of(jwk, "x"), bytes_of(jwk, "y"));
    }
    return {};
}

}  // namespace

const published_key* key_set::find(std::string_view id, signature_algorithm algorithm) const {
    if (id.empty() && keys_.size() != 1) return nullptr;
    const auto found = std::ranges::find_if(keys_, [&](const published_key& each) {
        return each.key.algorithm() == algorithm && (id.empty() || each.id == id);
    });
    return found == keys_.end() ? nullptr : &*found;
}

key_set key_set::copy() const {
    std::vector<published_key> keys;
    for (const published_key& each : keys_) {
        keys.push_back({each.id, each.issuer, each.key.copy()});
    }
    return key_set{std::move(keys)};
}

std::optional<key_set> parse_key_set(std::string_view document) {
    const auto tree = from_json<json_tree>(document, json_reading::strict, limits);
    if (!tree) return {};
    const json_tree* const list = tree->find("keys");
    const bool good =
        list != nullptr && list->what == json_tree::kind::array && list->items.size() <= keys_max;
    if (!good) return {};

    std::vector<published_key> keys;
    for (const json_tree& jwk : list->items) {
        auto key = key_of(jwk);
        if (!key || jwk.text_of("kid").size() > id_bytes_max) continue;
        keys.push_back({
            std::string{jwk.text_of("kid")},
            std::string{jwk.text_of("issuer")},
            *std::move(key),
        });
    }
    if (keys.size() > 1) {
        std::erase_if(keys, [](const published_key& each) { return each.id.empty(); });
    }
    if (keys.empty()) return {};
    return key_set{std::move(keys)};
}

}  // namespace partner_center
