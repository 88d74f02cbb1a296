// The profiles that partners have of their own, as they are stored. Calls nothing of ours but the
// models.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "store/database.hpp"
#include "store/directory.hpp"
#include <partner_center/models/partner_profiles.hpp>

namespace partner_center {

/// A partner's own profile, without links and etag: those are made when it is read.
template <class Profile>
struct stored_profile {
    std::int64_t version{};  ///< 1, then one more with each change
    Profile profile{};
};

/// What gives a new partner the profiles that it begins with: what is known of it. Schema script
/// 0011 says the same in SQL. Source: wire contract, section 2.10.
[[nodiscard]] std::vector<statement> adding_first_profiles(const partner_record& partner);

}  // namespace partner_center
