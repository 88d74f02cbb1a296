// The sample world: makes its secrets, fills the store with it, keeps demo.json. Calls the store,
// identity/secret_hasher and demo_customers.cpp.
// SPDX-License-Identifier: MIT
#include "server/demo.hpp"

#include <algorithm>
#include <fstream>
#include <future>
#include <iterator>
#include <string_view>
#include <thread>
#include <utility>

#include "server/data_directory.hpp"
#include "server/demo_data.hpp"
#include "server/identity/key_ring.hpp"
#include "server/identity/private_file.hpp"
#include "server/identity/secret_hasher.hpp"
#include "server/identity/totp.hpp"

namespace partner_center {
namespace {

/// The hashes, in order. Each costs tens of milliseconds, so every core takes its share.
[[nodiscard]] std::vector<std::string> hash_all(const std::vector<std::string_view>& secrets) {
    std::vector<std::string> hashes(secrets.size());
    const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::future<void>> shares;
    for (std::size_t first = 0; first < threads; ++first) {
        shares.push_back(std::async(std::launch::async, [&hashes, &secrets, threads, first] {
            for (std::size_t at = first; at < secrets.size(); at += threads) {
                hashes[at] = hash_secret(secrets[at]);
            }
        }));
    }
    for (std::future<void>& share : shares) share.get();
    return hashes;
}

/// In the order in which write_demo_world() uses their hashes.
[[nodiscard]] std::vector<std::string_view> secrets_of(const demo_world& world) {
    std::vector<std::string_view> secrets;
    for (const demo_partner& partner : world.partners) {
        for (const demo_user& user : partner.users) secrets.push_back(user.password);
    }
    for (const demo_partner& partner : world.partners) {
        for (const demo_application& each : partner.applications) {
            if (each.client_secret) secrets.push_back(*each.client_secret);
        }
    }
    return secrets;
}

// An answer of false or a refusal is ignored in the next three: what is there already, an earlier
// start that ended half way has added.

[[nodiscard]] awaitable<void> add_partner(store& store, const demo_partner& partner) {
    partner_record record{
        .id = partner.tenant_id,
        .name = partner.name,
        .domain = partner.domain,
        .where = clouds::find(partner.cloud),
        .sandbox = partner.sandbox,
    };
    std::vector<new_customer> customers = demo_customers(partner.tenant_id);
    (void)co_await store.tenants().add_partner(std::move(record));
    change profiles = demo_profiles(partner);
    (void)co_await store.commit(std::move(profiles));
    (void)co_await store.add_customers(partner.tenant_id, std::move(customers));
    std::vector<government_code> codes = demo_validation_codes(partner.tenant_id);
    for (government_code& each : codes) {
        (void)co_await store.add_validation_code(partner.tenant_id, std::move(each));
    }
}

/// But for the hash of the password.
[[nodiscard]] user_record record_of(
    const demo_partner& partner, const demo_user& user, const sealing_key& second_factors
) {
    const guid id = demo_user_id(partner, user);
    return {
        .id = id,
        .partner_id = partner.tenant_id,
        .user_principal_name = user.user_principal_name,
        .totp_secret = seal_totp_secret(second_factors, id, user.totp_secret),
        .roles = user.roles,
    };
}

[[nodiscard]] awaitable<void> add_application(
    store& store, const demo_partner& partner, const guid& client_id, std::string secret_hash
) {
    const bool is_public = secret_hash.empty();
    application_record record{
        .id = client_id,
        .partner_id = partner.tenant_id,
        .name = partner.name + (is_public ? " sample tool" : " sample application"),
        .secret_hash = std::move(secret_hash),
        .is_public = is_public,
        .redirect_uris = {"http://localhost/callback", "http://127.0.0.1/callback"},
    };
    if (is_public) record.redirect_uris = {"http://localhost", "http://127.0.0.1"};
    (void)co_await store.tenants().add_application(std::move(record));
}

[[nodiscard]] std::filesystem::path file_in(const std::filesystem::path& data_directory) {
    return data_directory / "demo.json";
}

/// The store is written next and must never be ahead of the secrets, also after a power cut.
void save(const demo_world& world, const std::filesystem::path& data_directory) {
    replace_private_file(file_in(data_directory), to_json(world) + '\n');
}

[[nodiscard]] demo_error not_a_demo_store(const std::filesystem::path& data_directory) {
    return demo_error{
        "invented data wants an empty data directory or one that --demo made; the store has "
        "partners "
        "that " +
        file_in(data_directory).string() + " does not know"};
}

}  // namespace

demo_world make_demo_world() {
    auto world = read_embedded<demo_world>("partners.json");
    for (demo_partner& partner : world.partners) {
        for (demo_application& each : partner.applications) {
            if (each.client_secret) each.client_secret = make_secret();
        }
        for (demo_user& user : partner.users) {
            user.password = make_secret();
            if (!user.totp_secret.empty()) user.totp_secret = make_totp_secret();
        }
        for (const new_customer& each : demo_customers(partner.tenant_id)) {
            partner.customers.push_back(each.id);
        }
    }
    return world;
}

std::vector<guid> demo_tenant_ids() {
    std::vector<guid> ids;
    for (const demo_partner& each : read_embedded<demo_world>("partners.json").partners) {
        ids.push_back(each.tenant_id);
    }
    return ids;
}

guid demo_user_id(const demo_partner& partner, const demo_user& user) {
    return name_based(partner.tenant_id, user.user_principal_name);
}

const demo_partner* find_partner(const demo_world& world, std::string_view name) {
    if (name.empty()) return &world.partners.front();
    for (const demo_partner& each : world.partners) {
        const bool named = equals_ignoring_case(name, each.domain) ||
                           equals_ignoring_case(name, to_string(each.tenant_id));
        if (named) return &each;
    }
    return nullptr;
}

awaitable<void> write_demo_world(
    store& store, const demo_world& world, sealing_key second_factors
) {
    std::vector<std::string> hashes = hash_all(secrets_of(world));
    auto hash = hashes.begin();
    for (const demo_partner& partner : world.partners) {
        co_await add_partner(store, partner);
        for (const demo_user& user : partner.users) {
            user_record record = record_of(partner, user, second_factors);
            record.password_hash = std::move(*hash++);
            (void)co_await store.tenants().add_user(std::move(record));
        }
    }
    for (const demo_partner& partner : world.partners) {
        for (const demo_application& each : partner.applications) {
            std::string own = each.client_secret ? std::move(*hash++) : std::string{};
            co_await add_application(store, partner, each.client_id, std::move(own));
        }
    }
}

demo_world read_demo_world(const std::filesystem::path& data_directory) {
    std::ifstream in{file_in(data_directory), std::ios::binary};
    if (!in) {
        throw demo_error{
            file_in(data_directory).string() + " is missing; `partnerd serve --demo` writes it"};
    }
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    // The fault's text is left out of the error on purpose: the file holds secrets.
    const auto world = from_json<demo_world>(text, json_reading::strict);
    const bool usable =
        world && !world->partners.empty() && !world->partners.back().applications.empty() &&
        std::all_of(world->partners.begin(), world->partners.end(), [](const demo_partner& each) {
            return clouds::find(each.cloud);
        });
    if (!usable) throw demo_error{file_in(data_directory).string() + " is damaged"};
    return *world;
}

awaitable<demo_world> open_demo_world(store& store, std::filesystem::path data_directory) {
    const bool fresh = !co_await store.tenants().has_partners();
    if (!fresh && !std::filesystem::exists(file_in(data_directory))) {
        throw not_a_demo_store(data_directory);
    }
    demo_world world = fresh ? make_demo_world() : read_demo_world(data_directory);
    if (fresh) {
        save(world, data_directory);
    } else {
        const auto first = co_await store.tenants().find_partner(world.partners.front().tenant_id);
        if (!first) throw not_a_demo_store(data_directory);
    }
    const guid last_written = world.partners.back().applications.back().client_id;
    const auto last = co_await store.tenants().find_application(last_written);
    if (!last) {
        const sealing_key second_factors =
            load_or_create_sealing_key(second_factor_key_file(keys_in(data_directory)));
        co_await write_demo_world(store, world, second_factors);
    }
    co_return world;
}

void publish(
    demo_world world, const std::filesystem::path& data_directory, const std::string& url
) {
    world.url = url;
    world.authority = url;
    save(world, data_directory);
}

}  // namespace partner_center
