// Takes a JWT's second part apart.
// SPDX-License-Identifier: MIT
#include "cli/token_claims.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/chrono.h>

#include <partner_center/json.hpp>

namespace partner_center::cli {
namespace {

[[nodiscard]] std::string from_base64url(std::string_view text) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const auto value = alphabet.find(c);
        if (value == std::string_view::npos) return {};
        bits = bits << 6U | static_cast<unsigned>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> count & 0xFFU);
    }
    return out;
}

}  // namespace

token_claims claims_of(std::string_view token) {
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return {};
    const std::string text = from_base64url(token.substr(first + 1, second - first - 1));
    auto claims = from_json<token_claims>(text, json_reading::response);
    if (!claims) return {};
    if (claims->appid.empty()) claims->appid = claims->azp;
    if (claims->upn.empty()) claims->upn = claims->preferred_username;
    return *std::move(claims);
}

std::string rfc3339(std::int64_t seconds_since_1970) {
    const auto last = std::int64_t{253402300799};  // the year 9999 ends
    const auto when =
        static_cast<std::time_t>(std::clamp<std::int64_t>(seconds_since_1970, 0, last));
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(when));
}

}  // namespace partner_center::cli
