// The call chain below client.customers(): each step is a step of the URL. Steps are cheap to copy
// and may outlive the client that they came from.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partner_center/error.hpp>
#include <partner_center/export.hpp>
#include <partner_center/guid.hpp>
#include <partner_center/item_range.hpp>
#include <partner_center/models/billing_profile.hpp>
#include <partner_center/models/company_profile.hpp>
#include <partner_center/models/customer.hpp>
#include <partner_center/models/relationship_request.hpp>
#include <partner_center/models/validation_code.hpp>

namespace partner_center {

namespace detail {
struct client_state;

/// What every step of the chain knows: the client and, further down, the customer.
struct customer_step {
    std::shared_ptr<const client_state> client{};
    std::string customer_id{};
};
}  // namespace detail

/// How update_with() meets others who change the same.
struct conflict_policy {
    unsigned attempts_max{5};  ///< to read, change and replace; the first included
};

/// Changes a profile that was just read. It may be called several times for one update.
using billing_profile_change = std::function<void(billing_profile&)>;

/// /v1/customers/{id}/profiles/billing
class PARTNER_CENTER_EXPORT customer_billing_profile_operations {
public:
    explicit customer_billing_profile_operations(detail::customer_step at);

    /// Reads the billing profile. Fails with not_found when no tenant has the id and with forbidden
    /// when the tenant is not the caller's customer.
    [[nodiscard]] outcome<billing_profile> get() const;
    [[nodiscard]] std::future<outcome<billing_profile>> get_async() const;

    /// Replaces the billing profile as a whole: what `profile` leaves out is gone. The version that
    /// it replaces is `attributes.etag`, which get() filled. Gives the profile as it is stored,
    /// with its new etag. Fails with bad_input and the service's code 2055 when somebody was
    /// faster.
    [[nodiscard]] outcome<billing_profile> update(const billing_profile& profile) const;
    [[nodiscard]] std::future<outcome<billing_profile>> update_async(const billing_profile& profile
    ) const;

    /// Reads the profile, has it changed and replaces it. When somebody was faster, it does so
    /// again with what is there then, until the policy ends it: then it fails as update() does. A
    /// change that changes nothing is not sent. Gives the profile as it is stored. What `change`
    /// throws comes out of this function, or of the future; bounds hold for each request alone.
    [[nodiscard]] outcome<billing_profile> update_with(
        const conflict_policy& policy, const billing_profile_change& change
    ) const;
    /// The change is called on the threads named at partner_center::client.
    [[nodiscard]] std::future<outcome<billing_profile>> update_with_async(
        const conflict_policy& policy, billing_profile_change change
    ) const;

private:
    detail::customer_step at_;
};

/// /v1/customers/{id}/profiles/company
class PARTNER_CENTER_EXPORT customer_company_profile_operations {
public:
    explicit customer_company_profile_operations(detail::customer_step at);

    /// Reads the company profile, with address and email only when the caller has delegated access.
    /// Takes a credential of a user: an application alone is refused with forbidden. Fails
    /// otherwise as customer_billing_profile_operations::get() does.
    [[nodiscard]] outcome<company_profile> get() const;
    [[nodiscard]] std::future<outcome<company_profile>> get_async() const;

private:
    detail::customer_step at_;
};

/// /v1/customers/{id}/profiles
class PARTNER_CENTER_EXPORT customer_profile_collection_operations {
public:
    explicit customer_profile_collection_operations(detail::customer_step at);
    [[nodiscard]] customer_billing_profile_operations billing() const;
    [[nodiscard]] customer_company_profile_operations company() const;

private:
    detail::customer_step at_;
};

/// /v1/customers/{id}
class PARTNER_CENTER_EXPORT customer_operations {
public:
    explicit customer_operations(detail::customer_step at);

    /// Reads the customer with both profiles. Fails as customer_billing_profile_operations::get()
    /// does.
    [[nodiscard]] outcome<customer> get() const;
    [[nodiscard]] std::future<outcome<customer>> get_async() const;

    /// Deletes the customer, which only partners with an integration sandbox may. Fails with
    /// bad_input and the service's code 900127 for any other, otherwise as get() does.
    [[nodiscard]] outcome<void> remove() const;
    [[nodiscard]] std::future<outcome<void>> remove_async() const;

    /// Ends the relationship with the customer, when `changed.relationship_to_partner` is none;
    /// nothing else can be changed. Gives the customer's id and that relationship. Takes a
    /// credential of a user who may do so: others are refused with forbidden. Fails with
    /// bad_input and the service's code 3000 for any other change, otherwise as get() does.
    [[nodiscard]] outcome<customer> patch(const customer& changed) const;
    [[nodiscard]] std::future<outcome<customer>> patch_async(const customer& changed) const;

    [[nodiscard]] customer_profile_collection_operations profiles() const;

private:
    detail::customer_step at_;
};

/// /v1/customers/relationshiprequests
class PARTNER_CENTER_EXPORT relationship_request_operations {
public:
    explicit relationship_request_operations(detail::customer_step at);

    /// Gives the address where somebody accepts to become the caller's customer. Fails with
    /// not_found in the US government's cloud.
    [[nodiscard]] outcome<relationship_request> get() const;
    [[nodiscard]] std::future<outcome<relationship_request>> get_async() const;

private:
    detail::customer_step at_;
};

/// /v1/customers/all/validations
class PARTNER_CENTER_EXPORT validation_code_collection_operations {
public:
    explicit validation_code_collection_operations(detail::customer_step at);

    /// Lists the caller's validation codes: none outside the US government's cloud.
    [[nodiscard]] outcome<std::vector<validation_code>> get() const;
    [[nodiscard]] std::future<outcome<std::vector<validation_code>>> get_async() const;

private:
    detail::customer_step at_;
};

/// Which customers to list, and how many at a time.
struct customer_query {
    std::optional<std::int64_t> size{};         ///< of a page, 500 at most; absent: all that match
    std::optional<std::string> company_name{};  ///< what the name begins with, in any letter case
};

/// Customers one after the other, asked for as they are reached.
using customer_range = item_range<customer_collection>;

/// /v1/customers
class PARTNER_CENTER_EXPORT customer_collection_operations {
public:
    explicit customer_collection_operations(detail::customer_step at);

    /// A text is sent as it is, percent-encoded: what is not a GUID is for the service to refuse.
    /// Calls fail with bad_input, without sending, when it is blank, "." or "..".
    [[nodiscard]] customer_operations by_id(std::string_view id) const;
    [[nodiscard]] customer_operations by_id(const guid& id) const;

    /// Creates a customer: `company_profile->domain` and `billing_profile` have to be there. The
    /// answer has `user_credentials`, with which its tenant's administrator signs in first; they
    /// are told once. With `associated_partner_id` it takes a credential of a user. Fails with
    /// already_exists when somebody has the domain, and with bad_input for what breaks a rule.
    [[nodiscard]] outcome<customer> create(const customer& created) const;
    [[nodiscard]] std::future<outcome<customer>> create_async(const customer& created) const;

    /// All customers in their short form, ordered by company name.
    [[nodiscard]] outcome<customer_collection> list() const;
    [[nodiscard]] std::future<outcome<customer_collection>> list_async() const;

    /// A page of customers. Others follow as long as it has `links->next`.
    [[nodiscard]] outcome<customer_collection> query(const customer_query& which) const;
    [[nodiscard]] std::future<outcome<customer_collection>> query_async(const customer_query& which
    ) const;

    /// All that match, asked for while they are gone through, in pages of 500 unless `size` says
    /// otherwise:
    ///     for (const customer& each : client.customers().list_all({})) …
    [[nodiscard]] customer_range list_all(const customer_query& which) const;

    /// The page after this one, by its link. Fails with bad_input, without sending, when it has
    /// none or one that leads elsewhere.
    [[nodiscard]] outcome<customer_collection> next(const customer_collection& page) const;
    [[nodiscard]] std::future<outcome<customer_collection>> next_async(
        const customer_collection& page
    ) const;

    /// The page before this one, likewise; services need not offer it.
    [[nodiscard]] outcome<customer_collection> previous(const customer_collection& page) const;
    [[nodiscard]] std::future<outcome<customer_collection>> previous_async(
        const customer_collection& page
    ) const;

    [[nodiscard]] relationship_request_operations relationship_request() const;
    [[nodiscard]] validation_code_collection_operations validation_codes() const;

private:
    detail::customer_step at_;
};

}  // namespace partner_center
