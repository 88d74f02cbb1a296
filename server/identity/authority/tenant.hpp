// The tenant that the path of an authority request names. Calls the store's directory.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/directory.hpp"

namespace partner_center::oauth {

/// One partner's tenant, or one of the two words that stand for any.
struct tenant {
    std::string name{};  ///< as documents print it: the id, "common" or "organizations"
    std::optional<partner_record> partner{};
};

/// Nothing when no partner has that id or domain, or the one that has it is disabled.
[[nodiscard]] awaitable<std::optional<tenant>> find_tenant(
    directory& directory, std::string_view text
);

}  // namespace partner_center::oauth
