// Which resource an audience names. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <partner_center/clouds.hpp>

namespace partner_center {

/// The API, the directory resource that old applications ask for, or something that is not ours.
enum class audience_kind { api, legacy, other };

/// What an audience names in a cloud; a trailing slash and letter case do not matter.
/// Source: wire contract, section 5.3.
[[nodiscard]] audience_kind kind_of_audience(std::string_view audience, const cloud& where);

/// Whether an audience is empty, slashes at its end aside, which make no difference: it would be
/// anybody's.
[[nodiscard]] bool names_nobody(std::string_view audience);

/// Whether an audience is one of a server's `accepted-audiences`, compared likewise. The API's name
/// in the partner's own cloud stands for its global name.
[[nodiscard]] bool is_accepted(
    std::string_view audience, const cloud& where, const std::vector<std::string>& accepted
);

}  // namespace partner_center
