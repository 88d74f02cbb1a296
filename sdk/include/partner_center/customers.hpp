// The call chain below client.customers(): each step is a step of the URL. Steps are cheap to copy
// and may outlive the client that they came from.
// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <memory>
#include <string>
#include <string_view>

#include <partner_center/error.hpp>
#include <partner_center/guid.hpp>
#include <partner_center/models/billing_profile.hpp>

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

    /// Replaces the billing profile as a whole: what `profile` leaves out is gone. The version that
    /// it replaces is `attributes.etag`, which get() filled. Gives the profile as it is stored,
    /// with its new etag. Fails with bad_input and the service's code 2055 when somebody was
    /// faster.
    [[nodiscard]] outcome<billing_profile> update(const billing_profile& profile) const;
    [[nodiscard]] std::future<outcome<billing_profile>> update_async(const billing_profile& profile
    ) const;

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

/// /v1/customers
class customer_collection_operations {
public:
    explicit customer_collection_operations(detail::customer_step at);

    /// A text is sent as it is, percent-encoded: what is not a GUID is for the service to refuse.
    /// Calls fail with bad_input, without sending, when it is blank, "." or "..".
    [[nodiscard]] customer_operations by_id(std::string_view id) const;
    [[nodiscard]] customer_operations by_id(const guid& id) const;

private:
    detail::customer_step at_;
};

}  // namespace partner_center
