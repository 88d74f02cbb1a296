// A permission to create customers of a government. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe/class.hpp>

namespace partner_center {

/// With it a partner may create so many customers in the government's cloud. Has neither links nor
/// attributes; its version is a member of its own. Source: wire contract, section 1.1, row 11; the
/// members are those of Microsoft's SDK for .NET.
struct validation_code {
    std::optional<std::string> partner_id{};          ///< the partner's tenant
    std::optional<std::string> organization_name{};   ///< the partner's company
    std::optional<std::string> validation_id{};       ///< the code
    std::optional<std::int64_t> max_creates{};        ///< as many customers may be created with it
    std::optional<std::int64_t> remaining_creates{};  ///< as many still may
    std::optional<std::string> e_tag{};               ///< the version, opaque

    friend bool operator==(const validation_code&, const validation_code&) = default;
};
BOOST_DESCRIBE_STRUCT(
    validation_code,
    (),
    (partner_id, organization_name, validation_id, max_creates, remaining_creates, e_tag)
)

}  // namespace partner_center
