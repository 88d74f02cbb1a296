// Many calls of the SDK at once, but not too many. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

namespace partner_center::cli {

/// Calls `start` for each item, which gives a future, and `finish` with the item and what came of
/// it, in order. At most `concurrency` are under way.
template <class Item, class Start, class Finish>
void in_window(
    const std::vector<Item>& items,
    std::size_t concurrency,
    const Start& start,
    const Finish& finish
) {
    std::deque<decltype(start(items.front()))> under_way;
    std::size_t started = 0;
    for (const Item& item : items) {
        while (started < items.size() && under_way.size() < concurrency) {
            under_way.push_back(start(items[started++]));
        }
        auto first = under_way.front().get();
        under_way.pop_front();
        finish(item, std::move(first));
    }
}

}  // namespace partner_center::cli
