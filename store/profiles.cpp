// The questions about profiles. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include "store/profile_place.hpp"
#include "store/store.hpp"

namespace partner_center {
namespace {

template <class Profile>
constexpr profile_kind kind_of{};
template <>
constexpr profile_kind kind_of<billing_profile> = billing_kind;

}  // namespace

/// Looked for by its key only when it is not at its place.
constexpr std::string_view find_profile_sql =
    "SELECT document FROM profiles"
    " WHERE place = $1 AND partner_id = $2 AND customer_id = $3 AND kind = $4"
    " UNION ALL "
    "SELECT document FROM profiles WHERE partner_id = $2 AND customer_id = $3 AND kind = $4"
    " LIMIT 1";

template <class Profile>
awaitable<result<document<Profile>>> store::find_profile(
    guid partner_id, guid customer_id, std::string memory
) {
    constexpr profile_kind kind = kind_of<Profile>;
    const std::array<value, 4> values{
        place_of(customer_id, kind), partner_id, customer_id, std::string{kind.word}};
    memory.clear();
    if (co_await database_->read_text(find_profile_sql, values, memory)) {
        co_return document<Profile>{std::move(memory)};
    }
    co_return co_await reason_of_miss(partner_id, customer_id);
}

template awaitable<result<document<billing_profile>>> store::find_profile<billing_profile>(
    guid, guid, std::string
);

constexpr std::string_view replace_profile_sql =
    "UPDATE profiles SET etag = $1, document = $2"
    " WHERE partner_id = $3 AND customer_id = $4 AND kind = $5 AND etag = $6 RETURNING 1";

template <class Profile>
change store::replace_profile(
    guid partner_id, guid customer_id, std::int64_t replaced, new_version<Profile> by
) {
    change out;
    out.add(
        {.sql = replace_profile_sql,
         .values =
             {
                 by.etag,
                 std::move(by.profile.text),
                 partner_id,
                 customer_id,
                 kind_of<Profile>.word,
                 replaced,
             },
         .needs_row = true},
        refusal::stale
    );
    return out;
}

template change
    store::replace_profile<billing_profile>(guid, guid, std::int64_t, new_version<billing_profile>);

}  // namespace partner_center
