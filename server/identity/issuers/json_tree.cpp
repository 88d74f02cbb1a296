// Builds trees from the codec's events, and finds things in them. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/identity/issuers/json_tree.hpp"

#include <algorithm>

namespace partner_center {

using kind = json_tree::kind;

const json_tree* json_tree::find(std::string_view name) const {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return nullptr;
    return &items[static_cast<std::size_t>(found - names.begin())];
}

const json_tree* json_tree::find_path(std::string_view path) const {
    if (const json_tree* const whole = find(path)) return whole;
    const auto dot = path.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const json_tree* const first = find(path.substr(0, dot));
    return first == nullptr ? nullptr : first->find_path(path.substr(dot + 1));
}

std::string_view json_tree::text_of(std::string_view name) const {
    const json_tree* const member = find(name);
    if (member == nullptr || member->what != kind::string) return {};
    return member->text;
}

std::vector<std::string_view> json_tree::texts() const {
    if (what == kind::string) return {text};
    std::vector<std::string_view> out;
    if (what != kind::array) return out;
    for (const json_tree& each : items) {
        if (each.what == kind::string) out.push_back(each.text);
    }
    return out;
}

namespace detail {

put_result shape_for<json_tree>::put(void* object, const scalar& in, json_reading) {
    constexpr auto kind_of = [](scalar::type type) {
        switch (type) {
            case scalar::type::null:
                return kind::null;
            case scalar::type::boolean:
                return kind::boolean;
            case scalar::type::number:
                return kind::number;
            case scalar::type::string:
                break;
        }
        return kind::string;
    };
    *static_cast<json_tree*>(object) = {.what = kind_of(in.kind), .text = std::string{in.text}};
    return put_result::ok;
}

slot shape_for<json_tree>::open_object(void* object) {
    auto& tree = *static_cast<json_tree*>(object);
    tree = {.what = kind::object};
    return slot_for(tree);
}

slot shape_for<json_tree>::open_array(void* object) {
    auto& tree = *static_cast<json_tree*>(object);
    tree = {.what = kind::array};
    return slot_for(tree);
}

// A value is whole before its next sibling is made: what the vector moves, nobody points at.
slot shape_for<
    json_tree>::member(void* object, std::string_view key, json_reading, std::string_view&) {
    auto& tree = *static_cast<json_tree*>(object);
    tree.names.emplace_back(key);
    return slot_for(tree.items.emplace_back());
}

slot shape_for<json_tree>::element(void* object) {
    return slot_for(static_cast<json_tree*>(object)->items.emplace_back());
}

}  // namespace detail
}  // namespace partner_center
