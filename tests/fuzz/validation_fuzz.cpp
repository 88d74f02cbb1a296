// Any text, as a customer to create, a profile to change and an address to judge: what is refused
// names its problems, and what is taken is taken again as it is to be stored. Calls
// rules/validation.cpp.
// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server/rules/validation.hpp"
#include <partner_center/json.hpp>

namespace {

using namespace partner_center;

const std::array<std::string, 1> suffixes{".onmicrosoft.com"};

void require(bool holds) {
    if (!holds) std::abort();
}

/// The outcome of a check that is to be repeated on what it gave.
template <class Model, class Check>
void check_twice(std::string_view text, Check check) {
    const auto given = from_json<Model>(text, json_reading::request);
    if (!given) return;
    const auto taken = check(*given);
    if (!taken) {
        require(!taken.error().description.empty() && !taken.error().data.empty());
        return;
    }
    const auto again = check(*taken);
    require(again.has_value() && *again == *taken);
}

void judge(std::string_view text) {
    const auto given = from_json<address>(text, json_reading::request);
    if (!given) return;
    const address_verdict verdict = verdict_on(*given);
    if (!verdict.problems.empty()) {
        require(message_of(verdict.problems).find('\'') != std::string::npos);
        return;
    }
    const address_verdict again = verdict_on(verdict.normalised);
    require(again.problems.empty() && again.normalised == verdict.normalised);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{data, data + size};
    for (const auto checking : {address_check::off, address_check::on}) {
        check_twice<billing_profile>(text, [&](const billing_profile& profile) {
            return checked_for_update(profile, profile.id, checking);
        });
        check_twice<customer>(text, [&](const customer& created) {
            return checked_for_create(created, suffixes, checking);
        });
    }
    judge(text);
    return 0;
}
