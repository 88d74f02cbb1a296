// The 16 bytes of a GUID and its one text form; calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <partner_center/export.hpp>

namespace partner_center {

/// A customer, tenant, application or request id: 16 bytes in the order in which they are printed.
/// A value type, safe to copy between threads. Source: wire contract, global routing rule 6.
struct guid {
    std::array<std::uint8_t, 16> bytes{};  ///< in the order in which they are printed

    friend bool operator==(const guid&, const guid&) = default;
    friend auto operator<=>(const guid&, const guid&) = default;

    /// True for 00000000-0000-0000-0000-000000000000, which names nothing.
    [[nodiscard]] bool is_zero() const { return *this == guid{}; }
};

/// The length of the text form.
inline constexpr std::size_t guid_text_length = 36;

/// Reads the hyphenated 36-character form in any letter case. Anything else (braces, 32 digits,
/// blanks) gives nothing.
PARTNER_CENTER_EXPORT [[nodiscard]] std::optional<guid> parse_guid(std::string_view text);

/// Prints the hyphenated form in lower case.
PARTNER_CENTER_EXPORT [[nodiscard]] std::string to_string(const guid& id);

/// Appends what to_string() prints, without allocating when `out` has room.
PARTNER_CENTER_EXPORT void append(std::string& out, const guid& id);

}  // namespace partner_center

/// Hashes ids, for unordered containers.
template <>
struct std::hash<partner_center::guid> {
    /// Its second half: ids are random.
    PARTNER_CENTER_EXPORT std::size_t operator()(const partner_center::guid& id) const noexcept;
};
