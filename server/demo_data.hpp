// The embedded files of data/demo. For demo*.cpp only.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string_view>

#include "embedded/demo_data.hpp"
#include "server/name_based.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

template <class T>
[[nodiscard]] T read_embedded(std::string_view name) {
    const auto files = demo_data();
    const auto found = std::find_if(files.begin(), files.end(), [&](const embedded_file& file) {
        return file.name == name;
    });
    return from_json<T>(found->bytes, json_reading::strict).value();
}

}  // namespace partner_center
