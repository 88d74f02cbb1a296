// Follows the links of lists from page to page. Calls nothing of ours but the contract.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sdk/src/client_state.hpp"
#include <partner_center/models/links.hpp>
#include <partner_center/send.hpp>

namespace partner_center::detail {

/// The request that a page's link to the next one asks for. Only the operation's own place and the
/// header that lists have are followed: the request carries the caller's token. Fails with
/// bad_input.
template <class Operation>
[[nodiscard]] outcome<request_parts> parts_of_next(const std::optional<resource_links>& links) {
    const auto refused = [](std::string why) {
        return error{.category = error_category::bad_input, .description = std::move(why)};
    };
    if (!links || !links->next) return refused("this is the last page");
    constexpr std::string_view version = "/v1";
    std::string_view target = links->next->uri;
    if (target.starts_with("/v1/")) target.remove_prefix(version.size());
    const std::string place = std::string{Operation::path.substr(version.size())} + '?';
    const bool is_printable =
        std::ranges::all_of(target, [](char c) { return c > ' ' && c <= '~' && c != '#'; });
    if (!target.starts_with(place) || !is_printable) {
        return refused("the link to the next page does not lead to this list");
    }
    request_parts parts = parts_of(Operation{});
    parts.encoded_query = target.substr(place.size());
    for (const link_header& each : links->next->headers) {
        const std::string_view token = header_of_field("continuation_token");
        if (equals_ignoring_case(each.key, token)) parts.fields.push_back({each.key, each.value});
    }
    return parts;
}

template <class Operation>
[[nodiscard]] outcome<typename Operation::response> next_page(
    const client_state& client, const typename Operation::response& page
) {
    auto parts = parts_of_next<Operation>(page.links);
    if (!parts) return parts.error();
    return send_parts<typename Operation::response>(client, *std::move(parts));
}

template <class Operation>
[[nodiscard]] std::future<outcome<typename Operation::response>> next_page_async(
    const client_state& client, const typename Operation::response& page
) {
    auto parts = parts_of_next<Operation>(page.links);
    if (parts) {
        return send_parts_async<typename Operation::response>(client, *std::move(parts));
    }
    std::promise<outcome<typename Operation::response>> refused;
    refused.set_value(parts.error());
    return refused.get_future();
}

}  // namespace partner_center::detail
