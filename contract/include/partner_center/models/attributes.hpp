// What every resource says about itself. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>

namespace partner_center {

/// The version and the type of a resource. `etag` is opaque text; only resources that can be
/// updated have one. Source: wire contract, section 2.0.
struct resource_attributes {
    static constexpr std::array<std::string_view, 1> set_by_service{"object_type"};

    std::optional<std::string> etag{};  ///< the version, opaque; only of resources that have any
    std::string object_type{};          ///< the name of the kind of resource

    friend bool operator==(const resource_attributes&, const resource_attributes&) = default;
};
BOOST_DESCRIBE_STRUCT(resource_attributes, (), (etag, object_type))

}  // namespace partner_center
