// The questions that lists of customers ask: pages of them, and all of them as they are at one
// moment. Every one names the partner. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/awaitable.hpp"
#include "store/database.hpp"
#include "store/reactor_lane.hpp"
#include <partner_center/guid.hpp>

namespace partner_center {

/// What customers can be looked for by.
enum class customer_field { company_name, domain, associated_partner };

/// Which of a partner's customers: those it has a relationship with whose field begins with
/// this, whatever the letter case.
struct customer_selection {
    guid partner_id{};
    customer_field field{};
    /// Of folded(), of an associated partner's id in lower case as far as it is ASCII; empty: all
    /// who have the field.
    std::string prefix{};
};

/// Where a customer stands in its partner's lists: they are ordered by name, then by id. Names the
/// place also when the customer is gone.
struct customer_position {
    std::string name_order{};
    guid id{};

    friend bool operator==(const customer_position&, const customer_position&) = default;
};

/// What a list shows of a customer. The views end with the call that hands it over.
struct listed_customer {
    guid id{};
    std::string_view domain{};
    std::string_view company_name{};
    std::string_view name_order{};
    /// Its id in lower case, when customers are looked for by it.
    std::optional<std::string_view> associated_partner{};
};
using customer_taker = std::function<void(const listed_customer&)>;
/// False when it wants no more of them.
using customer_looker = std::function<bool(const listed_customer&)>;

/// All selected customers of one moment, as often as they are asked for. Not thread-safe; ends the
/// moment when it goes.
class customer_stream {
public:
    customer_stream(std::unique_ptr<snapshot> moment, customer_selection selection);

    /// Hands over the next `count` selected customers, or fewer when it has looked at many others;
    /// false when there are no more. Throws store_error, also when the stream has lasted too long.
    [[nodiscard]] bool next(std::size_t count, const customer_taker& take);
    /// Begins again with the first.
    void rewind();

private:
    std::unique_ptr<snapshot> moment_;
    customer_selection selection_;
};

/// Part of the store; one per reactor. Every method throws store_error when the database cannot
/// answer.
class customer_lists {
public:
    /// `turns` is where walks through many customers wait for their next piece; both outlive this.
    customer_lists(database& database, reactor_lane& turns) : database_{database}, turns_{turns} {}

    /// The position before the first selected customer.
    [[nodiscard]] static customer_position beginning(const customer_selection& selection);

    /// Hands over the next `count` selected customers after a position, in their order; true when
    /// there are more. One statement, or many when others stand between the selected ones, with
    /// the turns of other callers in between; throws store_overloaded when too many wait for such
    /// turns. REQUIRES: a prefix of names begins the position's name.
    [[nodiscard]] awaitable<bool> page(
        const customer_selection& selection,
        const customer_position& after,
        std::size_t count,
        const customer_taker& take
    );

    /// The position after which the page of `count` customers begins that ends just before this
    /// one; the beginning when there are not so many. As page().
    [[nodiscard]] awaitable<customer_position> page_before(
        const customer_selection& selection, const customer_position& before, std::size_t count
    );

    /// All of them. Null when as many streams are open as may be, of all partners or of this one:
    /// try again later.
    [[nodiscard]] std::unique_ptr<customer_stream> all(customer_selection selection);

private:
    struct walk_plan {
        const customer_selection& selection;
        customer_position at{};
        std::size_t count{};  ///< of selected ones, after which `look` wants no more
        bool is_forward{};
    };

    /// Shows `look` the selected customers after, or before, a position.
    [[nodiscard]] awaitable<void> walk(walk_plan plan, const customer_looker& look);
    /// Whether so few may be selected that they are best sorted.
    [[nodiscard]] awaitable<bool> are_few(const customer_selection& selection);

    database& database_;
    reactor_lane& turns_;
};

}  // namespace partner_center
