// `partnerd seed`: invented customers in bulk, for measurements. Calls demo.hpp and the store.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "server/config.hpp"

namespace partner_center {

/// Gives a partner of the demo data so many invented customers (make_inventor()); those that it
/// has stay as they are, and an empty store gets the demo data first. Everything is on the disk
/// when it returns; after an interruption it is called again. What was done, as a line of JSON:
/// tenantId, customers, added, seconds. Throws demo_error when the store holds other partners than
/// the demo data's, usage_error when the partner is not in it, store_error and file_error.
[[nodiscard]] std::string seed(const seed_request& request);

}  // namespace partner_center
