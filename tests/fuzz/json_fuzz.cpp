// Any text, to the JSON codec in its three readings: what is read and written again reads equal,
// but for what a request skips.
// Calls contract/src/json.cpp.
// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <partner_center/json.hpp>
#include <partner_center/models/billing_profile.hpp>

namespace {

using partner_center::billing_profile;
using partner_center::from_json;
using partner_center::json_reading;
using partner_center::to_json;

void require(bool holds) {
    if (!holds) std::abort();
}

void read_and_write(std::string_view text, json_reading reading) {
    const auto profile = from_json<billing_profile>(text, reading);
    if (!profile) return;
    const std::string written = to_json(*profile);
    // Our own text is plain: even the strictest reading takes it.
    for (const auto again : {json_reading::response, json_reading::strict}) {
        const auto same = from_json<billing_profile>(written, again);
        require(same.has_value() && to_json(*same) == written);
    }
    // A request is read without what only the service says: reading that again changes nothing.
    const auto asked = from_json<billing_profile>(written, json_reading::request);
    require(asked.has_value());
    const auto same = from_json<billing_profile>(to_json(*asked), json_reading::request);
    require(same.has_value() && to_json(*same) == to_json(*asked));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{data, data + size};
    for (const auto reading :
         {json_reading::request, json_reading::response, json_reading::strict}) {
        read_and_write(text, reading);
    }
    return 0;
}
