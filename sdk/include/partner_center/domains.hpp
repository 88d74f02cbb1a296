// The call chain below client.domains(), as customers.hpp has it for customers.
// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <memory>
#include <string>
#include <string_view>

#include <partner_center/error.hpp>
#include <partner_center/export.hpp>

namespace partner_center {

namespace detail {
struct client_state;

/// The client and, further down, the domain.
struct domain_step {
    std::shared_ptr<const client_state> client{};
    std::string domain{};
};
}  // namespace detail

/// /v1/domains/{domain}
class PARTNER_CENTER_EXPORT domain_operations {
public:
    explicit domain_operations(detail::domain_step at);

    /// Whether anybody has the domain: a new customer can have one that is free.
    [[nodiscard]] outcome<bool> exists() const;
    [[nodiscard]] std::future<outcome<bool>> exists_async() const;

private:
    detail::domain_step at_;
};

/// /v1/domains
class PARTNER_CENTER_EXPORT domain_collection_operations {
public:
    explicit domain_collection_operations(detail::domain_step at);

    /// The whole domain, in any letter case: "contoso.onmicrosoft.com". Calls fail with bad_input,
    /// without sending, when it is blank, "." or "..".
    [[nodiscard]] domain_operations by_domain(std::string_view domain) const;

private:
    detail::domain_step at_;
};

}  // namespace partner_center
