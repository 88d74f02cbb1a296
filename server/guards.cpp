// The checks before the start. Calls demo.cpp and the store.
// SPDX-License-Identifier: MIT
#include "server/guards.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "server/demo.hpp"

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

}  // namespace

void refuse_ambiguous_trust(std::span<const trusted_source> sources) {
    std::map<std::string, std::string_view> names;
    for (const trusted_source& each : sources) {
        const std::string issuer = compared(each.issuer);
        if (issuer.empty()) {
            throw guard_error{
                fmt::format("{} has no issuer: set the one of its tokens", each.name)};
        }
        const bool has_empty = std::ranges::any_of(each.audiences, &std::string::empty);
        if (each.audiences.empty() || has_empty) {
            throw guard_error{fmt::format(
                "{} has an empty audience: set the one that its tokens for this server have",
                each.name
            )};
        }
        const auto [known, is_new] = names.emplace(issuer, each.name);
        if (!is_new) {
            throw guard_error{fmt::format(
                "{} and {} have one issuer, {}: leave out one of them, or set --public-url to "
                "this server's own address",
                known->second,
                each.name,
                each.issuer
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
