// The steps of the call chain below /v1/domains. Sends an operation of the contract.
// SPDX-License-Identifier: MIT
#include <utility>

#include "sdk/src/client_state.hpp"
#include <partner_center/domains.hpp>
#include <partner_center/operations.hpp>
#include <partner_center/send.hpp>

namespace partner_center {
namespace {

[[nodiscard]] detail::request_parts parts_for(const detail::domain_step& at) {
    return detail::parts_of(check_domain{.domain = at.domain});
}

/// Not found is an answer here.
[[nodiscard]] outcome<bool> taken(const outcome<void>& answer) {
    if (answer) return true;
    if (answer.error().category == error_category::not_found) return false;
    return answer.error();
}

}  // namespace

domain_collection_operations::domain_collection_operations(detail::domain_step at)
    : at_{std::move(at)} {}

domain_operations domain_collection_operations::by_domain(std::string_view domain) const {
    return domain_operations{{.client = at_.client, .domain = std::string{domain}}};
}

domain_operations::domain_operations(detail::domain_step at) : at_{std::move(at)} {}

outcome<bool> domain_operations::exists() const {
    return taken(detail::send_parts<void>(*at_.client, parts_for(at_)));
}

std::future<outcome<bool>> domain_operations::exists_async() const {
    const auto promise = std::make_shared<std::promise<outcome<bool>>>();
    std::future<outcome<bool>> later = promise->get_future();
    const std::function<void(outcome<void>)> keep = [promise](const outcome<void>& answer) {
        promise->set_value(taken(answer));
    };
    detail::send_parts_async<void>(*at_.client, parts_for(at_), keep);
    return later;
}

}  // namespace partner_center
