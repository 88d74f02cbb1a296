// What a token says of itself, for people to read. Nothing is verified: that is the service's
// business. Calls the contract's codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>

#include <partner_center/names.hpp>

namespace partner_center::cli {

struct token_claims {
    static constexpr auto wire_case = letter_case::snake;

    std::string tid{};    ///< the tenant's id
    std::string appid{};  ///< the application's
    std::string azp{};    ///< the same, in tokens of version 2
    std::string upn{};    ///< empty: no person
    std::string preferred_username{};
    std::int64_t exp{};  ///< seconds since 1970
};
BOOST_DESCRIBE_STRUCT(token_claims, (), (tid, appid, azp, upn, preferred_username, exp))

/// The claims, those of version 2 under the names of version 1; empty for a token that is no JWT.
[[nodiscard]] token_claims claims_of(std::string_view token);

/// "2026-11-23T16:00:00Z".
[[nodiscard]] std::string rfc3339(std::int64_t seconds_since_1970);

}  // namespace partner_center::cli
