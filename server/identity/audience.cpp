// Compares audiences with those of the clouds. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/identity/audience.hpp"

#include <partner_center/http.hpp>

namespace partner_center {

audience_kind kind_of_audience(std::string_view audience, const cloud& where) {
    if (audience.ends_with('/')) audience.remove_suffix(1);
    const auto is = [&](std::string_view known) { return equals_ignoring_case(audience, known); };

    if (is(where.audience) || is(clouds::global.audience) || is(api_application_id)) {
        return audience_kind::api;
    }
    if (is(where.legacy_audience) || is(legacy_application_id)) return audience_kind::legacy;
    return audience_kind::other;
}

}  // namespace partner_center
