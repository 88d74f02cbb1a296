// One HTTP exchange as plain data, for whoever carries it: the server's sockets, the SDK's
// transport or a test that has neither. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <partner_center/export.hpp>

namespace partner_center {

/// The methods that operations use. The text form is upper case: to_string(verb::get) is "GET".
enum class verb { get, head, post, put, patch, delete_ };

PARTNER_CENTER_EXPORT [[nodiscard]] std::string_view to_string(verb method);

/// The verb that the text of a request line names (case-sensitive, as HTTP is), if we know it.
PARTNER_CENTER_EXPORT [[nodiscard]] std::optional<verb> parse_verb(std::string_view text);

namespace detail {

PARTNER_CENTER_EXPORT [[nodiscard]] bool equal_letters(
    const char* left, const char* right, std::size_t size
);

}  // namespace detail

/// True when both texts are equal but for the case of ASCII letters.
[[nodiscard]] inline bool equals_ignoring_case(std::string_view left, std::string_view right) {
    // Here, because most of the texts that are compared differ in length.
    return left.size() == right.size() &&
           detail::equal_letters(left.data(), right.data(), left.size());
}

namespace http {

/// A header field.
struct field {
    std::string name{};   ///< in any letter case
    std::string value{};  ///< without the blanks around it
};

/// A request to send. `target` is what follows the host: path and query.
struct request {
    std::string method{};         ///< "GET"
    std::string target{};         ///< path and query: "/v1/customers?size=5"
    std::vector<field> fields{};  ///< in the order in which they are sent
    std::string body{};
};

/// A response received.
struct PARTNER_CENTER_EXPORT response {
    unsigned status{};            ///< 200, for example
    std::vector<field> fields{};  ///< in the order in which they came
    std::string body{};

    /// The value of the first field of that name (any letter case), or nothing.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
};

/// A header field of a request that is being served; views into the connection's buffer.
struct field_view {
    std::string_view name{};   ///< in any letter case
    std::string_view value{};  ///< without the blanks around it
};

/// A request that is being served. Every view lives as long as the exchange.
struct PARTNER_CENTER_EXPORT request_view {
    std::string_view method{};             ///< "GET"
    std::string_view target{};             ///< path and query
    std::span<const field_view> fields{};  ///< in the order in which they came
    std::string_view body{};
    std::string_view peer{};  ///< the address at the other end, no port; empty: there is no socket

    /// The value of the first field of that name (any letter case), or nothing.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

    /// How many fields have that name.
    [[nodiscard]] std::size_t count(std::string_view name) const;
};

/// Appends the next piece of a body; false with the last. Throws when the body cannot be made to
/// its end.
using body_rest = std::function<bool(std::string&)>;

/// An answer being made. `fields` is text in wire form ("Name: value\r\n" each) because it goes to
/// the socket as it is; whoever sends it adds the status line, Content-Type, Content-Length and
/// Date. Made once per connection and reused, so that it allocates nothing once it is warm.
struct PARTNER_CENTER_EXPORT answer {
    unsigned status{};                ///< 200, for example
    std::string_view content_type{};  ///< empty when there is no body; always a constant
    std::string fields{};             ///< "Name: value\\r\\n" each
    std::string body{};
    body_rest rest{};  ///< what follows `body`, whose length nobody knows; empty when that is all
    bool close{};      ///< the connection cannot be used for another request

    /// Makes it as new, but for the memory that it keeps.
    void clear();
    /// Appends a header field. REQUIRES: neither text has a control character.
    void add(std::string_view name, std::string_view value);
};

}  // namespace http
}  // namespace partner_center
