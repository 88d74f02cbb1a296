// The questions that lists of audit records ask. Every one names the partner. Ends up calling a
// driver.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "store/awaitable.hpp"
#include "store/database.hpp"
#include "store/reactor_lane.hpp"
#include <partner_center/guid.hpp>

namespace partner_center {

/// Which of a partner's records. Ticks are 100 ns each, since the year 1.
struct audit_selection {
    guid partner_id{};
    std::int64_t from{};                ///< the first tick that counts
    std::int64_t until{};               ///< the first that does not
    std::optional<guid> customer_id{};  ///< absent: any
    std::string company_name{};         ///< part of the name, of folded(); empty: any
    std::string resource_type{};        ///< lower case, of without_underscores(); empty: any

    friend bool operator==(const audit_selection&, const audit_selection&) = default;
};

/// Where a record stands in its partner's lists: the newest comes first.
struct audit_position {
    std::int64_t ticks{};
    std::int64_t number{};

    friend bool operator==(const audit_position&, const audit_position&) = default;
};

/// The view ends with the call that hands it over.
struct listed_record {
    audit_position at{};
    std::string_view document{};  ///< in its final wire form
};
using record_taker = std::function<void(const listed_record&)>;
/// False when it wants no more of them.
using record_looker = std::function<bool(const listed_record&)>;

/// A page ends with the record that makes it so large.
inline constexpr std::size_t audit_page_bytes_max = 1024 * 1024;

/// As resource types are stored and compared.
[[nodiscard]] std::string without_underscores(std::string_view text);

/// Part of the store; one per reactor. Every method throws store_error when the database cannot
/// answer.
class audit_records {
public:
    /// `turns` is where walks through many records wait for their next piece; both outlive this.
    audit_records(database& database, reactor_lane& turns) : database_{database}, turns_{turns} {}

    /// The position before the newest selected record.
    [[nodiscard]] static audit_position beginning(const audit_selection& selection);

    /// Hands over the next `count` selected records after a position, the newest first, or fewer
    /// that have audit_page_bytes_max together; true when there are more. Reads in pieces, with the
    /// turns of other callers in between; throws store_overloaded when too many wait for such
    /// turns.
    [[nodiscard]] awaitable<bool> page(
        const audit_selection& selection,
        const audit_position& after,
        std::size_t count,
        const record_taker& take
    );

    /// The position after which the page() of `count` records, or of fewer that are large, begins
    /// that ends just before this one; the beginning when there are not so many. As page().
    [[nodiscard]] awaitable<audit_position> page_before(
        const audit_selection& selection, const audit_position& before, std::size_t count
    );

    /// The documents of one moment: few, as a rule one.
    [[nodiscard]] awaitable<void> at_moment(
        guid partner_id, std::int64_t ticks, const record_taker& take
    );

private:
    /// Shows `look` the selected records after, or before, a position.
    [[nodiscard]] awaitable<void> walk(
        bool is_forward,
        const audit_selection& selection,
        audit_position at,
        const record_looker& look
    );

    database& database_;
    reactor_lane& turns_;
};

}  // namespace partner_center
