// What partnerd remembers, one method per question that the API asks. Every method names the
// partner whose data it is; questions that cross partners are in directory.hpp. Ends up calling a
// driver.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/audit_records.hpp"
#include "store/change.hpp"
#include "store/customer_lists.hpp"
#include "store/database.hpp"
#include "store/directory.hpp"
#include "store/partner_profiles.hpp"
#include "store/profile_reads.hpp"
#include "store/proofs.hpp"
#include "store/reactor_lane.hpp"
#include <partner_center/document.hpp>
#include <partner_center/guid.hpp>
#include <partner_center/models/billing_profile.hpp>
#include <partner_center/models/company_profile.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

/// A customer to remember, with its first billing profile. Its company profile follows from these.
struct new_customer {
    guid id{};
    guid commerce_id{};
    std::string company_name{};
    std::string domain{};  ///< lower case, unique across all partners
    bool delegated_access{true};
    std::int64_t etag{};  ///< of the billing profile; printed into its document as well
    document<billing_profile> billing{};
    std::optional<std::string> organization_registration_number{};
    std::optional<std::string> associated_partner_id{};  ///< the indirect reseller's MPN id
};

/// What a new customer's company profile is, with all of its members. Source: wire contract,
/// section 2.3.
[[nodiscard]] document<company_profile> first_company_profile(const new_customer& of);

/// How many customers a partner may have that is an integration sandbox. Source: wire contract,
/// section 8.1.
inline constexpr std::int64_t sandbox_customers_max = 75;

/// A customer that is remembered, with its profiles as they were stored: whole, whatever the
/// partner may see of them.
struct customer_record {
    guid commerce_id{};
    std::string domain{};
    bool delegated_access{};
    std::optional<std::string> associated_partner_id{};
    document<company_profile> company{};
    document<billing_profile> billing{};
};

/// What lets a partner create customers of a government: so many of one organization.
struct government_code {
    std::string id{};
    std::string organization_name{};
    std::int64_t creates_max{};
    std::int64_t creates_left{};  ///< at most creates_max
    std::int64_t etag{};
};

/// What a profile becomes.
template <class Profile>
struct new_version {
    std::int64_t etag{};
    document<Profile> profile{};  ///< has the etag in it
};

/// An answer that is to be remembered.
struct answer_to_remember {
    remembered_answer answer{};
    std::int64_t at{};     ///< seconds since 1970
    std::int64_t since{};  ///< what is older counts as forgotten
    bool may_replace{};    ///< an answer to another body
};

/// One per reactor. Every method throws store_error when the database cannot answer.
class store {
public:
    explicit store(std::unique_ptr<database> database);

    /// The profile of a partner's customer as it goes on the wire. Fails with no_relationship when
    /// the tenant exists but is not this partner's customer (any more), and with unknown_tenant.
    /// One statement finds it; only a miss asks why. The document takes over `memory`, any string:
    /// with room enough nothing is allocated.
    template <class Profile>
    [[nodiscard]] awaitable<result<document<Profile>>> find_profile(
        guid partner_id, guid customer_id, std::string memory
    );

    /// A partner's customer. Fails as find_profile() does; one statement finds it, too.
    [[nodiscard]] awaitable<result<customer_record>> find_customer(
        guid partner_id, guid customer_id
    );

    /// A partner's codes, in the order of their ids.
    [[nodiscard]] awaitable<std::vector<government_code>> list_validation_codes(guid partner_id);

    /// False when the partner has a code with this id.
    [[nodiscard]] awaitable<bool> add_validation_code(guid partner_id, government_code code);

    /// Remembers customers of one partner, all or none, as one transaction. False when an id or a
    /// domain is taken.
    [[nodiscard]] awaitable<bool> add_customers(
        guid partner_id, std::vector<new_customer> customers
    );

    /// A partner's customer. Fails as find_profile does.
    [[nodiscard]] awaitable<result<customer_summary>> find_customer_summary(
        guid partner_id, guid customer_id
    );

    /// Adds a customer with its profiles. Refused as too_many when the partner is a sandbox that
    /// has as many as it may, and as domain_taken.
    [[nodiscard]] static change add_customer(guid partner_id, new_customer customer);

    /// Deletes a customer with its profiles: nobody knows the tenant any more, and its domain is
    /// free. Refused as no_such_thing.
    [[nodiscard]] static change delete_customer(guid partner_id, guid customer_id);

    /// Ends the relationship: the tenant and its domain stay known, its profiles go. Refused as
    /// no_such_thing.
    [[nodiscard]] static change end_relationship(guid partner_id, guid customer_id);

    /// Whether the partner manages the customer's services on its behalf. Refused as no_such_thing.
    [[nodiscard]] static change set_delegated_access(
        guid partner_id, guid customer_id, bool granted
    );

    /// Replaces a profile that has the version `replaced`; else the change is refused as stale.
    template <class Profile>
    [[nodiscard]] static change replace_profile(
        guid partner_id, guid customer_id, std::int64_t replaced, new_version<Profile> by
    );

    /// A partner's own profile: every partner has one of each kind.
    template <class Profile>
    [[nodiscard]] awaitable<stored_profile<Profile>> find_partner_profile(guid partner_id);

    /// Replaces one that has the version `replaced`; else the change is refused as stale. Its
    /// version is then one more.
    template <class Profile>
    [[nodiscard]] static change replace_partner_profile(
        guid partner_id, std::int64_t replaced, const Profile& by
    );

    /// What was answered to a request not longer ago than `since` (seconds since 1970).
    [[nodiscard]] awaitable<std::optional<remembered_answer>> find_answer(
        guid partner_id, guid request_key, std::int64_t since
    );

    /// Remembers an answer. Refused as repeated when there is one already that is not older than
    /// `since`; with `may_replace` only if that was to the same body.
    [[nodiscard]] static change remember_answer(
        guid partner_id, guid request_key, const answer_to_remember& what
    );

    [[nodiscard]] static change record(guid partner_id, audit_entry entry);

    /// Makes the change, or says why not. What was made is on disk.
    [[nodiscard]] awaitable<std::optional<refusal>> commit(change what);

    /// Forgets answers that are older than `answers_since` (seconds since 1970) and audit records
    /// older than `audit_since` (ticks), a bounded number of each. True when there may be more.
    [[nodiscard]] awaitable<bool> forget_old(std::int64_t answers_since, std::int64_t audit_since);

    [[nodiscard]] customer_lists& lists() { return lists_; }
    [[nodiscard]] audit_records& audit() { return audit_; }
    [[nodiscard]] profile_read_rows& reads() { return reads_; }
    [[nodiscard]] directory& tenants() { return directory_; }
    [[nodiscard]] proofs& sign_in_proofs() { return proofs_; }

    /// Throws store_error unless the database answers a trivial question and takes writes: what
    /// /readyz asks. Writes to the disk, but not within a second of the last write of anybody,
    /// whose outcome then counts. After a failure of the disk this is what tries whether it is
    /// over.
    [[nodiscard]] awaitable<void> check();

private:
    /// Why a partner does not find a customer.
    [[nodiscard]] awaitable<fault> reason_of_miss(guid partner_id, guid customer_id);

    std::unique_ptr<database> database_;
    reactor_lane walks_{};  // through long lists
    customer_lists lists_;
    audit_records audit_;
    profile_read_rows reads_;
    directory directory_;
    proofs proofs_;
};

}  // namespace partner_center
