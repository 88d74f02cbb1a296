// What the service demands in each country. Ends up calling rules/countries.cpp.
// SPDX-License-Identifier: MIT
#include <string>
#include <utility>

#include "server/api/handlers.hpp"
#include "server/rules/countries.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

awaitable<result<document<country_validation_rules>>> handle(
    call& call, get_country_validation_rules operation
) {
    const country* const found = find_country(operation.country);
    if (found == nullptr) co_return invalid("country must be " + std::string{country_form});
    document<country_validation_rules> answer{std::move(call.memory)};
    answer.text.clear();
    append_json(answer.text, found->rules);
    co_return answer;
}

}  // namespace partner_center
