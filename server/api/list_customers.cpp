// Lists of customers: a page, or all of them. Ends up calling store/customer_lists.cpp.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/api/customer_filter.hpp"
#include "server/api/customer_list_text.hpp"
#include "server/api/customer_page_token.hpp"
#include "server/api/handlers.hpp"
#include "server/percent.hpp"
#include "store/customer_lists.hpp"

namespace partner_center {
namespace {

constexpr std::size_t page_size_max = 500;
/// Ten kilobytes, made in some twenty microseconds: others wait for so long.
constexpr std::size_t customers_per_piece = 16;
constexpr std::size_t customers_counted_at_once = 128;

[[nodiscard]] fault refused(std::string description) {
    return {.kind = fault_kind::invalid_body, .description = std::move(description)};
}

/// Which customers a request asks for.
struct wanted {
    customer_selection selection{};
    std::size_t size{};                         ///< of a page; 0: everything
    std::optional<customer_position> after{};   ///< absent: from the beginning
    std::optional<customer_position> before{};  ///< the page that ends just before
};

/// A token says by itself which list it is of; what the query says of that does not count then.
[[nodiscard]] result<wanted> read_token(
    call& call, std::string_view token, const std::optional<seek_operation>& seek
) {
    auto page = read_page_token(call.keys.ring()->sealing, call.caller.partner_id, token);
    if (!page) return refused("MS-ContinuationToken is not a token of this list.");
    wanted out{.selection = std::move(page->selection), .size = page->size};
    if (seek == seek_operation::previous) {
        out.before = std::move(page->first);
    } else if (seek != seek_operation::first) {
        out.after = std::move(page->last);
    }
    return out;
}

[[nodiscard]] result<wanted> read_wanted(call& call, const list_customers& operation) {
    const auto& seek = operation.seek_operation;
    if (operation.size.value_or(0) < 0) return refused("size must not be negative.");
    if (seek == seek_operation::last || seek == seek_operation::page_index) {
        return refused("seekOperation must be Next, Previous or First.");
    }
    if (operation.continuation_token) {
        return read_token(call, *operation.continuation_token, seek);
    }
    if (seek && seek != seek_operation::first) {
        return refused("seekOperation needs a token, in MS-ContinuationToken.");
    }
    wanted out{.selection = {.partner_id = call.caller.partner_id}};
    const auto size = static_cast<std::uint64_t>(operation.size.value_or(0));
    out.size = std::min<std::uint64_t>(size, page_size_max);
    if (operation.filter) {
        auto selection = read_customer_filter(call.caller.partner_id, *operation.filter);
        if (!selection) return selection.error();
        out.selection = *std::move(selection);
    }
    return out;
}

/// The request's own address, its query encoded anew.
[[nodiscard]] link self_of(const call& call, const list_customers& operation) {
    link self{.uri = std::string{version_of(call.options.links)} + "/customers"};
    char separator = '?';
    const auto add = [&](std::string_view name, std::string_view value) {
        self.uri += std::exchange(separator, '&');
        self.uri.append(name).append("=").append(value);
    };
    if (operation.size) add("size", std::to_string(*operation.size));
    if (operation.filter) add("filter", percent_encoded(*operation.filter));
    if (operation.seek_operation) add("seekOperation", word_of(*operation.seek_operation));
    return self;
}

using list = document<customer_collection>;

/// The customers from a position on, `size` at most; and whether there are more.
struct items {
    std::string text{};
    std::size_t count{};
    bool more{};
    customer_position first{};
    customer_position last{};
};

[[nodiscard]] awaitable<items> read_items(
    call& call, const customer_selection& selection, customer_position after, std::size_t size
) {
    items out{.text = std::move(call.memory)};
    out.text.clear();
    customer_list_writer writer{call.options.links};
    const customer_taker take = [&](const listed_customer& each) {
        writer.append(out.text, each);
        out.last.name_order = each.name_order;
        out.last.id = each.id;
        if (out.count++ == 0) out.first = out.last;
    };
    out.more = co_await call.store.lists().page(selection, after, size, take);
    co_return out;
}

[[nodiscard]] list whole(items read, const std::string& end) {
    read.text.insert(0, collection_beginning(read.count));
    read.text += end;
    return {std::move(read.text)};
}

[[nodiscard]] awaitable<list> list_page(call& call, const wanted& asked, const link& self) {
    const customer_selection& selection = asked.selection;
    customer_position after = customer_lists::beginning(selection);
    if (asked.after) after = *asked.after;
    if (asked.before) {
        after = co_await call.store.lists().page_before(selection, *asked.before, asked.size);
    }
    items read = co_await read_items(call, selection, std::move(after), asked.size);
    std::optional<std::string> token;
    resource_links links{.self = self};
    if (read.more) {
        const auto keys = call.keys.ring();
        token = page_token(keys->sealing, {selection, asked.size, read.first, read.last});
        links.next = next_page_link("/customers", asked.size, *token);
    }
    co_return whole(std::move(read), collection_end(token, links));
}

/// Counts them first, in pieces as they are written later.
[[nodiscard]] awaitable<std::size_t> count_customers(customer_stream& stream) {
    std::size_t count = 0;
    const customer_taker count_one = [&](const listed_customer&) { ++count; };
    while (stream.next(customers_counted_at_once, count_one)) {
        co_await boost::asio::post(boost::asio::use_awaitable);
    }
    stream.rewind();
    co_return count;
}

/// As many as a page may have are answered at once; more are streamed.
[[nodiscard]] awaitable<result<list>> list_all(
    call& call, const customer_selection& selection, const link& self
) {
    customer_position start = customer_lists::beginning(selection);
    items read = co_await read_items(call, selection, std::move(start), page_size_max);
    std::string end = collection_end({}, {.self = self});
    if (!read.more) co_return whole(std::move(read), end);

    std::shared_ptr<customer_stream> stream = call.store.lists().all(selection);
    if (!stream) {
        co_return fault{fault_kind::unavailable, "too many lists are being read; try again soon"};
    }
    const std::size_t count = co_await count_customers(*stream);
    call.rest = [stream = std::move(stream),
                 writer = customer_list_writer{call.options.links},
                 end = std::move(end)](std::string& out) mutable {
        const customer_taker take = [&](const listed_customer& each) { writer.append(out, each); };
        const bool more = stream->next(customers_per_piece, take);
        if (!more) {
            out += end;
            stream.reset();  // what it keeps from the database is free before the last byte is read
        }
        return more;
    };
    co_return list{collection_beginning(count)};
}

}  // namespace

awaitable<result<document<customer_collection>>> handle(call& call, list_customers operation) {
    const auto asked = read_wanted(call, operation);
    if (!asked) co_return asked.error();
    const link self = self_of(call, operation);
    if (asked->size == 0) co_return co_await list_all(call, asked->selection, self);
    co_return co_await list_page(call, *asked, self);
}

}  // namespace partner_center
