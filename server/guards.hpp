// What partnerd refuses to start with: published credentials, tokens that nobody or anybody could
// have meant for it. Calls demo.cpp and the store.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/identity/token.hpp"
#include "store/store.hpp"

namespace partner_center {

/// The start is refused; the text says why and what to set.
class guard_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Whose tokens are believed.
struct trusted_source {
    std::string name{};  ///< for messages
    std::string issuer{};
    std::vector<std::string> audiences{};
};

/// The embedded token authority, by each issuer that it has for any tenant, unless it is switched
/// off, and the outside ones.
[[nodiscard]] std::vector<trusted_source> sources_of(
    const token_policy& policy, std::span<const trusted_issuer> outside
);

/// Throws guard_error when there is no source, when one has no issuer or no audience (or an empty
/// one), and when tokens of two may have one issuer: a final slash and letter case make no
/// difference, and tenant_placeholder stands for any GUID. Source: wire contract, "Decisions that
/// close gaps".
void refuse_ambiguous_trust(std::span<const trusted_source> sources);

/// Throws guard_error when the store has a partner of the sample data, or the data directory the
/// sample's secrets: for a server that is not started with --demo.
[[nodiscard]] awaitable<void> refuse_demo_credentials(
    store& store, std::filesystem::path data_directory
);

}  // namespace partner_center
