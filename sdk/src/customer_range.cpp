// Going through all customers. Calls the steps that ask for pages.
// SPDX-License-Identifier: MIT
#include <utility>

#include <partner_center/customers.hpp>

namespace partner_center {
namespace {

constexpr std::int64_t page_size_max = 500;  // wire contract, section 1.3

}  // namespace

/// A place in the list. Before the first page has come there is none at all.
struct customer_range::iterator::state {
    customer_collection_operations customers;
    customer_query which{};
    std::optional<customer_collection> page{};
    std::size_t index{};

    [[nodiscard]] bool is_on_customer() const { return page && index < page->items.size(); }
    [[nodiscard]] bool has_more() const { return !page || (page->links && page->links->next); }

    /// Goes on to the first page that has customers, or to the end.
    void settle() {
        while (!is_on_customer() && has_more()) {
            page = (page ? customers.next(*page) : customers.query(which)).value();
            index = 0;
        }
    }
};

customer_range::customer_range(
    const customer_collection_operations& customers, const customer_query& which
)
    : at_{std::make_shared<iterator::state>(iterator::state{.customers = customers, .which = which}
      )} {
    if (!at_->which.size) at_->which.size = page_size_max;
}

customer_range::iterator customer_range::begin() const {
    at_->settle();
    return iterator{at_};
}

customer_range::iterator::iterator(std::shared_ptr<state> at) : at_{std::move(at)} {}

const customer& customer_range::iterator::operator*() const {
    return at_->page->items[at_->index];
}

customer_range::iterator& customer_range::iterator::operator++() {
    if (at_->is_on_customer()) ++at_->index;
    at_->settle();
    return *this;
}

bool customer_range::iterator::is_at_end() const {
    return !at_->is_on_customer() && !at_->has_more();
}

}  // namespace partner_center
