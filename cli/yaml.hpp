// YAML, both ways: JSON values as YAML for people to read and edit, and back. Calls libyaml.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace partner_center::cli {

/// The value in block style, with the last line's end. Texts are quoted where YAML would take them
/// for something else.
[[nodiscard]] std::string yaml_text(const boost::json::value& value);

/// The JSON of a YAML document (which a JSON text mostly is). Scalars become strings, but for plain
/// null, true and false, which the codec reads as whatever a member is. Throws `failure`
/// (invalid_input) with line and column, also for aliases and for more than one document.
[[nodiscard]] std::string json_of_yaml(std::string_view yaml);

}  // namespace partner_center::cli
