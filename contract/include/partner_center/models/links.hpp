// Where a resource can be read again. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

namespace partner_center {

/// A header to send along when a link is followed.
struct link_header {
    std::string key{};    ///< the header's name
    std::string value{};  ///< what to send

    friend bool operator==(const link_header&, const link_header&) = default;
};
BOOST_DESCRIBE_STRUCT(link_header, (), (key, value))

/// A link; `uri` is root-relative. Source: wire contract, section 2.0.
struct link {
    std::string uri{};                   ///< path and query, with or without /v1
    std::string method{"GET"};           ///< of the request
    std::vector<link_header> headers{};  ///< to be sent along

    friend bool operator==(const link&, const link&) = default;
};
BOOST_DESCRIBE_STRUCT(link, (), (uri, method, headers))

/// The links of a resource; `next` and `previous` only on pages of a collection.
struct resource_links {
    std::optional<link> self{};      ///< to the resource itself
    std::optional<link> next{};      ///< to the page after this one
    std::optional<link> previous{};  ///< to the page before this one

    friend bool operator==(const resource_links&, const resource_links&) = default;
};
BOOST_DESCRIBE_STRUCT(resource_links, (), (self, next, previous))

}  // namespace partner_center
