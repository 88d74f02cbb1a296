// The checks before the start. Calls demo.cpp and the store.
// SPDX-License-Identifier: MIT
#include "server/guards.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "server/demo.hpp"
#include "server/identity/audience.hpp"

namespace partner_center {
namespace {

/// Issuers that differ in this form only are one to a reader who is not strict.
[[nodiscard]] std::string compared(std::string issuer) {
    while (issuer.ends_with('/')) issuer.pop_back();
    for (char& each : issuer) {
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    }
    return issuer;
}

/// Whether the pattern's placeholder may stand for what the text has there.
[[nodiscard]] bool covers(std::string_view pattern, std::string_view text) {
    const auto at = pattern.find(tenant_placeholder);
    if (at == std::string_view::npos) return false;
    const std::string_view end = pattern.substr(at + tenant_placeholder.size());
    const bool fits = text.size() >= at + end.size() && text.starts_with(pattern.substr(0, at)) &&
                      text.ends_with(end);
    if (!fits) return false;
    const std::string_view tenant = text.substr(at, text.size() - at - end.size());
    return parse_guid(tenant).has_value();
}

/// Whether tokens of both may have one `iss`.
[[nodiscard]] bool overlap(const trusted_source& one, const trusted_source& other) {
    const std::string left = compared(one.issuer);
    const std::string right = compared(other.issuer);
    return left == right || covers(left, right) || covers(right, left);
}

}  // namespace

std::vector<trusted_source> sources_of(
    const token_policy& policy, std::span<const trusted_issuer> outside
) {
    std::set<std::string> own;
    for (const cloud* each : clouds::all) own.insert(policy.issuer_of(*each, tenant_placeholder));
    std::vector<trusted_source> sources;
    if (!policy.has_authority) own.clear();
    for (const std::string& issuer : own) {
        sources.push_back({"the embedded token authority", issuer, policy.accepted_audiences});
    }
    for (const trusted_issuer& each : outside) {
        sources.push_back(
            {fmt::format("the outside issuer '{}'", each.issuer), each.issuer, each.audiences}
        );
    }
    return sources;
}

void refuse_ambiguous_trust(std::span<const trusted_source> sources) {
    if (sources.empty()) {
        throw guard_error{
            "nobody's tokens are believed: with --embedded-authority off, put an [[issuers]] table "
            "into the file of --config"};
    }
    for (const trusted_source& each : sources) {
        if (compared(each.issuer).empty()) {
            throw guard_error{
                fmt::format("{} has no issuer: set the one of its tokens", each.name)};
        }
        const bool has_empty = std::ranges::any_of(each.audiences, names_nobody);
        if (each.audiences.empty() || has_empty) {
            throw guard_error{fmt::format(
                "{} has an empty audience: set the one that its tokens for this server have",
                each.name
            )};
        }
        const auto same = std::ranges::find_if(sources, [&](const trusted_source& other) {
            return &other != &each && overlap(each, other);
        });
        if (same != sources.end()) {
            throw guard_error{fmt::format(
                "{} and {} have one issuer, {}: leave out one of them, or set --public-url to "
                "this server's own address",
                each.name,
                same->name,
                same->issuer
            )};
        }
    }
}

awaitable<void> refuse_demo_credentials(store& store, std::filesystem::path data_directory) {
    constexpr std::string_view remedy =
        "start with --demo, or take an empty directory with --data and add partners with "
        "`partnerd partner add`";
    for (const guid& id : demo_tenant_ids()) {
        const auto known = co_await store.tenants().find_partner(id);
        if (known) {
            throw guard_error{fmt::format(
                "the store holds the sample partner {}, whose credentials are for "
                "demonstrations: {}",
                known->domain,
                remedy
            )};
        }
    }
    if (std::filesystem::exists(data_directory / "demo.json")) {
        throw guard_error{fmt::format(
            "{} holds the keys and secrets of --demo: {}", data_directory.string(), remedy
        )};
    }
}

}  // namespace partner_center
