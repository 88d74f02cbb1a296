// The questions that cross partners: whose application is this, is this tenant known at all. Every
// other question names its partner and lives in store.hpp. Ends up calling a database driver.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"
#include "store/grants.hpp"
#include <partner_center/clouds.hpp>
#include <partner_center/guid.hpp>

namespace partner_center {

/// A reseller: a tenant of its own, in one cloud.
struct partner_record {
    guid id{};  ///< its tenant id
    std::string name{};
    std::string domain{};  ///< lower case; names the tenant as well as the id does
    const cloud* where{&clouds::global};
    bool sandbox{};
    bool disabled{};
};

/// A program that may ask for tokens of its partner.
struct application_record {
    guid id{};  ///< its client id
    guid partner_id{};
    std::string name{};
    std::string secret_hash{};  ///< argon2id, in its own text form; empty: no secret is right
    bool disabled{};
    bool is_public{};  ///< a public client (RFC 6749, section 2.1): it has no credentials
    std::vector<std::string> redirect_uris{};  ///< where people may be sent back to
};

/// A person of a partner.
struct user_record {
    guid id{};  ///< its object id
    guid partner_id{};
    std::string user_principal_name{};
    std::string password_hash{};  ///< argon2id
    std::string totp_secret{};    ///< base32; empty: no second factor
    std::vector<std::string> roles{};
    bool disabled{};
};

/// Who an application, and a user when there is one, stand for, and what keeps them from calling.
struct standing {
    guid partner_id{};  ///< the application's
    const cloud* where{&clouds::global};
    bool partner_disabled{};
    bool application_disabled{};
    bool user_refused{};  ///< the user is disabled, unknown or another partner's
};

/// Every method throws store_error when the database cannot answer. One per reactor.
class directory {
public:
    explicit directory(database& database) : database_{database} {}

    /// True when a partner or any partner's customer has this tenant id.
    [[nodiscard]] awaitable<bool> knows_tenant(guid tenant_id);

    [[nodiscard]] awaitable<std::optional<partner_record>> find_partner(guid id);
    /// By domain, in any letter case.
    [[nodiscard]] awaitable<std::optional<partner_record>> find_partner(std::string_view domain);
    [[nodiscard]] awaitable<std::optional<application_record>> find_application(guid client_id);
    /// Of an application, alone or with a user; nothing when the application is unknown.
    [[nodiscard]] awaitable<std::optional<standing>> find_standing(
        guid client_id, std::optional<guid> user_id
    );

    [[nodiscard]] awaitable<std::optional<user_record>> find_user(guid id);
    /// By principal name, in any letter case.
    [[nodiscard]] awaitable<std::optional<user_record>> find_user(std::string_view principal_name);

    /// What users let applications do, in the same database.
    [[nodiscard]] partner_center::grants grants() { return partner_center::grants{database_}; }

    [[nodiscard]] awaitable<bool> has_partners();
    /// False when the id or the domain is taken.
    [[nodiscard]] awaitable<bool> add_partner(partner_record partner);
    /// False when the client id is taken.
    [[nodiscard]] awaitable<bool> add_application(application_record application);
    /// False when the object id or the principal name is taken.
    [[nodiscard]] awaitable<bool> add_user(user_record user);
    /// False when there is no such application.
    [[nodiscard]] awaitable<bool> disable_application(guid client_id);

private:
    database& database_;
};

}  // namespace partner_center
