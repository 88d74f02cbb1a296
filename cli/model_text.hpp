// Resources as people give them: in a file, on stdin or in a word, as JSON or YAML. Calls yaml.cpp
// and the contract's codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "cli/failure.hpp"
#include <partner_center/json.hpp>

namespace partner_center::cli {

/// What a word stands for: "@file" the file's text, "@-" that of stdin, any other itself. Throws
/// `failure` when it cannot be read or is larger than 1 MiB.
[[nodiscard]] std::string text_behind(const std::string& word);

/// The JSON of a text that is JSON or YAML.
[[nodiscard]] std::string json_of(std::string_view text);

/// "defaultAddress.city=Salem": what to put where; an empty value takes the member away.
struct assignment {
    std::string path{};
    std::string value{};
};

/// Throws `failure` (usage) when there is no '='.
[[nodiscard]] assignment read_assignment(const std::string& word);

/// Puts a value at a path of an object, whose members on the way are made; null takes the member
/// away.
void set_path(boost::json::value& object, std::string_view path, const boost::json::value& value);

/// A JSON text with the assignments made.
[[nodiscard]] std::string with_assignments(
    std::string_view json, const std::vector<assignment>& changes
);

namespace detail {

/// Throws `failure` (invalid_input) for a member that the model does not have: a typo would be lost
/// without a word. `scratch` is filled.
void refuse_unknown_members(std::string_view json, partner_center::detail::slot scratch);

}  // namespace detail

/// The model that a JSON text holds. Throws `failure` (invalid_input), naming the member.
template <class Model>
[[nodiscard]] Model model_of(std::string_view json) {
    auto model = from_json<Model>(json, json_reading::request);
    if (!model) throw failure{exit_status::invalid_input, model.error().description};
    Model scratch;
    detail::refuse_unknown_members(json, partner_center::detail::slot_for(scratch));
    return *std::move(model);
}

/// The model that a word stands for, see text_behind() and json_of().
template <class Model>
[[nodiscard]] Model read_model(const std::string& word) {
    return model_of<Model>(json_of(text_behind(word)));
}

}  // namespace partner_center::cli
