// Writes any model of the contract to the console: the members that are there, a line each.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include "sdk/samples/console.hpp"
#include <partner_center/models/links.hpp>

namespace partner_center::samples {

template <class T>
concept described = boost::describe::has_describe_members<T>::value;

// A template each, declared first, because models hold lists of models that hold lists.
inline void show(console& out, std::string_view name, const std::string& value);
inline void show(console& out, std::string_view name, bool value);
inline void show(console& out, std::string_view name, std::int64_t value);
template <class Word>
requires std::is_enum_v<Word>
void show(console& out, std::string_view name, Word value);
template <class T>
void show(console& out, std::string_view name, const std::optional<T>& value);
template <class T>
void show(console& out, std::string_view name, const std::vector<T>& values);
template <described Model>
void show(console& out, std::string_view name, const Model& model);

/// Links are the library's business.
inline void show(console& /*out*/, std::string_view /*name*/, const resource_links& /*links*/) {}

inline void show(console& out, std::string_view name, const std::string& value) {
    out.line(name, value);
}
inline void show(console& out, std::string_view name, bool value) {
    out.line(name, value ? "yes" : "no");
}
inline void show(console& out, std::string_view name, std::int64_t value) {
    out.line(name, std::to_string(value));
}
template <class Word>
requires std::is_enum_v<Word>
void show(console& out, std::string_view name, Word value) {
    out.line(name, boost::describe::enum_to_string(value, "unknown"));
}
template <class T>
void show(console& out, std::string_view name, const std::optional<T>& value) {
    if (value) show(out, name, *value);
}
template <class T>
void show(console& out, std::string_view name, const std::vector<T>& values) {
    for (const T& each : values) show(out, name, each);
}
template <described Model>
void show(console& out, std::string_view name, const Model& model) {
    using members = boost::describe::describe_members<Model, boost::describe::mod_public>;
    boost::mp11::mp_for_each<members>([&](auto member) {
        const std::string path = name.empty() ? "" : std::string{name} + '.';
        show(out, path + member.name, model.*member.pointer);
    });
}

/// The whole of it.
template <described Model>
void show(console& out, const Model& model) {
    show(out, "", model);
}

}  // namespace partner_center::samples
