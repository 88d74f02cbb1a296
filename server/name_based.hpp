// The rule that makes ids from names. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string_view>

#include <boost/uuid/name_generator_sha1.hpp>

#include <partner_center/guid.hpp>

namespace partner_center {

/// The UUID (version 5) of a name.
[[nodiscard]] inline guid name_based(const guid& space, std::string_view name) {
    boost::uuids::uuid space_id{};
    std::copy(space.bytes.begin(), space.bytes.end(), space_id.begin());
    const auto made = boost::uuids::name_generator_sha1{space_id}(name.data(), name.size());
    guid id;
    std::copy(made.begin(), made.end(), id.bytes.begin());
    return id;
}

}  // namespace partner_center
