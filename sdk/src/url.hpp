// Addresses: what may be called, what may be sent there, and how texts become part of a path or
// query.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <partner_center/error.hpp>

namespace partner_center::detail {

/// The parts of "https://host:port/prefix" that decide whether a secret may be sent there.
struct base_address {
    bool is_https{};
    std::string_view host{};  ///< without brackets
};

/// Reads a base address. Stricter than what curl accepts (no user, query, fragment or unusual
/// character), so that both read the same host.
[[nodiscard]] std::optional<base_address> parse_base_url(std::string_view url);

/// True for localhost, 127.0.0.0/8 in its four-part form, and ::1.
[[nodiscard]] bool is_loopback(std::string_view host);

/// Why no token or secret may be sent to this address: it cannot be read, or it is plain http to
/// another machine.
[[nodiscard]] std::optional<error> refuse_base_url(std::string_view url);

/// Percent-encodes all but RFC 3986's unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// A text as one segment of a path. Refuses what would become another path: nothing but blanks,
/// ".",
/// "..". `name` says in the error what it is about.
[[nodiscard]] outcome<std::string> path_segment(std::string_view text, std::string_view name);

}  // namespace partner_center::detail
