// The embedded files of data/demo, and the rule that makes ids from names. For demo*.cpp only.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string_view>

#include <boost/uuid/name_generator_sha1.hpp>

#include "embedded/demo_data.hpp"
#include <partner_center/guid.hpp>
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

/// The UUID (version 5) of a name: how everything fixed that is not written in a file comes about.
[[nodiscard]] inline guid name_based(const guid& space, std::string_view name) {
    boost::uuids::uuid space_id{};
    std::copy(space.bytes.begin(), space.bytes.end(), space_id.begin());
    const auto made = boost::uuids::name_generator_sha1{space_id}(name.data(), name.size());
    guid id;
    std::copy(made.begin(), made.end(), id.bytes.begin());
    return id;
}

}  // namespace partner_center
