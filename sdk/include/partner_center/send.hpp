// Sends any operation of the contract, or one of your own making, through a client: the request is
// made from the struct by reflection. The call chain is sugar over this. Includes the JSON codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/describe/enum_to_string.hpp>

#include <partner_center/client.hpp>
#include <partner_center/completion.hpp>
#include <partner_center/error.hpp>
#include <partner_center/export.hpp>
#include <partner_center/http.hpp>
#include <partner_center/json.hpp>
#include <partner_center/operation.hpp>

namespace partner_center {

/// Sends the operation and reads its answer. `response` may be void: then the body is not read.
template <class Operation>
[[nodiscard]] outcome<typename Operation::response> send(
    const client& client, const Operation& operation
);

/// The same without waiting, see partner_center::client.
template <class Operation>
[[nodiscard]] std::future<outcome<typename Operation::response>> send_async(
    const client& client, const Operation& operation
);

/// The same with a handler in place of a future. It is called once, on one of the threads named at
/// partner_center::client (maybe before this returns), should not wait and must not wait for
/// another call; it may start calls and destroy the client. What it throws is dropped.
template <class Operation>
void send_async(
    const client& client,
    const Operation& operation,
    std::function<void(outcome<typename Operation::response>)> done
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
    std::string encoded_query{};  ///< in place of `query`, as a link has it
    std::vector<http::field> fields{};
    std::optional<std::string> body{};
};

/// Puts a request together, adds what every request carries and exchanges it. An answer that is not
/// a success is an error; one that is carries both ids, whether the service echoed them or not.
PARTNER_CENTER_EXPORT [[nodiscard]] outcome<http::response> exchange(
    const client_state& client, request_parts parts
);

/// The same without waiting.
PARTNER_CENTER_EXPORT void exchange_async(
    const client_state& client, request_parts parts, answer_handler done
);

/// The error for a success whose body could not be read.
PARTNER_CENTER_EXPORT [[nodiscard]] error unreadable(
    const http::response& answer, const fault& why
);

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
[[nodiscard]] outcome<Response> response_of(const outcome<http::response>& answer) {
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

template <class Response>
[[nodiscard]] outcome<Response> send_parts(const client_state& client, request_parts parts) {
    return response_of<Response>(exchange(client, std::move(parts)));
}

template <class Response>
void send_parts_async(
    const client_state& client, request_parts parts, std::function<void(outcome<Response>)> done
) {
    const auto call = std::make_shared<completion<Response>>(std::move(done));
    exchange_async(client, std::move(parts), [call](const outcome<http::response>& answer) {
        call->complete(response_of<Response>(answer));
    });
}

template <class Response>
[[nodiscard]] std::future<outcome<Response>> send_parts_async(
    const client_state& client, request_parts parts
) {
    const auto promise = std::make_shared<std::promise<outcome<Response>>>();
    std::future<outcome<Response>> later = promise->get_future();
    const auto keep = [promise](outcome<Response> answer) {
        promise->set_value(std::move(answer));
    };
    send_parts_async<Response>(client, std::move(parts), keep);
    return later;
}

}  // namespace detail

template <class Operation>
outcome<typename Operation::response> send(const client& client, const Operation& operation) {
    return detail::send_parts<typename Operation::response>(
        client.state(), detail::parts_of(operation)
    );
}

template <class Operation>
std::future<outcome<typename Operation::response>> send_async(
    const client& client, const Operation& operation
) {
    return detail::send_parts_async<typename Operation::response>(
        client.state(), detail::parts_of(operation)
    );
}

template <class Operation>
void send_async(
    const client& client,
    const Operation& operation,
    std::function<void(outcome<typename Operation::response>)> done
) {
    detail::send_parts_async<typename Operation::response>(
        client.state(), detail::parts_of(operation), std::move(done)
    );
}

}  // namespace partner_center
