// Reads files, and walks JSON beside the codec's shapes.
// SPDX-License-Identifier: MIT
#include "cli/model_text.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "cli/yaml.hpp"

namespace partner_center::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t text_bytes_max = 1U << 20U;

[[nodiscard]] std::string read_all(std::istream& in, const std::string& name) {
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (text.size() <= text_bytes_max) return text;
    throw failure{exit_status::invalid_input, name + " is larger than 1 MiB"};
}

void refuse_unknown(
    const json::value& value, partner_center::detail::slot at, const std::string& path
) {
    if (const auto* array = value.if_array(); array != nullptr && at.how->open_array != nullptr) {
        const auto list = at.how->open_array(at.object);
        for (const json::value& each : *array) {
            refuse_unknown(each, list.how->element(list.object), path);
        }
        return;
    }
    const auto* object = value.if_object();
    if (object == nullptr || at.how->open_object == nullptr) return;
    const auto model = at.how->open_object(at.object);
    for (const auto& member : *object) {
        const std::string name = (path.empty() ? "" : path + '.') + std::string{member.key()};
        std::string_view wire;
        // A request skips what only the service says, but who read a resource sends that back.
        const auto found =
            model.how->member(model.object, member.key(), json_reading::response, wire);
        if (found.object == nullptr) {
            throw failure{exit_status::invalid_input, fmt::format("there is no member {}", name)};
        }
        refuse_unknown(member.value(), found, name);
    }
}

}  // namespace

std::string text_behind(const std::string& word) {
    if (!word.starts_with('@')) return word;
    if (word == "@-") return read_all(std::cin, "stdin");
    const std::string path = word.substr(1);
    std::ifstream file{path};
    if (!file) throw failure{exit_status::invalid_input, path + " cannot be read"};
    return read_all(file, path);
}

std::string json_of(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    const bool is_json = first != std::string_view::npos && text[first] == '{';
    return is_json ? std::string{text} : json_of_yaml(text);
}

assignment read_assignment(const std::string& word) {
    const auto equals = word.find('=');
    if (equals != std::string::npos && equals > 0) {
        return {word.substr(0, equals), word.substr(equals + 1)};
    }
    throw failure{exit_status::usage, fmt::format("'{}' is not of the form field=value", word)};
}

void set_path(json::value& object, std::string_view path, const json::value& value) {
    const std::string_view name = path.substr(0, path.find('.'));
    if (!object.is_object()) object.emplace_object();
    json::object& members = object.get_object();
    if (name.size() < path.size()) {
        set_path(members[name], path.substr(name.size() + 1), value);
    } else if (value.is_null()) {
        members.erase(name);
    } else {
        members[name] = value;
    }
}

std::string with_assignments(std::string_view text, const std::vector<assignment>& changes) {
    json::value changed = json::parse(text);
    for (const auto& [path, value] : changes) {
        set_path(changed, path, value.empty() ? json::value{} : json::value(value));
    }
    return json::serialize(changed);
}

void detail::refuse_unknown_members(std::string_view text, partner_center::detail::slot scratch) {
    boost::system::error_code lenient;  // what the codec took may be no JSON for others
    const json::value value = json::parse(text, lenient);
    if (!lenient) refuse_unknown(value, scratch, "");
}

}  // namespace partner_center::cli
