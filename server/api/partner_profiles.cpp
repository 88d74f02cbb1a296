// The partner's own profiles. Ends up calling store/partner_profiles.cpp.
// SPDX-License-Identifier: MIT
#include "server/rules/partner_profiles.hpp"

#include <algorithm>
#include <charconv>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "server/api/audit_text.hpp"
#include "server/api/handlers.hpp"
#include "server/api/rules.hpp"
#include "server/api/version_condition.hpp"
#include "server/identity/base64url.hpp"
#include "server/rules/partner_profiles.hpp"

namespace partner_center {
namespace {

/// Those that take If-Match have versions.
template <class Operation>
constexpr bool is_versioned = requires(Operation operation) {
    operation.if_match;
};

/// Opaque to clients: base64 (this text is the same in both alphabets, but for the padding).
/// Source: wire contract, section 2.10.
[[nodiscard]] std::string etag_of(const guid& partner_id, std::int64_t version) {
    std::string etag =
        to_base64url(fmt::format(R"({{"id":"{}","version":{}}})", to_string(partner_id), version));
    while (etag.size() % 4 != 0) etag += '=';
    return etag;
}

/// Adds what the service says of a profile that is read.
template <class Operation, class Profile>
[[nodiscard]] Profile completed(const call& call, Profile profile, std::int64_t version) {
    link self{.uri = std::string{Operation::path}};
    profile.links = resource_links{.self = std::move(self)};
    present(call, profile.links);
    constexpr bool has_etag = std::is_same_v<Profile, partner_billing_profile> ||
                              std::is_same_v<Profile, organization_profile>;
    if constexpr (has_etag) profile.attributes.etag = etag_of(call.caller.partner_id, version);
    return profile;
}

template <class Operation>
awaitable<result<document<typename Operation::response>>> read_own(call& call) {
    using profile = typename Operation::response;
    auto stored = co_await call.store.find_partner_profile<profile>(call.caller.partner_id);
    document<profile> answer{std::move(call.memory)};
    answer.text.clear();
    append_json(answer.text, completed<Operation>(call, std::move(stored.profile), stored.version));
    co_return answer;
}

/// Takes over what only the service says of it.
void keep(partner_billing_profile&, const partner_billing_profile&) {}
void keep(support_profile&, const support_profile&) {}
void keep(legal_business_profile& profile, const legal_business_profile& before) {
    profile.vetting_status = before.vetting_status;
    profile.vetting_sub_status = before.vetting_sub_status;
}
void keep(organization_profile& profile, const organization_profile& before) {
    profile.id = before.id;
    profile.tenant_id = before.tenant_id;
    profile.domain = before.domain;
}

/// The body as it is to be stored in place of another.
template <class Profile>
[[nodiscard]] result<Profile> checked_for(Profile body, const Profile& before) {
    if constexpr (requires { checked(body, before); }) {
        return checked(std::move(body), before);
    } else {
        return checked(std::move(body));
    }
}

/// What has to hold of the version that is replaced: nothing where there are no versions.
template <class Operation, class Profile>
[[nodiscard]] result<version_condition> condition_for(
    const call& call, const Operation& operation, const Profile& body
) {
    if constexpr (is_versioned<Operation>) {
        return condition_of(operation.if_match, body.attributes.etag, call.options.require_etag);
    } else {
        return version_condition{.is_any = true};
    }
}

/// What was read is what is replaced, or it is read again: the statement compares the version.
template <class Operation>
awaitable<result<document<typename Operation::response>>> replace_own(
    call& call, Operation operation
) {
    using profile = typename Operation::response;
    const guid partner_id = call.caller.partner_id;
    const auto condition = condition_for(call, operation, operation.body);
    while (true) {
        auto stored = co_await call.store.find_partner_profile<profile>(partner_id);
        const std::int64_t version = stored.version;
        auto body = checked_for(operation.body, stored.profile);
        if (!body) co_return body.error();
        profile after = *std::move(body);
        after.profile_type = profile{}.profile_type;
        after.attributes = profile{}.attributes;
        after.links.reset();
        keep(after, stored.profile);
        if (!condition) co_return condition.error();
        const profile before = completed<Operation>(call, std::move(stored.profile), version);
        if (!condition->holds(before.attributes.etag.value_or(""))) {
            co_return fault{.kind = condition->otherwise};
        }

        change what = store::replace_partner_profile(partner_id, version, after);
        after = completed<Operation>(call, std::move(after), version + 1);
        document<profile> answer{to_json(after)};
        change_notes notes{.old_value = audit_text(before), .new_value = audit_text(after)};
        const answer_text text{.status = 200, .body = answer.text};
        const auto refused = co_await call.book->commit(std::move(what), text, std::move(notes));
        if (!refused) co_return answer;
        if (*refused != refusal::stale) co_return refused_request();
    }
}

/// An MPN id is a number; nothing for what cannot be one.
[[nodiscard]] std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t number{};
    const char* const end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, number);
    if (failed != std::errc{} || stopped != end || number < 0) return {};
    return number;
}

/// Ids have seven digits or so: whatever looks quite different is nothing to repeat to anybody.
[[nodiscard]] bool is_repeatable(std::string_view id) {
    constexpr std::size_t length_max = 16;
    const auto is_of_ids = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    };
    return !id.empty() && id.size() <= length_max && std::ranges::all_of(id, is_of_ids);
}

}  // namespace

awaitable<result<document<partner_billing_profile>>> handle(
    call& call, get_partner_billing_profile
) {
    return read_own<get_partner_billing_profile>(call);
}

awaitable<result<document<partner_billing_profile>>> handle(
    call& call, update_partner_billing_profile operation
) {
    return replace_own(call, std::move(operation));
}

awaitable<result<document<legal_business_profile>>> handle(call& call, get_legal_business_profile) {
    return read_own<get_legal_business_profile>(call);
}

awaitable<result<document<legal_business_profile>>> handle(
    call& call, update_legal_business_profile operation
) {
    return replace_own(call, std::move(operation));
}

awaitable<result<document<support_profile>>> handle(call& call, get_support_profile) {
    return read_own<get_support_profile>(call);
}

awaitable<result<document<support_profile>>> handle(call& call, update_support_profile operation) {
    return replace_own(call, std::move(operation));
}

awaitable<result<document<organization_profile>>> handle(call& call, get_organization_profile) {
    return read_own<get_organization_profile>(call);
}

awaitable<result<document<organization_profile>>> handle(
    call& call, update_organization_profile operation
) {
    return replace_own(call, std::move(operation));
}

awaitable<result<mpn_profile>> handle(call& call, get_mpn_profile operation) {
    directory& partners = call.store.tenants();
    std::optional<network_member> member;
    std::string about;
    if (!operation.mpn_id) {
        member = co_await partners.find_member(call.caller.partner_id);
    } else {
        if (const auto number = number_of(*operation.mpn_id)) {
            member = co_await partners.find_member(*number);
        }
        if (is_repeatable(*operation.mpn_id)) {
            about = fmt::format("no partner has the MPN id {}", *operation.mpn_id);
        }
    }
    if (!member) co_return fault{.kind = fault_kind::unknown_mpn_id, .description = about};
    mpn_profile found{
        .partner_name = std::move(member->name),
        .mpn_id = std::to_string(member->mpn_id),
    };
    link self{.uri = std::string{get_mpn_profile::path}};
    if (operation.mpn_id) self.uri += "?mpnId=" + *found.mpn_id;
    found.links = resource_links{.self = std::move(self)};
    present(call, found.links);
    co_return found;
}

}  // namespace partner_center
