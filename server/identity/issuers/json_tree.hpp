// Any JSON document as a tree, for members whose names only the configuration knows. Calls the
// codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <partner_center/json.hpp>

namespace partner_center {

/// A JSON value. from_json<json_tree>() reads an object, as strictly as it is told.
struct json_tree {
    enum class kind { null, boolean, number, string, array, object };
    kind what{};
    std::string text{};                ///< of a scalar: a string's content, or as it was written
    std::vector<json_tree> items{};    ///< of an array, or the values of an object's members
    std::vector<std::string> names{};  ///< of an object's members

    /// The member of that name, or null.
    [[nodiscard]] const json_tree* find(std::string_view name) const;
    /// The same by a path: "realm_access.roles" is a member of that very name, or else the member
    /// `roles` of the member `realm_access`.
    [[nodiscard]] const json_tree* find_path(std::string_view path) const;
    /// The text of the member, when it is a string; else empty.
    [[nodiscard]] std::string_view text_of(std::string_view name) const;
    /// The strings of a value: itself, or an array's.
    [[nodiscard]] std::vector<std::string_view> texts() const;
};

template <>
struct detail::shape_for<json_tree> {
    static put_result put(void* object, const scalar& in, json_reading);
    static slot open_object(void* object);
    static slot open_array(void* object);
    static slot member(void* object, std::string_view key, json_reading, std::string_view& name);
    static slot element(void* object);
    static constexpr shape value{
        .form = "anything",
        .put = put,
        .open_object = open_object,
        .open_array = open_array,
        .member = member,
        .element = element};
};

}  // namespace partner_center
