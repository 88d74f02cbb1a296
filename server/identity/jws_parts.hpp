// What every reader of a compact JWS needs: its parts, and members that only matter by being there.
// Calls the codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <partner_center/json.hpp>

namespace partner_center {

/// The three parts of a compact JWS, each not empty, and the text that is signed.
struct jws_parts {
    std::string_view header{};
    std::string_view payload{};
    std::string_view signature{};
    std::string_view signed_text{};
};

/// Views into the token; nothing when it has not three parts.
[[nodiscard]] std::optional<jws_parts> split_jws(std::string_view token);

/// Whether a member is there at all, whatever its value.
struct presence {
    bool seen{};
};

template <>
struct detail::shape_for<presence> {
    static void mark(void* object) { static_cast<presence*>(object)->seen = true; }
    static put_result put(void* object, const scalar&, json_reading) {
        mark(object);
        return put_result::ok;
    }
    static slot open(void* object) {
        mark(object);
        return {};  // what is inside is skipped
    }
    static constexpr shape value{
        .form = "anything", .put = put, .open_object = open, .open_array = open};
};

/// The `aud` of a presented token: a text, or an array of texts.
struct audience_list {
    std::vector<std::string> items{};
};

template <>
struct detail::shape_for<audience_list> {
    static put_result put(void* object, const scalar& in, json_reading reading) {
        auto& items = static_cast<audience_list*>(object)->items;
        return shape_of<std::string>.put(&items.emplace_back(), in, reading);
    }
    static slot open_array(void* object) {
        return slot_for(static_cast<audience_list*>(object)->items);
    }
    static constexpr shape value{
        .form = "a string or an array", .put = put, .open_array = open_array};
};

}  // namespace partner_center
