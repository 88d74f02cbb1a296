// The judge of addresses. Ends up calling rules/validation.cpp.
// SPDX-License-Identifier: MIT
#include <utility>

#include "server/api/handlers.hpp"
#include "server/rules/validation.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

// Without a database of addresses nothing is corrected: an address that keeps the country's rules
// is as good as verified.
awaitable<result<document<address_validation_response>>> handle(
    call& call, validate_address operation
) {
    address_verdict verdict = verdict_on(operation.body);
    const bool is_good = verdict.problems.empty();
    if (call.options.address_validation == address_validation_form::legacy) {
        if (!is_good) co_return address_rejected(verdict.problems);
        co_return document<address_validation_response>{};
    }
    address_validation_response answer{
        .original_address = std::move(operation.body),
        .status = is_good ? "VerifiedShippable" : "None",
    };
    if (is_good) {
        answer.suggested_addresses.push_back(std::move(verdict.normalised));
    } else {
        answer.validation_message = message_of(verdict.problems);
    }
    co_return document<address_validation_response>{to_json(answer)};
}

}  // namespace partner_center
