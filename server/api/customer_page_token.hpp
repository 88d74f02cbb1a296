// Continuation tokens of lists of customers. Calls identity/stamp.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/api/token_bytes.hpp"
#include "server/identity/seal.hpp"
#include "store/customer_lists.hpp"

namespace partner_center {

/// What a token says: which list it is of, how long its pages are, and where the page stands that
/// it came with. Both positions are selected by the selection.
struct customer_page {
    customer_selection selection{};
    std::size_t size{};
    customer_position first{};
    customer_position last{};

    friend bool operator==(const customer_page& left, const customer_page& right) {
        return left.selection.partner_id == right.selection.partner_id &&
               left.selection.field == right.selection.field &&
               left.selection.prefix == right.selection.prefix && left.size == right.size &&
               left.first == right.first && left.last == right.last;
    }
};

/// Letters, digits, "-" and "_", at most page_token_bytes_max: whoever has the key can tell that it
/// made it, for that partner. It does not end. REQUIRES: the selection is one that
/// read_customer_filter() gave. Source: wire contract, section 1.3, Tokens.
[[nodiscard]] std::string page_token(const sealing_key& key, const customer_page& page);

/// Nothing when it was not made with this key for this partner.
[[nodiscard]] std::optional<customer_page> read_page_token(
    const sealing_key& key, const guid& partner_id, std::string_view token
);

}  // namespace partner_center
