// Which version a change replaces, as the caller says it: the decision table of If-Match and
// attributes.etag. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partner_center/result.hpp>

namespace partner_center {

/// What has to hold of the current version. Source: wire contract, section 3.4.
struct version_condition {
    std::vector<std::string> versions{};  ///< one of these
    bool is_any{};                        ///< whatever it is
    fault_kind otherwise{};               ///< the fault when it does not hold

    [[nodiscard]] bool holds(std::string_view current) const;
};

/// If-Match counts before the body. Fails with missing_etag when it cannot be read, and, where an
/// etag is required, when there is neither.
[[nodiscard]] result<version_condition> condition_of(
    const std::optional<std::string>& if_match,
    const std::optional<std::string>& in_body,
    bool is_required
);

}  // namespace partner_center
