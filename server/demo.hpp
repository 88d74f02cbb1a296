// The sample world of `partnerd serve --demo`: invented partners and customers (data/demo), always
// the same, with credentials made at random once and kept in DATA/demo.json. Calls the store and
// identity/secret_hasher.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>

#include "server/identity/seal.hpp"
#include "store/store.hpp"
#include <partner_center/clouds.hpp>
#include <partner_center/document.hpp>
#include <partner_center/guid.hpp>
#include <partner_center/models/billing_profile.hpp>

namespace partner_center {

struct demo_application {
    guid client_id{};
    std::optional<std::string> client_secret{};  ///< a public client has none
};
BOOST_DESCRIBE_STRUCT(demo_application, (), (client_id, client_secret))

struct demo_user {
    std::string user_principal_name{};
    std::string password{};
    std::string totp_secret{};  ///< base32; empty: signs in without a second factor
    std::vector<std::string> roles{};
};
BOOST_DESCRIBE_STRUCT(demo_user, (), (user_principal_name, password, totp_secret, roles))

struct demo_partner {
    guid tenant_id{};
    std::string name{};
    std::string domain{};
    std::string cloud{};
    bool sandbox{};
    std::vector<demo_application> applications{};
    std::vector<demo_user> users{};
    std::vector<guid> customers{};
};
BOOST_DESCRIBE_STRUCT(
    demo_partner, (), (tenant_id, name, domain, cloud, sandbox, applications, users, customers)
)

/// The content of demo.json, which scripts read; secrets in clear. `url` is empty until published.
struct demo_world {
    std::string url{};
    std::string authority{};
    std::string audience{clouds::global.audience};
    std::vector<demo_partner> partners{};
};
BOOST_DESCRIBE_STRUCT(demo_world, (), (url, authority, audience, partners))

/// The sample world cannot be had; the text is for the operator and holds no secret.
class demo_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The sample partners with fresh random secrets, passwords and second factors.
[[nodiscard]] demo_world make_demo_world();

/// Of all sample partners.
[[nodiscard]] std::vector<guid> demo_tenant_ids();

/// The object id of a sample user.
[[nodiscard]] guid demo_user_id(const demo_partner& partner, const demo_user& user);

/// The customers of a sample partner, in the order of demo.json; equal at every call and, but for
/// an edit of data/demo, in every release. Empty for any other partner.
[[nodiscard]] std::vector<new_customer> demo_customers(const guid& partner_id);

/// The validation codes of a sample partner: none but in the US government's cloud.
[[nodiscard]] std::vector<government_code> demo_validation_codes(const guid& partner_id);

/// Gives a sample partner, who has the first ones still, its own profiles.
[[nodiscard]] change demo_profiles(const demo_partner& partner);

constexpr std::uint64_t invented_customers_max = 10'000'000;

/// A sample partner's invented customers, beside those of demo_customers(): a number from 0 to
/// below invented_customers_max makes one, the same at every call and on every machine. Ids and
/// domains ascend with the number, and are shared with no other partner's or seed's.
struct invention {
    guid partner_id{};
    std::string_view domain_suffix{};
    guid space{};  ///< of the names that ids are made of
};
[[nodiscard]] invention make_invention(const demo_partner& partner, std::uint64_t seed);
[[nodiscard]] guid invented_id(const invention& what, std::uint64_t number);
[[nodiscard]] std::function<new_customer(std::uint64_t)> make_inventor(const invention& what);

/// The partner with this tenant id or domain, in any letter case; the first for an empty name; null
/// when there is none.
[[nodiscard]] const demo_partner* find_partner(const demo_world& world, std::string_view name);

/// Adds to the store what it lacks of the world. Blocks its thread for the hashes: not for a
/// reactor that serves. `second_factors` seals the secrets of such. The last application comes
/// last, so it is there only when all the rest is.
[[nodiscard]] awaitable<void> write_demo_world(
    store& store, const demo_world& world, sealing_key second_factors
);

/// The world that the store holds. An empty store and demo.json are filled first; a store that a
/// crash left half filled is completed. Throws demo_error when the store holds other partners or
/// demo.json is missing or damaged.
[[nodiscard]] awaitable<demo_world> open_demo_world(
    store& store, std::filesystem::path data_directory
);

/// What demo.json of a data directory holds. Throws demo_error when it is missing or damaged.
[[nodiscard]] demo_world read_demo_world(const std::filesystem::path& data_directory);

/// Writes demo.json (0600, whole or not at all) with the address that clients use. Throws
/// file_error.
void publish(demo_world world, const std::filesystem::path& data_directory, const std::string& url);

/// A billing profile in its final wire form: with the self link and the etag.
[[nodiscard]] document<billing_profile> billing_document(
    billing_profile profile, const guid& customer_id, std::int64_t etag
);

}  // namespace partner_center
