// One call in progress, as handlers see it. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <random>
#include <string>
#include <string_view>

#include "server/api/ledger.hpp"
#include "server/api/switches.hpp"
#include "server/identity/authority_keys.hpp"
#include "server/identity/principal.hpp"
#include "server/observe/profile_reads.hpp"
#include "store/store.hpp"
#include <partner_center/http.hpp>

namespace partner_center {

/// Who calls, what may be asked of the store, and which switches hold.
struct call {
    const principal& caller;
    partner_center::store& store;
    const switches& options;
    std::string_view public_url{};  ///< where clients find this server; no trailing slash
    reactor_keys& keys;
    std::mt19937_64& random;  ///< for what may be guessed
    std::chrono::system_clock::time_point now{};
    std::string_view correlation_id{};
    profile_reads* reads{};  ///< who reads a billing profile is written there; null: nowhere
    ledger* book{};          ///< of operations that change something; null for the others
    std::string memory{};    ///< for the document to answer with, so that none is allocated for it
    http::body_rest rest{};  ///< what follows the document, when it is only a beginning
};

}  // namespace partner_center
