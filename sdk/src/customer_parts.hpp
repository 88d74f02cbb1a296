// Sending operations on a customer whose id need not be a GUID. Ends up calling send.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <future>

#include "sdk/src/client_state.hpp"
#include <partner_center/customers.hpp>
#include <partner_center/send.hpp>

namespace partner_center::detail {

/// The parts of an operation on the customer of that step.
template <class Operation>
[[nodiscard]] request_parts parts_for(const customer_step& at, const Operation& operation) {
    request_parts parts = parts_of(operation);
    for (named_value& each : parts.path_values) {
        if (each.name == "customer_id") each.value = at.customer_id;
    }
    return parts;
}

template <class Operation>
[[nodiscard]] outcome<typename Operation::response> send_for(
    const customer_step& at, const Operation& operation
) {
    return send_parts<typename Operation::response>(*at.client, parts_for(at, operation));
}

template <class Operation>
[[nodiscard]] std::future<outcome<typename Operation::response>> send_async_for(
    const customer_step& at, const Operation& operation
) {
    return send_parts_async<typename Operation::response>(*at.client, parts_for(at, operation));
}

}  // namespace partner_center::detail
