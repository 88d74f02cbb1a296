// What people who signed in let applications do: authorization codes and refresh tokens, by the
// hashes of their texts. Ends up calling a database driver.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/database.hpp"
#include <partner_center/guid.hpp>

namespace partner_center {

/// One sign-in of a user to an application; everything issued of it is one family.
struct grant_record {
    guid id{};
    guid application_id{};
    guid user_id{};
    std::string resource{};  ///< empty: each token request names it
    bool any_resource{};     ///< a token request may name another one
    std::string scopes{};    ///< as asked, with a blank between them
    bool has_mfa{};
    bool revoked{};
};

/// An authorization code. Times are seconds since 1970.
struct code_record {
    std::string hash{};
    grant_record grant{};
    std::string redirect_uri{};    ///< empty: the request named none
    std::string code_challenge{};  ///< S256; empty: none
    std::string nonce{};
    std::optional<std::int64_t> auth_time{};  ///< when the user signed in, if that was asked
    bool redeemed{};
    std::int64_t expires_at{};
};

struct refresh_token_record {
    std::string hash{};
    grant_record grant{};
    bool used{};
    std::int64_t expires_at{};
};

/// A refresh token to remember.
struct new_refresh_token {
    std::string hash{};
    std::int64_t expires_at{};
};

/// Every method throws store_error when the database cannot answer. A handle on a reactor's
/// database, cheap to make. Writes delete what has expired.
class grants {
public:
    explicit grants(database& database) : database_{database} {}

    [[nodiscard]] awaitable<void> add_code(code_record code, std::int64_t now);
    [[nodiscard]] awaitable<std::optional<code_record>> find_code(std::string hash);

    /// Uses a code up; with `first` the grant lives as long as that refresh token, else until
    /// `kept_until`, for which a second use is noticed. False when the code is used or expired or
    /// its grant is revoked: of two that try at once one succeeds.
    [[nodiscard]] awaitable<bool> redeem_code(
        const code_record& code,
        std::optional<new_refresh_token> first,
        std::int64_t kept_until,
        std::int64_t now
    );

    /// Uses up a device request that the grant's user allowed to its application; with `first` the
    /// grant is remembered. False when it is used or expired, or no longer allowed: of two that try
    /// at once one succeeds. `device_code` is the hash.
    [[nodiscard]] awaitable<bool> redeem_device_request(
        std::string device_code,
        grant_record grant,
        std::optional<new_refresh_token> first,
        std::int64_t now
    );

    [[nodiscard]] awaitable<std::optional<refresh_token_record>> find_refresh_token(std::string hash
    );

    /// Remembers the successor of a refresh token; of those that are not `single_use` the last 100
    /// of a grant. False when the old one has expired, its grant is revoked, or it is `single_use`
    /// and was used before.
    [[nodiscard]] awaitable<bool> renew(
        const refresh_token_record& old,
        bool single_use,
        new_refresh_token successor,
        std::int64_t now
    );

    /// Nothing of the family is good any longer.
    [[nodiscard]] awaitable<void> revoke(guid grant_id);

private:
    database& database_;
};

}  // namespace partner_center
