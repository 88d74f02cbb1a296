// Reads scopes. Calls audience.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/scopes.hpp"

#include <algorithm>
#include <array>

#include "server/identity/audience.hpp"
#include <partner_center/clouds.hpp>

namespace partner_center::oauth {
namespace {

constexpr std::array<std::string_view, 4> openid_words{
    "openid", "profile", "email", "offline_access"};
constexpr std::string_view permission = "/user_impersonation";

[[nodiscard]] std::string_view next_word(std::string_view& list) {
    while (list.starts_with(' ')) list.remove_prefix(1);
    const std::string_view word = list.substr(0, list.find(' '));
    list.remove_prefix(word.size());
    return word;
}

[[nodiscard]] bool is_openid_word(std::string_view word) {
    return std::ranges::find(openid_words, word) != openid_words.end();
}

/// Empty when the word is no permission of a resource.
[[nodiscard]] std::string_view resource_in(std::string_view word) {
    // "https://host//.default" asks for "https://host/": MSAL adds its slash to the caller's.
    for (const std::string_view ending : {std::string_view{"/.default"}, permission}) {
        if (word.ends_with(ending)) return word.substr(0, word.size() - ending.size());
    }
    return {};
}

[[nodiscard]] std::string_view without_slash(std::string_view resource) {
    return resource.ends_with('/') ? resource.substr(0, resource.size() - 1) : resource;
}

}  // namespace

bool is_known_resource(std::string_view resource, const token_policy& policy) {
    return std::ranges::any_of(clouds::all, [&](const cloud* where) {
        return kind_of_audience(resource, *where) != audience_kind::other ||
               is_accepted(resource, *where, policy.accepted_audiences);
    });
}

bool is_same_resource(std::string_view left, std::string_view right) {
    return equals_ignoring_case(without_slash(left), without_slash(right));
}

result<std::string, refusal> resource_of(std::string_view scopes, const token_policy& policy) {
    std::string_view resource;
    for (auto word = next_word(scopes); !word.empty(); word = next_word(scopes)) {
        if (is_openid_word(word)) continue;
        const std::string_view named = resource_in(word);
        const bool is_second = !resource.empty() && !is_same_resource(resource, named);
        if (named.empty() || is_second) return unsupported_scope();
        if (!is_known_resource(named, policy)) return unknown_resource("invalid_scope");
        resource = named;
    }
    return std::string{resource};
}

std::string known_scopes(std::string_view scopes) {
    std::string out;
    for (auto word = next_word(scopes); !word.empty(); word = next_word(scopes)) {
        const bool is_known = is_openid_word(word) || !resource_in(word).empty();
        if (!is_known || has_word(out, word)) continue;
        if (!out.empty()) out += ' ';
        out += word;
    }
    return out;
}

std::string granted_scopes(
    std::string_view asked,
    std::string_view granted,
    std::string_view resource,
    const token_policy& policy
) {
    std::string out;
    const auto add = [&](std::string_view word) {
        if (has_word(out, word)) return;
        if (!out.empty()) out += ' ';
        out += word;
    };
    if (is_known_resource(resource, policy)) {
        add(std::string{without_slash(resource)} + std::string{permission});
    }
    for (auto word = next_word(asked); !word.empty(); word = next_word(asked)) {
        if (!is_openid_word(word) || has_word(granted, word)) add(word);
    }
    return out;
}

}  // namespace partner_center::oauth
