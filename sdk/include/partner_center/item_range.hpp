// The items of a list that comes in pages, as a range. Calls what fetches the pages.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include <partner_center/error.hpp>

namespace partner_center {

/// The items of a list one after the other, asked for page by page as they are reached: an input
/// range, which is gone through once and by one thread. begin() and ++ throw partner_error when a
/// page cannot be had; after that, ++ asks for it once more. Copies share their place. A page has
/// `items` and `links`, see customer_collection. Source: wire contract, section 1.3.
template <class Page>
class item_range {
    struct state;

public:
    /// What the pages hold.
    using item = typename decltype(Page::items)::value_type;

    /// Gives the page that follows `last`, or the first one when that is null. Called by who goes
    /// through the range.
    using fetch_function = std::function<outcome<Page>(const Page* last)>;

    /// A place in the list: an input iterator.
    class iterator {
    public:
        using value_type = item;                           ///< what the pages hold
        using difference_type = std::ptrdiff_t;            ///< as iterators must have
        using iterator_concept = std::input_iterator_tag;  ///< one pass

        iterator() = default;

        /// The item, good until ++.
        [[nodiscard]] const item& operator*() const { return at_->page->items[at_->index]; }
        /// As *.
        [[nodiscard]] const item* operator->() const { return &**this; }
        /// Goes on to the next item, which may take a request; throws partner_error.
        iterator& operator++() {
            if (at_->is_on_item()) ++at_->index;
            at_->settle();
            return *this;
        }
        /// As ++it.
        void operator++(int) { ++*this; }
        /// True after the last item.
        [[nodiscard]] friend bool operator==(const iterator& it, std::default_sentinel_t) {
            return !it.at_->is_on_item() && !it.at_->has_more();
        }

    private:
        friend class item_range;
        explicit iterator(std::shared_ptr<state> at) : at_{std::move(at)} {}

        std::shared_ptr<state> at_{};
    };

    /// REQUIRES: `fetch` is not empty.
    explicit item_range(fetch_function fetch) : at_{std::make_shared<state>()} {
        at_->fetch = std::move(fetch);
    }

    /// Where the range is: at its first item, which takes a request, or where a copy has gone to.
    /// Throws partner_error.
    [[nodiscard]] iterator begin() const {
        at_->settle();
        return iterator{at_};
    }
    /// After the last item.
    [[nodiscard]] std::default_sentinel_t end() const { return {}; }

private:
    /// A place in the list. Before the first page has come there is none at all.
    struct state {
        fetch_function fetch{};
        std::optional<Page> page{};
        std::size_t index{};

        [[nodiscard]] bool is_on_item() const { return page && index < page->items.size(); }
        [[nodiscard]] bool has_more() const { return !page || (page->links && page->links->next); }

        /// Goes on to the first page that has items, or to the end.
        void settle() {
            while (!is_on_item() && has_more()) {
                page = fetch(page ? &*page : nullptr).value();
                index = 0;
            }
        }
    };

    std::shared_ptr<state> at_;
};

}  // namespace partner_center
