// What a list of audit records is asked for: days, a filter, and the tokens of its pages. Calls the
// codec and identity/stamp.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/api/token_bytes.hpp"
#include "server/identity/seal.hpp"
#include "store/audit_records.hpp"
#include <partner_center/result.hpp>

namespace partner_center {

/// How far back records can be asked for, and how far one looks who does not say. Source: wire
/// contract, section 1.6.
inline constexpr std::chrono::days audit_days_max{90};
inline constexpr std::chrono::days audit_days_default{30};

/// Days of UTC, both included.
struct audit_window {
    std::chrono::sys_days first{};
    std::chrono::sys_days last{};

    friend bool operator==(const audit_window&, const audit_window&) = default;
};

/// The day that a text names in one of the forms that clients send: yyyy-MM-dd; M/d/yyyy h:mm:ss
/// AM|PM; MM/dd/yyyy HH:mm:ss; and Java's year, month and day of the year, whose last number is
/// above 31 or has three digits. Source: wire contract, section 1.6.
[[nodiscard]] std::optional<std::chrono::sys_days> read_audit_date(std::string_view text);

/// The days between two dates; without the one, the 30 days before the other, without both, the
/// last 30. Fails with invalid_value for a text that names no day, one of more than 90 days ago,
/// and an end before the start.
[[nodiscard]] result<audit_window> read_audit_window(
    const std::optional<std::string>& start,
    const std::optional<std::string>& end,
    std::chrono::sys_days today
);

/// Longer values are refused: a token has to hold what is looked for. In bytes, folded.
inline constexpr std::size_t audit_name_bytes_max = 500;
inline constexpr std::size_t audit_type_bytes_max = 64;

/// Puts into the selection what {"Field","Value","Operator"} asks for: CompanyName, of which the
/// value is a part (substring), CustomerId or ResourceType, which are the value (equals). Fails
/// with invalid_body when it is no such object, and with invalid_value for another field or
/// operator, or a value that is missing, too long or no GUID.
[[nodiscard]] std::optional<fault> read_audit_filter(
    audit_selection& selection, std::string_view filter
);

/// What a token says: which list it is of, how long its pages are, and where the page stands that
/// it came with.
struct audit_page {
    audit_selection selection{};
    std::size_t size{};
    audit_position first{};
    audit_position last{};

    friend bool operator==(const audit_page&, const audit_page&) = default;
};

/// As page_token() of customers: at most page_token_bytes_max letters, digits, "-" and "_". Source:
/// wire contract, section 1.3, Tokens.
[[nodiscard]] std::string audit_page_token(const sealing_key& key, const audit_page& page);

/// Nothing when it was not made with this key for this partner.
[[nodiscard]] std::optional<audit_page> read_audit_page_token(
    const sealing_key& key, const guid& partner_id, std::string_view token
);

}  // namespace partner_center
