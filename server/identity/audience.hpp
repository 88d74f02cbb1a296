// Which resource an audience names. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <partner_center/clouds.hpp>

namespace partner_center {

/// The API, the directory resource that old applications ask for, or something that is not ours.
enum class audience_kind { api, legacy, other };

/// What an audience names in a cloud; a trailing slash and letter case do not matter.
/// Source: wire contract, section 5.3.
[[nodiscard]] audience_kind kind_of_audience(std::string_view audience, const cloud& where);

}  // namespace partner_center
