// Any text, as a request target and as form data: what is accepted cannot climb out of its path,
// and its parts read the same through every reader. Calls request_target.cpp, routes.cpp, bind.cpp
// and form.cpp.
// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server/api/bind.hpp"
#include "server/api/routes.hpp"
#include "server/http/request_target.hpp"
#include "server/identity/authority/form.hpp"
#include "server/percent.hpp"
#include <partner_center/operations.hpp>

namespace {

using namespace partner_center;

void require(bool holds) {
    if (!holds) std::abort();
}

[[nodiscard]] std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

void check_encoding(const std::string& text) {
    const std::string encoded = percent_encoded(text);
    for (const blank_form form : {blank_form::percent_only, blank_form::plus_too}) {
        require(percent_decoded(encoded, form) == text);
    }
}

/// A target that the parser lets through, on its way to an operation.
void check_target(const std::string& target) {
    if (!http::problem_of_target(target).empty()) return;
    split_path path;
    if (!split(path_of(target), path)) return;
    for (std::size_t at = 0; at < path.size; ++at) {
        const std::string_view segment = path.segments.at(at);
        require(!segment.empty() && segment != "." && segment != "..");
        require(segment.find('\0') == std::string_view::npos);
    }
    const routed found = find_route(routes_of<operations>, verb::get, path);
    if (!found.operation) return;
    const http::request_view request{.method = "GET", .target = target};
    const auto operation = bind_arguments<get_billing_profile>(path, request);
    if (operation) require(!operation->customer_id.is_zero());
}

/// The readers of queries and of forms agree wherever both have an answer.
void check_form(const std::string& text) {
    const auto form = oauth::form::parse(text);
    if (!form) return;
    for (const std::string_view name : {"size", "filter", "seekOperation", "client_id", ""}) {
        const auto parameter = query_parameter(text, name);
        require(parameter.has_value());
        const std::string_view value = form->find(name);
        if (!value.empty()) require(parameter->has_value());
    }
    // Sent as a form once more, a value reads as it was.
    const std::string_view value = form->find("filter");
    const std::string again = "size=1&filter=" + percent_encoded(value) + "&size";
    require(query_parameter(again, "FILTER").value() == value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{data, data + size};
    check_encoding(text);
    check_target(text);
    check_form(text);
    static_cast<void>(query_parameter(query_of(text), "filter"));
    static_cast<void>(oauth::parse_basic(text));
    return 0;
}
