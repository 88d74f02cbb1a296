// The wire form of a list of customers, written from what the store hands over, without a model of
// each; and what pages of any list have. Calls the codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/api/switches.hpp"
#include "store/customer_lists.hpp"
#include <partner_center/models/links.hpp>
#include <partner_center/operations.hpp>

namespace partner_center {

/// What stands before the path of a link to oneself.
[[nodiscard]] std::string_view version_of(links_form links);

/// Appends customers in their short form, with commas between them. Source: wire contract,
/// section 2.2.
class customer_list_writer {
public:
    explicit customer_list_writer(links_form links) : version_{version_of(links)} {}

    void append(std::string& out, const listed_customer& each);

private:
    std::string_view version_;
    bool has_begun_{};
};

/// How a seek operation is spelt in a link.
[[nodiscard]] std::string_view word_of(seek_operation seek);

/// A link from a page to the next one of a list, which is at `place`. Without the version, whatever
/// the switch: clients put it before what they follow.
[[nodiscard]] link next_page_link(
    std::string_view place, std::size_t size, const std::string& token
);

/// What stands before the items of a collection, and behind them. Source: wire contract,
/// sections 1.3 and 2.6.
[[nodiscard]] std::string collection_beginning(std::size_t total_count);
[[nodiscard]] std::string collection_end(
    const std::optional<std::string>& continuation_token, const resource_links& links
);

}  // namespace partner_center
