// Fills an operation from a request: path, query, headers, then the body. The four rules of where a
// field comes from are in contract/operation.hpp. Ends up calling the codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "server/api/routes.hpp"
#include <partner_center/http.hpp>
#include <partner_center/json.hpp>
#include <partner_center/operation.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

/// The first value of a query parameter (any letter case), decoded as form data. Fails with
/// invalid_body when it cannot be decoded.
[[nodiscard]] result<std::optional<std::string>> query_parameter(
    std::string_view query, std::string_view name
);

namespace detail {

/// A field whose value is a list: its lines are one list. Source: RFC 9110, section 5.3.
[[nodiscard]] std::optional<std::string> joined_lines(
    const http::request_view& request, std::string_view name
);

/// The text that a path or query argument comes with, put into a field.
[[nodiscard]] std::optional<fault> bind_id(
    guid& out, std::string_view field, std::string_view text
);

template <class Field>
[[nodiscard]] std::optional<fault> bind_text(
    Field& out, std::string_view wire_name, std::string_view text
) {
    // Numbers, words and truth values are read by the codec's own rules, as if the JSON had a
    // string.
    const auto outcome =
        shape_of<Field>.put(&out, {scalar::type::string, text}, json_reading::request);
    if (outcome == put_result::ok) return {};
    const bool is_unknown_word = outcome == put_result::unknown_word;
    return fault{
        .kind = is_unknown_word ? fault_kind::unknown_enum : fault_kind::invalid_body,
        .description =
            std::string{wire_name} + " must be " + std::string{shape_of<Field>.form} + '.',
    };
}

template <class Operation>
[[nodiscard]] std::string_view path_argument(const split_path& path, std::string_view field) {
    const route& pattern = route_taken<Operation>(path);
    for (std::size_t at = 0; at < pattern.size; ++at) {
        if (parameter_name(pattern.segments.at(at)) == field) return path.segments.at(at);
    }
    return {};
}

template <class Operation, class Member>
[[nodiscard]] std::optional<fault> bind_field(
    Operation& out, Member member, const split_path& path, const http::request_view& request
) {
    auto& field = out.*member.pointer;
    using field_type = std::remove_reference_t<decltype(field)>;
    constexpr field_place place = place_of<Operation>(Member::name);

    if constexpr (place == field_place::path) {
        const std::string_view text = path_argument<Operation>(path, Member::name);
        if constexpr (std::is_same_v<field_type, guid>) {
            return bind_id(field, Member::name, text);
        } else {
            return bind_text(field, Member::name, text);
        }
    } else if constexpr (place == field_place::header) {
        constexpr std::string_view header = header_of_field(Member::name);
        if constexpr (header == "If-Match") {
            field = joined_lines(request, header);
            return {};
        }
        if (const auto text = request.find(header)) return bind_text(field, header, *text);
        // Microsoft's Java client sends it as a query parameter of that name. Source: wire
        // contract, section 1.3.
        if constexpr (header == "MS-ContinuationToken") {
            const auto text = query_parameter(query_of(request.target), header);
            if (!text) return text.error();
            if (*text) return bind_text(field, header, **text);
        }
    } else if constexpr (place == field_place::query) {
        constexpr auto& wire = wire_name_of<Operation, Member>;
        const auto text = query_parameter(query_of(request.target), wire.view());
        if (!text) return text.error();
        if (*text) return bind_text(field, wire.view(), **text);
    }
    return {};
}

}  // namespace detail

/// Everything but the body. REQUIRES: the path matches the operation's. Fails with the fault of the
/// first argument that cannot be taken.
template <class Operation>
[[nodiscard]] result<Operation> bind_arguments(
    const split_path& path, const http::request_view& request
) {
    Operation out{};
    std::optional<fault> problem;
    detail::for_each_member<Operation>([&](auto member) {
        if (!problem) problem = detail::bind_field(out, member, path, request);
    });
    if (problem) return *std::move(problem);
    return out;
}

/// The arguments of the path, as one text that is the same however they were spelt.
template <class Operation>
[[nodiscard]] std::string path_key(const Operation& operation) {
    std::string out{name_of<Operation>()};
    detail::for_each_member<Operation>([&](auto member) {
        if constexpr (place_of<Operation>(member.name) == field_place::path) {
            out += '\n';
            detail::append_value(out, operation.*member.pointer);
        }
    });
    return out;
}

/// The body, for operations that have one. Fails with invalid_body or unknown_enum.
template <class Operation>
requires has_body<Operation>
[[nodiscard]] std::optional<fault> bind_body(Operation& out, const http::request_view& request) {
    auto body = from_json<decltype(out.body)>(request.body, json_reading::request);
    if (!body) return std::move(body).error();
    out.body = *std::move(body);
    return {};
}

}  // namespace partner_center
