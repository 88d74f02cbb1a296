// The values of audit records, as the real service writes them: PascalCase with explicit nulls, and
// dates in ticks. Calls the codec's reflection.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partner_center/json.hpp>
#include <partner_center/models/address.hpp>
#include <partner_center/models/links.hpp>

namespace partner_center {

/// 100 ns each, since the beginning of the year 1.
[[nodiscard]] std::int64_t ticks_of(std::chrono::system_clock::time_point time);

/// "2024-01-22T09:16:07.8901234Z".
[[nodiscard]] std::string date_text(std::int64_t ticks);

namespace detail {

/// Members that Microsoft's client has: the others are written only when they are there.
template <class Model>
[[nodiscard]] constexpr bool is_written_empty(std::string_view member) {
    if constexpr (std::same_as<Model, address>) {
        return member != "id" && member != "district" && member != "address_line3" &&
               member != "email_address";
    } else if constexpr (std::same_as<Model, resource_links>) {
        return member == "self";
    } else {
        return member != "etag";
    }
}

template <class T>
void append_audited(std::string& out, const T& value) {
    append_value(out, value);
}
template <described_struct T>
void append_audited(std::string& out, const T& model);
template <class T>
void append_audited(std::string& out, const std::vector<T>& items) {
    out += '[';
    for (const T& item : items) {
        if (&item != items.data()) out += ',';
        append_audited(out, item);
    }
    out += ']';
}
template <class T>
void append_audited(std::string& out, const std::optional<T>& value) {
    if (value) return append_audited(out, *value);
    out += "null";
}

/// Links of the audit have no version.
inline void append_uri(std::string& out, std::string_view uri) {
    constexpr std::string_view version = "/v1";
    if (uri.starts_with(version)) uri.remove_prefix(version.size());
    append_json_string(out, uri);
}

template <described_struct T>
void append_audited(std::string& out, const T& model) {
    out += '{';
    for_each_member<T>([&](auto member) {
        // A middle name, which answers have last, stands between the others here.
        if (std::same_as<T, address> && member.name == std::string_view{"middle_name"}) return;
        const auto& value = model.*member.pointer;
        constexpr bool written_empty = is_written_empty<T>(member.name);
        if constexpr (requires { value.has_value(); }) {
            if (!value && !written_empty) return;
        }
        if (out.back() != '{') out += ',';
        out += '"';
        const std::size_t at = out.size();
        out += wire_name_of<T, decltype(member)>.view();
        out[at] = to_upper(out[at]);
        out += "\":";
        if constexpr (std::same_as<T, link>) {
            if (member.name == std::string_view{"uri"}) return append_uri(out, model.uri);
        }
        append_audited(out, value);
        if constexpr (std::same_as<T, address>) {
            if (member.name != std::string_view{"first_name"}) return;
            out += R"(,"MiddleName":)";
            append_audited(out, model.middle_name);
        }
    });
    if constexpr (std::same_as<T, link>) out += R"(,"Body":null)";
    out += '}';
}

}  // namespace detail

/// A model as the audit shows it. Source: wire contract, section 2.11.
template <class Model>
[[nodiscard]] std::string audit_text(const Model& model) {
    std::string out;
    detail::append_audited(out, model);
    return out;
}

}  // namespace partner_center
