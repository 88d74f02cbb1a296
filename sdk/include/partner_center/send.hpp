// Sends any operation of the contract, or one of your own making, through a client: the request is
// made from the struct by reflection. The call chain is sugar over this. Includes the JSON codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/describe/enum_to_string.hpp>

#include <partner_center/client.hpp>
#include <partner_center/error.hpp>
#include <partner_center/http.hpp>
#include <partner_center/json.hpp>
#include <partner_center/operation.hpp>

namespace partner_center {

/// Sends the operation and reads its answer. `response` may be void: then the body is not read.
template <class Operation>
[[nodiscard]] outcome<typename Operation::response> send(
    const client& client, const Operation& operation
);

namespace detail {

/// A value that has a name: of a parameter in the path, or in the query.
struct named_value {
    std::string name{};
    std::string value{};
};

/// The parts of a request before they are put together.
struct request_parts {
    std::string_view method{};
    std::string_view path{};  ///< with {parameters}
    std::vector<named_value> path_values{};
    std::vector<named_value> query{};
    std::vector<http::field> fields{};
    std::optional<std::string> body{};
};

/// Puts a request together, adds what every request carries and exchanges it. An answer that is not
/// a success is an error; one that is carries both ids, whether the service echoed them or not.
[[nodiscard]] outcome<http::response> exchange(const client_state& client, request_parts parts);

/// The error for a success whose body could not be read.
[[nodiscard]] error unreadable(const http::response& answer, const fault& why);

inline std::string text_of(const std::string& text) {
    return text;
}
inline std::string text_of(const guid& id) {
    return to_string(id);
}
inline std::string text_of(bool value) {
    return value ? "true" : "false";
}
template <std::integral T>
[[nodiscard]] std::string text_of(T value) {
    return std::to_string(value);
}
template <described_enum T>
[[nodiscard]] std::string text_of(T value) {
    return boost::describe::enum_to_string(value, "unknown");
}

template <class T>
[[nodiscard]] const T* present(const T& value) {
    return &value;
}
template <class T>
[[nodiscard]] const T* present(const std::optional<T>& value) {
    return value ? &*value : nullptr;
}

template <class Operation>
[[nodiscard]] request_parts parts_of(const Operation& operation) {
    request_parts parts{.method = to_string(Operation::method), .path = Operation::path};
    for_each_member<Operation>([&](auto member) {
        constexpr std::string_view name = member.name;
        constexpr field_place place = place_of<Operation>(name);
        const auto* value = present(operation.*member.pointer);
        if (value == nullptr) return;
        if constexpr (place == field_place::body) {
            parts.body = to_json(*value);
        } else if constexpr (place == field_place::path) {
            parts.path_values.push_back({std::string{name}, text_of(*value)});
        } else if constexpr (place == field_place::header) {
            parts.fields.push_back({std::string{header_of_field(name)}, text_of(*value)});
        } else {
            const std::string_view wire = wire_name_of<Operation, decltype(member)>.view();
            parts.query.push_back({std::string{wire}, text_of(*value)});
        }
    });
    return parts;
}

template <class Response>
[[nodiscard]] outcome<Response> send_parts(const client_state& client, request_parts parts) {
    const outcome<http::response> answer = exchange(client, std::move(parts));
    if (!answer) return answer.error();
    if constexpr (std::is_void_v<Response>) {
        return {};
    } else {
        const json_limits limits{.bytes_max = answer->body.size()};  // bounded by exchange()
        result<Response> model = from_json<Response>(answer->body, json_reading::response, limits);
        if (!model) return unreadable(*answer, model.error());
        return *std::move(model);
    }
}

}  // namespace detail

template <class Operation>
outcome<typename Operation::response> send(const client& client, const Operation& operation) {
    return detail::send_parts<typename Operation::response>(
        client.state(), detail::parts_of(operation)
    );
}

}  // namespace partner_center
