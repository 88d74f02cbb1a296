// The words `partnerd user`. Calls the roles' table and the secret hasher.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include "server/api/roles.hpp"
#include "server/directory_desk.hpp"
#include "server/identity/secret_hasher.hpp"
#include "server/identity/totp.hpp"
#include "server/percent.hpp"
#include "store/block_on.hpp"
#include <partner_center/http.hpp>

namespace partner_center {

/// What is printed. Source: docs/operations.md.
struct user_entry {
    guid id{};
    guid tenant_id{};
    std::string user_principal_name{};
    std::vector<std::string> roles{};
    bool second_factor{};
    bool disabled{};
    std::optional<std::string> password{};  ///< these three: made just now
    std::optional<std::string> totp_secret{};
    std::optional<std::string> totp_uri{};
};
BOOST_DESCRIBE_STRUCT(
    user_entry,
    (),
    (id,
     tenant_id,
     user_principal_name,
     roles,
     second_factor,
     disabled,
     password,
     totp_secret,
     totp_uri)
)

namespace {

[[nodiscard]] std::string checked_principal_name(const std::string& name) {
    const auto at = name.find('@');
    const bool good = name.size() <= text_bytes_max && is_plain(name) && at != 0 &&
                      at != std::string::npos && is_domain(lower_case(name.substr(at + 1)));
    if (!good) misused("--name", name, "a principal name, like ann@lumen.example");
    return name;
}

/// As the contract spells it.
[[nodiscard]] std::string checked_role(const std::string& name) {
    const auto known = std::ranges::find_if(roles, [&](const role& each) {
        return equals_ignoring_case(each.name, name);
    });
    if (known != roles.end()) return std::string{known->name};
    std::string all;
    for (const role& each : roles) all += fmt::format("{}{}", all.empty() ? "" : ", ", each.name);
    misused("--role", name, "one of " + all);
}

[[nodiscard]] std::vector<std::string> checked_roles(const directory_request& request) {
    std::vector<std::string> checked;
    for (const std::string& each : request.roles) {
        std::string name = checked_role(each);
        if (std::ranges::find(checked, name) == checked.end()) checked.push_back(std::move(name));
    }
    return checked;
}

[[nodiscard]] user_record user_of(directory_desk& desk, const directory_request& request) {
    auto found = block_on(desk.tenants().find_user(request.name));
    return owned(desk, request, std::move(found), fmt::format("user '{}'", request.name));
}

[[nodiscard]] user_entry entry_of(const user_record& user) {
    return {
        .id = user.id,
        .tenant_id = user.partner_id,
        .user_principal_name = user.user_principal_name,
        .roles = user.roles,
        .second_factor = !user.totp_secret.empty(),
        .disabled = user.disabled,
    };
}

/// The user as he or she is in the store after a change.
template <class Change>
[[nodiscard]] user_entry changed(
    directory_desk& desk, const directory_request& request, Change change
) {
    const guid id = user_of(desk, request).id;
    (void)block_on(change(id));
    return entry_of(user_of(desk, request));
}

/// Shows a second factor's secret, as authenticator apps read it.
void show_totp(user_entry& entry, const std::string& secret) {
    entry.totp_secret = secret;
    entry.totp_uri = fmt::format(
        "otpauth://totp/partnerd:{}?secret={}&issuer=partnerd&algorithm=SHA1&digits=6&period=30",
        percent_encoded(entry.user_principal_name),
        secret
    );
}

/// As the store has it.
[[nodiscard]] std::string sealed(
    const directory_desk& desk, const guid& user_id, const std::string& secret
) {
    if (secret.empty()) return {};
    return seal_totp_secret(desk.second_factor_key(), user_id, secret);
}

std::string add_user(directory_desk& desk, const directory_request& request) {
    user_record user{
        .id = id_or_new(request),
        .user_principal_name = checked_principal_name(request.name),
        .roles = checked_roles(request),
    };
    const std::string secret = request.totp ? make_totp_secret() : "";
    const chosen_secret password = choose_secret(desk, request, "password");
    user.password_hash = hash_secret(password.text);
    user.partner_id = partner_of(desk, request.partner).id;
    user.totp_secret = sealed(desk, user.id, secret);
    require(
        block_on(desk.tenants().add_user(user)),
        fmt::format(
            "there is a user with the id {} or the name {}",
            to_string(user.id),
            user.user_principal_name
        )
    );
    user_entry entry = entry_of(user);
    entry.password = password.to_show();
    if (request.totp) show_totp(entry, secret);
    return printed(entry);
}

std::string list_users(directory_desk& desk, const directory_request& request) {
    const auto found = block_on(desk.tenants().list_users(partner_id_of(desk, request)));
    return list_of(found, [](const user_record& each) { return entry_of(each); });
}

template <bool Disabled>
std::string set_disabled(directory_desk& desk, const directory_request& request) {
    return printed(changed(desk, request, [&](const guid& id) {
        return desk.tenants().set_disabled(directory_entry::user, id, Disabled);
    }));
}

std::string set_roles(directory_desk& desk, const directory_request& request) {
    std::vector<std::string> names = checked_roles(request);
    return printed(changed(desk, request, [&](const guid& id) {
        return desk.tenants().set_roles(id, std::move(names));
    }));
}

std::string reset_password(directory_desk& desk, const directory_request& request) {
    chosen_secret password;
    user_entry entry = changed(desk, request, [&](const guid& id) {
        password = choose_secret(desk, request, "password");
        return desk.tenants().set_password_hash(id, hash_secret(password.text));
    });
    entry.password = password.to_show();
    return printed(entry);
}

std::string reset_totp(directory_desk& desk, const directory_request& request) {
    const std::string secret = request.off ? "" : make_totp_secret();
    user_entry entry = changed(desk, request, [&](const guid& id) {
        return desk.tenants().set_totp_secret(id, sealed(desk, id, secret));
    });
    if (!request.off) show_totp(entry, secret);
    return printed(entry);
}

// Tables are read as tables: a row each.
// clang-format off
const std::array words = std::to_array<directory_word>({
    {"user", "add", "add a person", "--partner --name", "--id --role --password-stdin --totp", add_user},
    {"user", "list", "print people", "", "--partner", list_users},
    {"user", "disable", "refuse this person", "--name", "--partner", set_disabled<true>},
    {"user", "enable", "take this person again", "--name", "--partner", set_disabled<false>},
    {"user", "set-roles", "replace the roles by those given", "--name", "--partner --role", set_roles},
    {"user", "reset-password", "give another password", "--name", "--partner --password-stdin", reset_password},
    {"user", "reset-totp", "give another second factor, or none", "--name", "--partner --off", reset_totp},
});
// clang-format on

}  // namespace

std::span<const directory_word> user_words() {
    return words;
}

}  // namespace partner_center
