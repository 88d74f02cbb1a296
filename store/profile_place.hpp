// Where a profile stands in its table. Calls nothing.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <partner_center/guid.hpp>

namespace partner_center {

/// A profile's kind: the word in the column `kind`, and what its place ends with.
struct profile_kind {
    const char* word{};
    std::int64_t number{};  ///< below 8
};

inline constexpr profile_kind billing_kind{"billing", 0};
inline constexpr profile_kind company_kind{"company", 1};

/// The number of the row that the profile has, unless another one, whose id begins with the same 15
/// digits, came first: then it has any. Not negative.
[[nodiscard]] constexpr std::int64_t place_of(guid customer_id, profile_kind kind) {
    std::uint64_t digits = 0;
    for (int at = 0; at < 8; ++at) digits = digits << 8U | customer_id.bytes[std::size_t(at)];
    return static_cast<std::int64_t>(digits >> 4U << 3U) | kind.number;
}

}  // namespace partner_center
