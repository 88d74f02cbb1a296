// What partnerd remembers, one method per question that the API asks. Every method names the
// partner whose data it is; questions that cross partners are in directory.hpp. Ends up calling a
// driver.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "store/customer_lists.hpp"
#include "store/database.hpp"
#include "store/directory.hpp"
#include "store/proofs.hpp"
#include <partner_center/document.hpp>
#include <partner_center/guid.hpp>
#include <partner_center/models/billing_profile.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

/// A customer to remember, with its first billing profile.
struct new_customer {
    guid id{};
    guid commerce_id{};
    std::string company_name{};
    std::string domain{};  ///< lower case, unique across all partners
    bool delegated_access{true};
    std::int64_t etag{};  ///< of the billing profile; printed into its document as well
    document<billing_profile> billing{};
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

    /// Remembers customers of one partner, all or none, as one transaction. False when an id or a
    /// domain is taken.
    [[nodiscard]] awaitable<bool> add_customers(
        guid partner_id, std::vector<new_customer> customers
    );

    /// Whether the partner manages the customer's services on its behalf. False when it has no such
    /// customer.
    [[nodiscard]] awaitable<bool> set_delegated_access(
        guid partner_id, guid customer_id, bool granted
    );

    [[nodiscard]] customer_lists& lists() { return lists_; }
    [[nodiscard]] directory& tenants() { return directory_; }
    [[nodiscard]] proofs& sign_in_proofs() { return proofs_; }

    /// Throws store_error unless the database answers a trivial question and takes writes: what
    /// /readyz asks. Writes to the disk, but not within a second of the last write of anybody,
    /// whose outcome then counts. After a failure of the disk this is what tries whether it is
    /// over.
    [[nodiscard]] awaitable<void> check();

private:
    std::unique_ptr<database> database_;
    customer_lists lists_;
    directory directory_;
    proofs proofs_;
};

}  // namespace partner_center
