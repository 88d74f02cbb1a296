// The questions that cross partners: whose application is this, is this tenant known at all. Every
// other question names its partner and lives in store.hpp. Ends up calling a database driver.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
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

/// A partner's name and its number in the Microsoft Partner Network.
struct network_member {
    std::int64_t mpn_id{};
    std::string name{};
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

/// What an application may prove itself with instead of a secret.
struct certificate_record {
    std::string thumbprint{};  ///< SHA-256 of its DER form, base64url
    std::string pem{};
};

/// A person of a partner.
struct user_record {
    guid id{};  ///< its object id
    guid partner_id{};
    std::string user_principal_name{};
    std::string password_hash{};  ///< argon2id
    std::string totp_secret{};    ///< sealed; empty: no second factor
    std::vector<std::string> roles{};
    bool disabled{};
    std::int64_t session_epoch{};  ///< browser sessions of another one are over
};

/// Who an application, and a user when there is one, stand for, and what keeps them from calling.
struct standing {
    guid partner_id{};  ///< the application's
    const cloud* where{&clouds::global};
    bool partner_disabled{};
    bool application_disabled{};
    bool user_refused{};  ///< the user is disabled, unknown or another partner's
};

/// Who can be disabled.
enum class directory_entry { partner, application, user };

/// Every method throws store_error when the database cannot answer. One per reactor.
class directory {
public:
    explicit directory(database& database) : database_{database} {}

    /// True when a partner or any partner's customer has this tenant id.
    [[nodiscard]] awaitable<bool> knows_tenant(guid tenant_id);

    /// True when a partner or any partner's customer has this domain, in any letter case; also a
    /// customer whose relationship ended.
    [[nodiscard]] awaitable<bool> knows_domain(std::string domain);

    [[nodiscard]] awaitable<std::optional<partner_record>> find_partner(guid id);
    /// By domain, in any letter case.
    [[nodiscard]] awaitable<std::optional<partner_record>> find_partner(std::string_view domain);
    [[nodiscard]] awaitable<std::optional<application_record>> find_application(guid client_id);
    /// Empty when the application is unknown.
    [[nodiscard]] awaitable<std::vector<certificate_record>> find_certificates(guid client_id);
    /// Of an application, alone or with a user; nothing when the application is unknown.
    [[nodiscard]] awaitable<std::optional<standing>> find_standing(
        guid client_id, std::optional<guid> user_id
    );

    [[nodiscard]] awaitable<std::optional<user_record>> find_user(guid id);
    /// By principal name, in any letter case.
    [[nodiscard]] awaitable<std::optional<user_record>> find_user(std::string_view principal_name);

    /// What users let applications do, in the same database.
    [[nodiscard]] partner_center::grants grants() { return partner_center::grants{database_}; }

    /// Any partner by its MPN id, which is public; or one by its tenant id.
    [[nodiscard]] awaitable<std::optional<network_member>> find_member(std::int64_t mpn_id);
    [[nodiscard]] awaitable<std::optional<network_member>> find_member(guid partner_id);

    [[nodiscard]] awaitable<bool> has_partners();
    /// With its first own profiles and the next free MPN id. False when the id or the domain is
    /// taken, by a partner or a customer of one.
    [[nodiscard]] awaitable<bool> add_partner(partner_record partner);
    /// False when the client id is taken.
    [[nodiscard]] awaitable<bool> add_application(application_record application);
    /// False when the client id is taken, or a certificate comes twice.
    [[nodiscard]] awaitable<bool> add_application(
        application_record application, std::vector<certificate_record> certificates
    );
    /// False when the object id or the principal name is taken.
    [[nodiscard]] awaitable<bool> add_user(user_record user);

    // What the directory commands ask. Lists are in the order of names; of all partners when none
    // is named.

    [[nodiscard]] awaitable<std::vector<partner_record>> list_partners();
    [[nodiscard]] awaitable<std::vector<application_record>> list_applications(
        std::optional<guid> partner_id
    );
    [[nodiscard]] awaitable<std::vector<user_record>> list_users(std::optional<guid> partner_id);
    /// The thumbprints of an application's certificates.
    [[nodiscard]] awaitable<std::vector<std::string>> list_thumbprints(guid client_id);

    // The rest changes what is there; false when it is not. What "ends sign-ins" revokes, in the
    // same transaction, all grants to that application or of that user, and takes back what was
    // allowed to devices that have not fetched their tokens; of a user it ends the browser sessions
    // as well. Of a partner it ends those of all its applications and users.

    /// Ends sign-ins when an entry is disabled.
    [[nodiscard]] awaitable<bool> set_disabled(directory_entry entry, guid id, bool disabled);
    [[nodiscard]] awaitable<bool> disable_application(guid client_id);
    /// Ends sign-ins.
    [[nodiscard]] awaitable<bool> set_secret_hash(guid client_id, std::string hash);
    [[nodiscard]] awaitable<bool> set_redirect_uris(guid client_id, std::vector<std::string> uris);
    /// All or none. False also when the application has one of them already.
    [[nodiscard]] awaitable<bool> add_certificates(
        guid client_id, std::vector<certificate_record> certificates
    );
    [[nodiscard]] awaitable<bool> remove_certificate(guid client_id, std::string thumbprint);
    /// Ends sign-ins, as do the next two.
    [[nodiscard]] awaitable<bool> set_roles(guid user_id, std::vector<std::string> roles);
    [[nodiscard]] awaitable<bool> set_password_hash(guid user_id, std::string hash);
    /// Sealed; empty: no second factor from now on.
    [[nodiscard]] awaitable<bool> set_totp_secret(guid user_id, std::string secret);

private:
    database& database_;
};

}  // namespace partner_center
