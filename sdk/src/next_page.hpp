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

/// The request that a page's link to another one asks for. Only the operation's own place and the
/// header that lists have are followed: the request carries the caller's token. Fails with
/// bad_input, which `without` describes when there is no link.
template <class Operation>
[[nodiscard]] outcome<request_parts> parts_of_link(
    const std::optional<link>& to, std::string_view without
) {
    const auto refused = [](std::string_view why) {
        return error{.category = error_category::bad_input, .description = std::string{why}};
    };
    if (!to) return refused(without);
    constexpr std::string_view version = "/v1";
    std::string_view target = to->uri;
    if (target.starts_with("/v1/")) target.remove_prefix(version.size());
    const std::string place = std::string{Operation::path.substr(version.size())} + '?';
    const bool is_printable =
        std::ranges::all_of(target, [](char c) { return c > ' ' && c <= '~' && c != '#'; });
    if (!target.starts_with(place) || !is_printable) {
        return refused("the link to that page does not lead to this list");
    }
    request_parts parts = parts_of(Operation{});
    parts.encoded_query = target.substr(place.size());
    for (const link_header& each : to->headers) {
        const std::string_view token = header_of_field("continuation_token");
        if (equals_ignoring_case(each.key, token)) parts.fields.push_back({each.key, each.value});
    }
    return parts;
}

template <class Operation>
[[nodiscard]] outcome<request_parts> parts_of_next(const typename Operation::response& page) {
    return parts_of_link<Operation>(
        page.links ? page.links->next : std::nullopt, "this is the last page"
    );
}

template <class Operation>
[[nodiscard]] outcome<request_parts> parts_of_previous(const typename Operation::response& page) {
    return parts_of_link<Operation>(
        page.links ? page.links->previous : std::nullopt, "this page has no link to one before it"
    );
}

template <class Response>
[[nodiscard]] outcome<Response> send_page(
    const client_state& client, outcome<request_parts> parts
) {
    if (!parts) return parts.error();
    return send_parts<Response>(client, *std::move(parts));
}

template <class Response>
[[nodiscard]] std::future<outcome<Response>> send_page_async(
    const client_state& client, outcome<request_parts> parts
) {
    if (parts) return send_parts_async<Response>(client, *std::move(parts));
    std::promise<outcome<Response>> refused;
    refused.set_value(parts.error());
    return refused.get_future();
}

}  // namespace partner_center::detail
