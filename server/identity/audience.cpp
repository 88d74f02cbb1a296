// Compares audiences with those of the clouds. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/identity/audience.hpp"

#include <algorithm>

#include <partner_center/http.hpp>

namespace partner_center {
namespace {

[[nodiscard]] bool is_same(std::string_view one, std::string_view other) {
    if (one.ends_with('/')) one.remove_suffix(1);
    if (other.ends_with('/')) other.remove_suffix(1);
    return equals_ignoring_case(one, other);
}

}  // namespace

audience_kind kind_of_audience(std::string_view audience, const cloud& where) {
    const auto is = [&](std::string_view known) { return is_same(audience, known); };

    if (is(where.audience) || is(clouds::global.audience) || is(api_application_id)) {
        return audience_kind::api;
    }
    if (is(where.legacy_audience) || is(legacy_application_id)) return audience_kind::legacy;
    return audience_kind::other;
}

bool names_nobody(std::string_view audience) {
    return audience.find_first_not_of("/ ") == audience.npos;
}

bool is_accepted(
    std::string_view audience, const cloud& where, const std::vector<std::string>& accepted
) {
    if (is_same(audience, where.audience)) audience = clouds::global.audience;
    return std::ranges::any_of(accepted, [&](const std::string& each) {
        return is_same(audience, each);
    });
}

}  // namespace partner_center
