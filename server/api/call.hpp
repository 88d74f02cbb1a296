// One call in progress, as handlers see it. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "server/api/switches.hpp"
#include "server/identity/authority_keys.hpp"
#include "server/identity/principal.hpp"
#include "store/store.hpp"
#include <partner_center/http.hpp>

namespace partner_center {

/// Who calls, what may be asked of the store, and which switches hold.
struct call {
    const principal& caller;
    partner_center::store& store;
    const switches& options;
    reactor_keys& keys;
    std::string memory{};    ///< for the document to answer with, so that none is allocated for it
    http::body_rest rest{};  ///< what follows the document, when it is only a beginning
};

}  // namespace partner_center
