// `partnerd token`: tokens for the sample data, good and deliberately bad. Calls demo.cpp and
// identity/token_kinds.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "server/config.hpp"
#include "server/demo.hpp"
#include "server/identity/token_kinds.hpp"

namespace partner_center {

/// What a request's tokens are made of, issued now: of the partner's first application, and of its
/// first person when the kind wants one, unless others are named. Throws usage_error when the
/// sample data has not got what is named. REQUIRES: the key outlives it.
[[nodiscard]] token_order order_of(
    const token_request& request, const demo_world& world, const signing_key& key
);

/// The kind that is asked for. Throws usage_error, with all names, when there is none.
[[nodiscard]] const token_kind& kind_of(const token_request& request);

/// The kinds, one a line: name, status and code of the answer, meaning, with tabs between them.
[[nodiscard]] std::string printed_token_kinds();

}  // namespace partner_center
