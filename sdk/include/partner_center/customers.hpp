// The call chain below client.customers(): each step is a step of the URL. Steps are cheap to copy
// and may outlive the client that they came from.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <partner_center/error.hpp>
#include <partner_center/guid.hpp>
#include <partner_center/models/billing_profile.hpp>
#include <partner_center/models/customer.hpp>

namespace partner_center {

namespace detail {
struct client_state;

/// What every step of the chain knows: the client and, further down, the customer.
struct customer_step {
    std::shared_ptr<const client_state> client{};
    std::string customer_id{};
};
}  // namespace detail

/// /v1/customers/{id}/profiles/billing
class customer_billing_profile_operations {
public:
    explicit customer_billing_profile_operations(detail::customer_step at);

    /// Reads the billing profile. Fails with not_found when no tenant has the id and with forbidden
    /// when the tenant is not the caller's customer.
    [[nodiscard]] outcome<billing_profile> get() const;
    [[nodiscard]] std::future<outcome<billing_profile>> get_async() const;

private:
    detail::customer_step at_;
};

/// /v1/customers/{id}/profiles
class customer_profile_collection_operations {
public:
    explicit customer_profile_collection_operations(detail::customer_step at);
    [[nodiscard]] customer_billing_profile_operations billing() const;

private:
    detail::customer_step at_;
};

/// /v1/customers/{id}
class customer_operations {
public:
    explicit customer_operations(detail::customer_step at);
    [[nodiscard]] customer_profile_collection_operations profiles() const;

private:
    detail::customer_step at_;
};

/// Which customers to list, and how many at a time.
struct customer_query {
    std::optional<std::int64_t> size{};         ///< of a page, 500 at most; absent: all that match
    std::optional<std::string> company_name{};  ///< what the name begins with, in any letter case
};

/// /v1/customers
class customer_collection_operations {
public:
    explicit customer_collection_operations(detail::customer_step at);

    /// A text is sent as it is, percent-encoded: what is not a GUID is for the service to refuse.
    /// Calls fail with bad_input, without sending, when it is blank, "." or "..".
    [[nodiscard]] customer_operations by_id(std::string_view id) const;
    [[nodiscard]] customer_operations by_id(const guid& id) const;

    /// All customers in their short form, ordered by company name.
    [[nodiscard]] outcome<customer_collection> list() const;
    [[nodiscard]] std::future<outcome<customer_collection>> list_async() const;

    /// A page of customers. Others follow as long as it has `links->next`.
    [[nodiscard]] outcome<customer_collection> query(const customer_query& which) const;
    [[nodiscard]] std::future<outcome<customer_collection>> query_async(const customer_query& which
    ) const;

    /// The page after this one, by its link. Fails with bad_input, without sending, when it has
    /// none or one that leads elsewhere.
    [[nodiscard]] outcome<customer_collection> next(const customer_collection& page) const;
    [[nodiscard]] std::future<outcome<customer_collection>> next_async(
        const customer_collection& page
    ) const;

private:
    detail::customer_step at_;
};

}  // namespace partner_center
