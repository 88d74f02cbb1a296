// The server on one screen: what answers each operation of contract/operations.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include "server/api/call.hpp"
#include <partner_center/document.hpp>
#include <partner_center/operations.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

awaitable<result<document<billing_profile>>> handle(call& call, get_billing_profile operation);
awaitable<result<document<customer_collection>>> handle(call& call, list_customers operation);

}  // namespace partner_center
