// The call chain below client.profiles(): the profiles that the caller's own company has. Steps are
// cheap to copy and may outlive the client that they came from.
// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <memory>
#include <string_view>

#include <partner_center/error.hpp>
#include <partner_center/export.hpp>
#include <partner_center/models/partner_profiles.hpp>

namespace partner_center {

namespace detail {
struct client_state;
}  // namespace detail

// All of these take credentials of a user, but for the reading of the legal business profile: an
// application alone is refused with forbidden.

/// /v1/profiles/billing
class PARTNER_CENTER_EXPORT partner_billing_profile_operations {
public:
    explicit partner_billing_profile_operations(std::shared_ptr<const detail::client_state> client);

    /// Reads the profile.
    [[nodiscard]] outcome<partner_billing_profile> get() const;
    [[nodiscard]] std::future<outcome<partner_billing_profile>> get_async() const;

    /// Replaces the profile as a whole: what `profile` leaves out is gone. The version that it
    /// replaces is `attributes.etag`, which get() filled. Gives the profile as it is stored, with
    /// its new etag. Fails with bad_input and the service's code 2055 when somebody was faster.
    [[nodiscard]] outcome<partner_billing_profile> update(const partner_billing_profile& profile
    ) const;
    [[nodiscard]] std::future<outcome<partner_billing_profile>> update_async(
        const partner_billing_profile& profile
    ) const;

private:
    std::shared_ptr<const detail::client_state> client_;
};

/// /v1/profiles/legalbusiness
class PARTNER_CENTER_EXPORT legal_business_profile_operations {
public:
    explicit legal_business_profile_operations(std::shared_ptr<const detail::client_state> client);

    /// Reads the profile as it is now.
    [[nodiscard]] outcome<legal_business_profile> get() const;
    [[nodiscard]] std::future<outcome<legal_business_profile>> get_async() const;
    /// Reads the profile in the state that is asked for.
    [[nodiscard]] outcome<legal_business_profile> get(vetting_version version) const;
    [[nodiscard]] std::future<outcome<legal_business_profile>> get_async(vetting_version version
    ) const;

    /// Replaces the profile as a whole. It has no versions: the last one counts.
    [[nodiscard]] outcome<legal_business_profile> update(const legal_business_profile& profile
    ) const;
    [[nodiscard]] std::future<outcome<legal_business_profile>> update_async(
        const legal_business_profile& profile
    ) const;

private:
    std::shared_ptr<const detail::client_state> client_;
};

/// /v1/profiles/support; not in 21Vianet's cloud
class PARTNER_CENTER_EXPORT support_profile_operations {
public:
    explicit support_profile_operations(std::shared_ptr<const detail::client_state> client);

    /// Reads the profile.
    [[nodiscard]] outcome<support_profile> get() const;
    [[nodiscard]] std::future<outcome<support_profile>> get_async() const;

    /// Replaces the profile as a whole. It has no versions: the last one counts.
    [[nodiscard]] outcome<support_profile> update(const support_profile& profile) const;
    [[nodiscard]] std::future<outcome<support_profile>> update_async(const support_profile& profile
    ) const;

private:
    std::shared_ptr<const detail::client_state> client_;
};

/// /v1/profiles/mpn
class PARTNER_CENTER_EXPORT mpn_profile_operations {
public:
    explicit mpn_profile_operations(std::shared_ptr<const detail::client_state> client);

    /// The caller's own.
    [[nodiscard]] outcome<mpn_profile> get() const;
    [[nodiscard]] std::future<outcome<mpn_profile>> get_async() const;

    /// That of the partner who has the id. Fails with not_found when nobody has.
    [[nodiscard]] outcome<mpn_profile> get(std::string_view mpn_id) const;
    [[nodiscard]] std::future<outcome<mpn_profile>> get_async(std::string_view mpn_id) const;

private:
    std::shared_ptr<const detail::client_state> client_;
};

/// /v1/profiles/organization
class PARTNER_CENTER_EXPORT organization_profile_operations {
public:
    explicit organization_profile_operations(std::shared_ptr<const detail::client_state> client);

    /// Reads the profile.
    [[nodiscard]] outcome<organization_profile> get() const;
    [[nodiscard]] std::future<outcome<organization_profile>> get_async() const;

    /// As partner_billing_profile_operations::update(). `id`, `tenant_id` and `domain` have to be
    /// absent or the partner's own.
    [[nodiscard]] outcome<organization_profile> update(const organization_profile& profile) const;
    [[nodiscard]] std::future<outcome<organization_profile>> update_async(
        const organization_profile& profile
    ) const;

private:
    std::shared_ptr<const detail::client_state> client_;
};

/// /v1/profiles
class PARTNER_CENTER_EXPORT partner_profile_collection_operations {
public:
    explicit partner_profile_collection_operations(
        std::shared_ptr<const detail::client_state> client
    );

    [[nodiscard]] partner_billing_profile_operations billing() const;
    [[nodiscard]] legal_business_profile_operations legal_business() const;
    [[nodiscard]] support_profile_operations support() const;
    [[nodiscard]] mpn_profile_operations mpn() const;
    [[nodiscard]] organization_profile_operations organization() const;

private:
    std::shared_ptr<const detail::client_state> client_;
};

}  // namespace partner_center
