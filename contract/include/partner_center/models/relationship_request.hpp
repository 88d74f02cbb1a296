// Where somebody becomes a partner's customer. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include <boost/describe/class.hpp>

#include <partner_center/models/attributes.hpp>

namespace partner_center {

/// The address that a partner sends to somebody who is to become its customer, and who accepts the
/// relationship there. Source: wire contract, section 2.7.
struct relationship_request {
    static constexpr std::string_view object_type = "RelationshipRequest";

    std::optional<std::string> url{};  ///< the whole address, for a browser
    resource_attributes attributes{.object_type = std::string{object_type}};

    friend bool operator==(const relationship_request&, const relationship_request&) = default;
};
BOOST_DESCRIBE_STRUCT(relationship_request, (), (url, attributes))

}  // namespace partner_center
