// The rows of the access audit: who read which billing profile. Added in batches, read by
// operators, deleted when they are old. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/awaitable.hpp"
#include "store/database.hpp"
#include <partner_center/guid.hpp>

namespace partner_center {

/// Who read.
struct profile_reader {
    guid partner_id{};
    guid application_id{};
    std::optional<guid> user_id{};

    friend auto operator<=>(const profile_reader&, const profile_reader&) = default;
};

/// What one reader read in a moment, as one row.
class profile_read_row {
public:
    explicit profile_read_row(const profile_reader& by) : by_{by} {}

    /// `at` is in milliseconds since 1970. REQUIRES: the correlation id is a GUID's text of
    /// guid_text_length characters.
    void add(const guid& customer_id, std::string_view correlation_id, std::int64_t at);

    /// What comes next belongs into another row: so none is heavy to write, to list or to delete.
    [[nodiscard]] bool is_full() const;

private:
    friend class profile_read_rows;
    profile_reader by_{};
    std::string reads_{};
};

/// One read, as it is listed. The view ends with the call that hands it over.
struct listed_profile_read {
    profile_reader by{};
    guid customer_id{};
    std::string_view correlation_id{};
    std::int64_t at{};  ///< milliseconds since 1970
};
using profile_read_taker = std::function<void(const listed_profile_read&)>;

/// Part of the store. Every method throws store_error when the database cannot answer.
class profile_read_rows {
public:
    explicit profile_read_rows(database& database) : database_{database} {}

    /// All of them, or none when it throws; then they are on the disk. REQUIRES: no read is later
    /// than `now` (milliseconds since 1970).
    [[nodiscard]] awaitable<void> add(std::vector<profile_read_row> batch, std::int64_t now);

    /// Hands over the reads since a moment (milliseconds since 1970), row by row in the order in
    /// which they were written; of one customer when one is given.
    [[nodiscard]] awaitable<void> list(
        std::int64_t since, std::optional<guid> customer_id, const profile_read_taker& take
    );

    /// Deletes rows that were written before `since` (milliseconds since 1970), a bounded number.
    /// True when there may be more.
    [[nodiscard]] awaitable<bool> forget(std::int64_t since);

private:
    database& database_;
};

}  // namespace partner_center
