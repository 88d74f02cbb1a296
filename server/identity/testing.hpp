// What the tests of tokens and of the authority share: partners and applications in a real store,
// a key, and a fixed time. Calls the store's test support.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "server/identity/secret_hasher.hpp"
#include "server/identity/signing_key.hpp"
#include "server/identity/token.hpp"
#include "store/testing.hpp"

namespace partner_center::testing {

/// 2024-01-22 09:14:52 UTC.
inline constexpr system_time noon{std::chrono::seconds{1'705'914'892}};
inline constexpr std::string_view right_secret = "correct horse: battery+staple";

/// Made once: it takes a while.
[[nodiscard]] inline const std::string& right_hash() {
    static const std::string hash = hash_secret(right_secret);
    return hash;
}

/// A key in a file that lives as long as the tests.
struct shared_key {
    temporary_directory folder{};
    std::filesystem::path file{folder / "signing-key.pem"};
    signing_key key{signing_key::load_or_create(file)};
    authority_keys all{folder.path()};
};
[[nodiscard]] inline shared_key& our_key() {
    static shared_key shared;
    return shared;
}

inline constexpr unsigned disabled_partner = 3;
inline constexpr unsigned chinese_partner = 4;

[[nodiscard]] inline guid application_of(unsigned partner) {
    return id_of(partner + 100);
}
[[nodiscard]] inline guid disabled_application() {
    return id_of(201);
}

/// People of partner 1 who may and may not call, and one of partner 2.
inline constexpr unsigned ann = 77;
inline constexpr unsigned disabled_user = 78;
inline constexpr unsigned user_of_another = 79;

/// Partners 1, 2, 3 (disabled) and 4 (in China), each with an application that knows right_secret;
/// partner 1 has a disabled one as well.
struct known_world {
    known_world() {
        for (const unsigned number : {1U, 2U, disabled_partner, chinese_partner}) {
            partner_record partner = sample_partner(number);
            partner.disabled = number == disabled_partner;
            if (number == chinese_partner) partner.where = &clouds::china;
            run(tenants.add_partner(partner));
            add_application(application_of(number), number);
        }
        add_application(disabled_application(), 1);
        run(tenants.disable_application(disabled_application()));
        add_user(ann, 1);
        add_user(disabled_user, 1);
        add_user(user_of_another, 2);
    }

    void add_user(unsigned number, unsigned partner) {
        user_record user{
            .id = id_of(number),
            .partner_id = id_of(partner),
            .user_principal_name = "user" + std::to_string(number) + "@partner.example",
            .disabled = number == disabled_user};
        run(tenants.add_user(std::move(user)));
    }

    void add_application(const guid& id, unsigned partner) {
        application_record application{
            .id = id, .partner_id = id_of(partner), .name = "App", .secret_hash = right_hash()};
        run(tenants.add_application(application));
    }

    [[nodiscard]] partner_record partner(unsigned number) {
        return run(tenants.find_partner(id_of(number))).value();
    }

    fresh_store fresh{};
    directory& tenants{fresh.store.tenants()};
    const signing_key& key{our_key().key};
    reactor_keys keys{our_key().all};
    token_policy policy{.entra_issuer = true, .public_url = "https://localhost:8443"};
};

/// What a verifier says of a token, to the end of it.
[[nodiscard]] inline result<principal> verify(
    token_verifier& verifier, std::string_view token, precise_time now
) {
    const auto caller = run(verifier.verify(token, now));
    if (!caller) return caller.error();
    return **caller;
}

}  // namespace partner_center::testing
