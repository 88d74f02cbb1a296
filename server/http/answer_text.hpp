// An answer's wire form. Ends up calling Boost.Beast for the reason phrases.
// SPDX-License-Identifier: MIT
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include <partner_center/http.hpp>

namespace partner_center::http {

/// What the answer says about the connection. HTTP/1.0 clients have to be told that it lives on.
enum class persistence { keep, keep_http_1_0, close };

/// How the end of the body is told: by Content-Length, by chunks, or by the end of the connection.
enum class body_end { length, chunks, connection };

/// What the request decides about the answer's form.
struct framing {
    http::persistence persistence{};
    http::body_end body_end{};
    bool is_head{};  ///< the length of the body, but not the body
};

/// Appends status line, header fields and body. The order: Content-Type, Content-Length (or
/// Transfer-Encoding, or neither), answer.fields, Date (`date_line`, with its line end),
/// Connection. No body for HEAD, 204 and 304; no Content-Length for 204.
void append_answer(
    std::string& out, const answer& answer, const framing& form, std::string_view date_line
);

/// Appends a chunk; nothing for an empty piece, which would be the end.
void append_chunk(std::string& out, std::string_view piece);

inline constexpr std::string_view last_chunk = "0\r\n\r\n";

/// Makes "Date: Sun, 22 Nov 2026 20:30:00 GMT\r\n" of a time.
void write_date_line(std::string& out, std::time_t time);

inline constexpr std::string_view continue_text = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace partner_center::http
