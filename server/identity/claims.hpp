// What an access token of ours claims, read strictly. Calls jws.cpp for the signature; asks nobody
// whether what is claimed holds.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/identity/principal.hpp"
#include <partner_center/result.hpp>

namespace partner_center {

struct key_ring;

using system_time = std::chrono::sys_time<std::chrono::seconds>;

/// Since 1970, as claims and the store have them.
[[nodiscard]] inline std::int64_t seconds_of(system_time time) {
    return time.time_since_epoch().count();
}

/// Whether a list with blanks between its words has one, as scopes are listed.
[[nodiscard]] bool has_word(std::string_view list, std::string_view word);

/// Longer tokens are refused unread; the longest that Entra issues are far below.
inline constexpr std::size_t token_bytes_max = 16 * 1024;
/// Clocks may differ by this much. Source: wire contract, section 5.4.
inline constexpr std::chrono::minutes clock_skew{5};
/// Of the access tokens that we issue, at most. Source: wire contract, section 5.3.
inline constexpr std::chrono::seconds token_lifetime{3599};

/// When a token is good, but for the skew: from the later of `nbf` and `iat` until `exp`, in
/// seconds since 1970.
struct validity {
    std::int64_t begin{};
    std::int64_t end{};

    [[nodiscard]] bool has_begun(system_time now) const;
    [[nodiscard]] bool has_ended(system_time now) const;
};

/// What a token that a key of ours signed says of itself.
struct token_claims {
    principal caller{};  ///< but for `where`, which the directory knows
    std::string issuer{};
    std::vector<std::string> audiences{};
    validity times{};
};

/// The claims of a token that one of these keys signed and that is good at this time. Fails with
/// bad_token or expired_token; checks, in this order: size, form, algorithm and key (pinned),
/// signature, times, and that tenant, application and, for App+User tokens, the user are named.
/// Whether these exist, and for whom the token was issued, is not asked. Source: wire contract,
/// section 5.4.
[[nodiscard]] result<token_claims> read_claims(
    const key_ring& keys, std::string_view token, system_time now
);

}  // namespace partner_center
