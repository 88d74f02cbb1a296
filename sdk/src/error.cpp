// Categories, and errors made of answers. Ends up calling the contract's codec for fault bodies.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enum_to_string.hpp>

#include "sdk/src/answer_error.hpp"
#include <partner_center/error.hpp>
#include <partner_center/json.hpp>
#include <partner_center/send.hpp>

namespace partner_center {

BOOST_DESCRIBE_ENUM(
    error_category,
    not_specified,
    bad_input,
    unauthorized,
    forbidden,
    not_found,
    invalid_operation,
    unsupported_data_format,
    request_timeout,
    already_exists,
    too_many_requests,
    server_busy,
    gateway_timeout,
    server_error,
    response_parsing,
    cancelled
)

namespace detail {

/// An ordinary fault, or the gateway's own form of 429, which has a message only.
/// Source: wire contract, section 4.1.
struct fault_body {
    std::string code{};
    std::string description{};
    std::vector<std::string> data{};
    std::string source{};
    std::string message{};
};
BOOST_DESCRIBE_STRUCT(fault_body, (), (code, description, data, source, message))

namespace {

constexpr std::size_t description_bytes_max = 1024;

[[nodiscard]] std::string summary_of(const http::response& answer) {
    const std::string type{answer.find("Content-Type").value_or("no stated type")};
    return std::to_string(answer.body.size()) + " bytes of " + type;
}

[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
    std::istringstream in{std::string{text}};
    in.imbue(std::locale::classic());
    std::tm broken_down{};
    in >> std::get_time(&broken_down, "%a, %d %b %Y %H:%M:%S GMT");
    if (in.fail()) return {};
    return std::chrono::sys_seconds{std::chrono::seconds{timegm(&broken_down)}};
}

}  // namespace

std::optional<std::chrono::seconds> retry_after_of(const http::response& answer) {
    const auto text = answer.find("Retry-After");
    if (!text) return {};
    std::uint32_t seconds{};
    const char* const end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, seconds);
    if (read.ec == std::errc{} && read.ptr == end) return std::chrono::seconds{seconds};

    const auto until = parse_http_date(*text);
    if (!until) return {};
    const auto stated = parse_http_date(answer.find("Date").value_or(""));
    const auto now =
        stated ? *stated
               : std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return std::max(*until - now, std::chrono::seconds{0});
}

std::string readable(std::string_view text) {
    std::size_t size = std::min(text.size(), description_bytes_max);
    const auto continues_character = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    };
    while (size < text.size() && size > 0 && continues_character(size)) --size;
    std::string out{text.substr(0, size)};
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' '
    );
    return out;
}

error error_of(const http::response& answer) {
    error problem{
        .category = category_of(answer.status),
        .http_status = answer.status,
        .request_id = std::string{answer.find(request_id_header).value_or("")},
        .correlation_id = std::string{answer.find(correlation_id_header).value_or("")},
        .retry_after = retry_after_of(answer),
    };
    const json_limits limits{.bytes_max = answer.body.size()};
    auto body = from_json<fault_body>(answer.body, json_reading::response, limits);
    if (body) {
        problem.code = std::move(body->code);
        problem.data = std::move(body->data);
        problem.source = std::move(body->source);
        problem.description =
            readable(body->description.empty() ? body->message : body->description);
    }
    const bool is_fault = !problem.code.empty() || !problem.description.empty();
    if (!is_fault) problem.description = readable(answer.body);
    if (problem.description.empty()) {
        problem.description =
            "the service answered " + std::to_string(answer.status) + " without an explanation";
    }
    return problem;
}

error unreadable(const http::response& answer, const fault& why) {
    error problem = error_of({.status = answer.status, .fields = answer.fields});
    problem.category = error_category::response_parsing;
    // The body itself may hold personal data, so it is not quoted.
    problem.description =
        "the answer cannot be read (" + summary_of(answer) + "): " + why.description;
    return problem;
}

}  // namespace detail

std::string_view to_string(error_category category) {
    return boost::describe::enum_to_string(category, "not_specified");
}

error_category category_of(unsigned http_status) {
    using enum error_category;
    switch (http_status) {
        case 400:
            return bad_input;
        case 401:
            return unauthorized;
        case 403:
            return forbidden;
        case 404:
            return not_found;
        case 405:
            return invalid_operation;
        case 406:
            return unsupported_data_format;
        case 408:
            return request_timeout;
        case 409:
            return already_exists;
        case 429:
            return too_many_requests;
        case 503:
            return server_busy;
        case 504:
            return gateway_timeout;
        default:
            return server_error;
    }
}

partner_error::partner_error(error problem)
    : std::runtime_error{std::string{to_string(problem.category)} + ": " + problem.description},
      problem_{std::move(problem)} {}

}  // namespace partner_center
