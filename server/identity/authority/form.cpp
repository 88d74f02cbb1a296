// Decodes form data and Basic credentials. Calls base64url.cpp and percent.hpp.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/form.hpp"

#include <algorithm>

#include "server/identity/base64url.hpp"
#include "server/percent.hpp"

namespace partner_center::oauth {
namespace {

constexpr std::string_view basic_scheme = "Basic ";

[[nodiscard]] std::optional<std::string> decode(std::string_view text) {
    return percent_decoded(text, blank_form::plus_too);
}

/// Standard base64 with padding, by way of the one decoder that we have.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0 || text.find_first_of("-_") != std::string_view::npos) return {};
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    std::string url_form{text};
    std::ranges::replace(url_form, '+', '-');
    std::ranges::replace(url_form, '/', '_');
    return from_base64url(url_form);
}

}  // namespace

std::optional<form> form::parse(std::string_view text) {
    form parsed;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = decode(pair.substr(0, equals));
        auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value) return {};
        parsed.parameters_.emplace_back(*std::move(name), *std::move(value));
    }
    std::ranges::sort(parsed.parameters_);
    const auto name_of = [](const auto& parameter) -> const std::string& {
        return parameter.first;
    };
    const auto twice = std::ranges::adjacent_find(parsed.parameters_, {}, name_of);
    if (twice != parsed.parameters_.end()) return {};
    return parsed;
}

std::string_view form::find(std::string_view name) const {
    for (const auto& [each, value] : parameters_) {
        if (each == name) return value;
    }
    return {};
}

bool is_form(const http::request_view& request) {
    const std::string_view type = request.find("Content-Type").value_or("");
    std::string_view name = type.substr(0, type.find(';'));
    while (name.ends_with(' ')) name.remove_suffix(1);
    return equals_ignoring_case(name, "application/x-www-form-urlencoded");
}

bool is_basic(std::string_view authorization) {
    return equals_ignoring_case(authorization.substr(0, basic_scheme.size()), basic_scheme);
}

std::optional<client_proof> parse_basic(std::string_view authorization) {
    if (!is_basic(authorization)) return {};
    const auto pair = from_base64(authorization.substr(basic_scheme.size()));
    if (!pair) return {};
    const auto colon = pair->find(':');
    if (colon == std::string::npos) return {};
    const std::string_view both = *pair;
    auto client_id = decode(both.substr(0, colon));
    auto secret = decode(both.substr(colon + 1));
    if (!client_id || !secret) return {};
    return client_proof{.client_id = *std::move(client_id), .secret = *std::move(secret)};
}

}  // namespace partner_center::oauth
