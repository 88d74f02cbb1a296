// Writes answers into the connection's flat output buffer. Calls Boost.Beast for reason phrases.
// SPDX-License-Identifier: MIT
#include "server/http/answer_text.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <ostream>  // Boost.Beast's status.hpp forgets it

#include <boost/beast/http/status.hpp>

namespace partner_center::http {
namespace {

constexpr unsigned no_content = 204;
constexpr unsigned not_modified = 304;

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), number);
    out.append(text.data(), written.ptr);
}

void append_two_digits(std::string& out, int number) {
    out += static_cast<char>('0' + number / 10);
    out += static_cast<char>('0' + number % 10);
}

}  // namespace

void append_answer(
    std::string& out, const answer& answer, const framing& form, std::string_view date_line
) {
    const auto reason =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(answer.status));
    out += "HTTP/1.1 ";
    append_number(out, answer.status);
    out.append(" ").append(reason.data(), reason.size()).append("\r\n");
    if (!answer.content_type.empty()) {
        out.append("Content-Type: ").append(answer.content_type).append("\r\n");
    }
    if (form.body_end == body_end::chunks) {
        out += "Transfer-Encoding: chunked\r\n";
    } else if (form.body_end == body_end::length && answer.status != no_content) {
        out += "Content-Length: ";
        append_number(out, answer.body.size());
        out += "\r\n";
    }
    out.append(answer.fields).append(date_line);
    if (form.persistence == persistence::close) out += "Connection: close\r\n";
    if (form.persistence == persistence::keep_http_1_0) out += "Connection: keep-alive\r\n";
    out += "\r\n";
    const bool has_body =
        !form.is_head && answer.status != no_content && answer.status != not_modified;
    if (!has_body) return;
    if (form.body_end == body_end::chunks) return append_chunk(out, answer.body);
    out += answer.body;
}

void append_chunk(std::string& out, std::string_view piece) {
    if (piece.empty()) return;
    std::array<char, 2 * sizeof(std::size_t)> size{};
    const auto written = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16);
    out.append(size.data(), written.ptr).append("\r\n").append(piece).append("\r\n");
}

// By hand, because strftime's names of days and months depend on the locale.
void write_date_line(std::string& out, std::time_t time) {
    constexpr std::string_view days = "SunMonTueWedThuFriSat";
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    std::tm utc{};
    gmtime_r(&time, &utc);
    out = "Date: ";
    out.append(days.substr(static_cast<std::size_t>(utc.tm_wday) * 3, 3)).append(", ");
    append_two_digits(out, utc.tm_mday);
    out.append(" ").append(months.substr(static_cast<std::size_t>(utc.tm_mon) * 3, 3)).append(" ");
    append_number(out, static_cast<std::size_t>(utc.tm_year) + 1900);
    out += ' ';
    append_two_digits(out, utc.tm_hour);
    out += ':';
    append_two_digits(out, utc.tm_min);
    out += ':';
    append_two_digits(out, utc.tm_sec);
    out += " GMT\r\n";
}

}  // namespace partner_center::http
