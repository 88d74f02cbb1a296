// The questions about profiles. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include "store/store.hpp"

namespace partner_center {
namespace {

/// The word in the column `kind`.
template <class Profile>
constexpr std::string_view kind_of{};
template <>
constexpr std::string_view kind_of<billing_profile> = "billing";

}  // namespace

constexpr std::string_view find_profile_sql =
    "SELECT document FROM profiles WHERE partner_id = $1 AND customer_id = $2 AND kind = $3";

template <class Profile>
awaitable<result<document<Profile>>> store::find_profile(
    guid partner_id, guid customer_id, std::string memory
) {
    const std::array<value, 3> values{partner_id, customer_id, std::string{kind_of<Profile>}};
    memory.clear();
    if (co_await database_->read_text(find_profile_sql, values, memory)) {
        co_return document<Profile>{std::move(memory)};
    }
    const bool is_known = co_await directory_.knows_tenant(customer_id);
    co_return is_known ? no_relationship(partner_id, customer_id) : unknown_tenant();
}

template awaitable<result<document<billing_profile>>> store::find_profile<billing_profile>(
    guid, guid, std::string
);

}  // namespace partner_center
