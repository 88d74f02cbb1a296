// JSON for described structs, both ways, by reflection: nothing about a model is written twice.
// Reading fills the struct while the text is parsed (no tree); writing goes straight into a string.
// Ends up calling contract/src/json.cpp, the only file that knows the parser.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>

#include <partner_center/export.hpp>
#include <partner_center/guid.hpp>
#include <partner_center/http.hpp>
#include <partner_center/names.hpp>
#include <partner_center/operation.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

/// How a text is read. `request` and `response` are lenient as the real service is (letter case,
/// byte-order mark, trailing commas, numbers for texts, the last of duplicates wins) and differ in
/// unknown enumeration words (a fault in a request, `unknown` in a response) and in what only the
/// service says of a resource (skipped in a request, whatever it looks like). `strict` is for
/// security documents (tokens, key sets): none of that, and a name that comes twice is refused.
enum class json_reading { request, response, strict };

/// Bounds of what is read; beyond them the text is refused, not cut.
struct json_limits {
    std::size_t bytes_max{1U << 20U};  ///< of the text
    std::size_t depth_max{64};         ///< of objects and lists in one another
};

/// Reads a model. Fails with invalid_body (not JSON, not an object, a member of another type, over
/// a limit) or unknown_enum; the description names the member by its wire path. `null` and an
/// absent member are the same; unknown members are skipped. Source: wire contract, section 2.0.
template <class T>
[[nodiscard]] result<T> from_json(
    std::string_view text, json_reading reading, const json_limits& limits
);
template <class T>
[[nodiscard]] result<T> from_json(std::string_view text, json_reading reading);

/// Appends the compact wire form: camelCase, no nulls (but those of a struct that says `static
/// constexpr bool writes_nulls = true;`), arrays always, other text unescaped.
template <class T>
void append_json(std::string& out, const T& model);
template <class T>
[[nodiscard]] std::string to_json(const T& model);

/// Appends a JSON string, quotes included. REQUIRES: UTF-8.
PARTNER_CENTER_EXPORT void append_json_string(std::string& out, std::string_view text);

namespace detail {

struct slot;

/// A JSON value that is not an object or an array. `text` is the string's content or the number,
/// `true`, `false` or `null` as written.
struct scalar {
    enum class type { null, boolean, number, string };
    type kind{};
    std::string_view text{};
};

/// What came of putting a scalar somewhere.
enum class put_result { ok, wrong_type, unknown_word };

/// How a C++ type is filled from JSON: a table of functions over an erased object. A null function
/// means that the type takes nothing of that kind.
struct shape {
    std::string_view form{};  ///< for people: "a string"
    put_result (*put)(void*, const scalar&, json_reading){};
    slot (*open_object)(void*){};
    slot (*open_array)(void*){};
    slot (*member)(void*, std::string_view key, json_reading, std::string_view& wire_name){};
    slot (*element)(void*){};
};

/// An object to fill and how; without an object, a value to skip.
struct slot {
    void* object{};
    const shape* how{};
};

template <class T>
struct shape_for;

template <class T>
inline constexpr shape shape_of = shape_for<T>::value;

template <class T>
[[nodiscard]] slot slot_for(T& object) {
    return {&object, &shape_of<T>};
}

/// Parses `text` into `root`; the fault when that is not possible.
PARTNER_CENTER_EXPORT [[nodiscard]] std::optional<fault> read_json(
    std::string_view text, slot root, json_reading reading, const json_limits& limits
);

/// Here, because the wire name is a constant to its caller: then no function compares short ones.
[[nodiscard]] inline bool matches_wire_name(
    std::string_view key, std::string_view wire_name, json_reading reading
) {
    if (reading == json_reading::strict) return key == wire_name;
    return equals_ignoring_case(key, wire_name);
}
PARTNER_CENTER_EXPORT [[nodiscard]] bool matches_word(
    std::string_view word, std::string_view enumerator
);

template <class T>
concept described_struct = boost::describe::has_describe_members<T>::value && std::is_class_v<T>;

template <class T>
concept described_enum = boost::describe::has_describe_enumerators<T>::value;

template <described_struct T>
[[nodiscard]] constexpr letter_case wire_case_of() {
    if constexpr (requires { T::wire_case; }) {
        return T::wire_case;
    } else {
        return letter_case::camel;
    }
}

/// The wire name of a described member, made once at compile time.
template <class T, class Member>
inline constexpr auto wire_name_of = [] {
    constexpr std::string_view name = Member::name;
    if constexpr (requires { T::spelt; }) {
        for (const own_spelling& each : T::spelt) {
            if (each.member == name) return fixed_text<name.size()>::of(each.wire);
        }
    }
    return wire_name<name.size()>(name, wire_case_of<T>());
}();

/// True for what only the service says of a resource: clients send it back, or what they have
/// instead of it, and it is not even looked at. A struct that has such members lists them as
/// `static constexpr std::array set_by_service{…};`.
template <class T>
[[nodiscard]] constexpr bool is_set_by_service(std::string_view member) {
    if constexpr (requires { T::set_by_service; }) {
        return std::ranges::find(T::set_by_service, member) != T::set_by_service.end();
    } else {
        return false;
    }
}

/// "one of next, previous": what a word of an enumeration has to be. One that does not fit does not
/// compile.
template <class Words>
inline constexpr auto one_of = [] {
    fixed_text<256> out;
    boost::mp11::mp_for_each<Words>([&](auto word) {
        out.push(std::string_view{out.size == 0 ? "one of " : ", "});
        out.push(std::string_view{word.name});
    });
    return out;
}();

template <>
struct shape_for<std::string> {
    static put_result put(void* object, const scalar& in, json_reading reading) {
        auto& out = *static_cast<std::string*>(object);
        if (reading == json_reading::strict && in.kind != scalar::type::string) {
            return put_result::wrong_type;
        }
        out = in.kind == scalar::type::null ? std::string_view{} : in.text;
        return put_result::ok;
    }
    static constexpr shape value{.form = "a string", .put = put};
};

template <>
struct shape_for<bool> {
    static put_result put(void* object, const scalar& in, json_reading reading) {
        auto& out = *static_cast<bool*>(object);
        const bool lenient = reading != json_reading::strict;
        const bool is_null = in.kind == scalar::type::null && lenient;
        const bool is_word =
            in.kind == scalar::type::string && lenient && (in.text == "true" || in.text == "false");
        if (in.kind != scalar::type::boolean && !is_null && !is_word) return put_result::wrong_type;
        out = in.text == "true";
        return put_result::ok;
    }
    static constexpr shape value{.form = "true or false", .put = put};
};

template <std::integral T>
requires(!std::same_as<T, bool>) struct shape_for<T> {
    static put_result put(void* object, const scalar& in, json_reading reading) {
        auto& out = *static_cast<T*>(object);
        const bool strict = reading == json_reading::strict;
        if (in.kind == scalar::type::null && !strict) {
            out = T{};
            return put_result::ok;
        }
        const bool readable =
            in.kind == scalar::type::number || (in.kind == scalar::type::string && !strict);
        if (!readable) return put_result::wrong_type;
        T parsed{};
        const auto [end, failed] =
            std::from_chars(in.text.data(), in.text.data() + in.text.size(), parsed);
        if (failed != std::errc{} || end != in.text.data() + in.text.size()) {
            return put_result::wrong_type;
        }
        out = parsed;
        return put_result::ok;
    }
    static constexpr shape value{.form = "a whole number in range", .put = put};
};

template <>
struct shape_for<guid> {
    static put_result put(void* object, const scalar& in, json_reading reading) {
        auto& out = *static_cast<guid*>(object);
        if (in.kind == scalar::type::null && reading != json_reading::strict) {
            out = guid{};
            return put_result::ok;
        }
        const auto parsed =
            in.kind == scalar::type::string ? parse_guid(in.text) : std::optional<guid>{};
        if (!parsed) return put_result::wrong_type;
        out = *parsed;
        return put_result::ok;
    }
    static constexpr shape value{.form = "a GUID", .put = put};
};

template <described_enum T>
struct shape_for<T> {
    using words = boost::describe::describe_enumerators<T>;

    static put_result put(void* object, const scalar& in, json_reading reading) {
        auto& out = *static_cast<T*>(object);
        if (in.kind == scalar::type::null) {
            out = T{};
            return put_result::ok;
        }
        if (in.kind == scalar::type::boolean) return put_result::wrong_type;
        bool found = false;
        boost::mp11::mp_for_each<words>([&](auto word) {
            const bool same = in.kind == scalar::type::string
                                  ? matches_word(in.text, word.name)
                                  : in.text == std::to_string(static_cast<int>(word.value));
            if (same) {
                out = word.value;
                found = true;
            }
        });
        if (found) return put_result::ok;
        if constexpr (requires { T::unknown; }) {
            if (reading == json_reading::response) {
                out = T::unknown;
                return put_result::ok;
            }
        }
        return put_result::unknown_word;
    }
    static constexpr shape value{.form = one_of<words>.view(), .put = put};
};

template <class T>
struct shape_for<std::optional<T>> {
    static T& fresh(void* object) { return static_cast<std::optional<T>*>(object)->emplace(); }

    static put_result put(void* object, const scalar& in, json_reading reading) {
        if (in.kind == scalar::type::null) {
            static_cast<std::optional<T>*>(object)->reset();
            return put_result::ok;
        }
        return shape_for<T>::put(&fresh(object), in, reading);
    }
    static slot open_object(void* object) { return shape_for<T>::open_object(&fresh(object)); }
    static slot open_array(void* object) { return shape_for<T>::open_array(&fresh(object)); }

    /// As T's, whose functions are then called on a fresh T.
    static constexpr shape value = [] {
        shape out{.form = shape_of<T>.form, .put = put};
        if constexpr (requires { &shape_for<T>::open_object; }) out.open_object = open_object;
        if constexpr (requires { &shape_for<T>::open_array; }) out.open_array = open_array;
        return out;
    }();
};

template <class T>
struct shape_for<std::vector<T>> {
    static put_result put(void* object, const scalar& in, json_reading reading) {
        if (in.kind != scalar::type::null || reading == json_reading::strict) {
            return put_result::wrong_type;
        }
        static_cast<std::vector<T>*>(object)->clear();
        return put_result::ok;
    }
    static slot open_array(void* object) {
        auto& items = *static_cast<std::vector<T>*>(object);
        items.clear();
        return slot_for(items);
    }
    static slot element(void* object) {
        return slot_for(static_cast<std::vector<T>*>(object)->emplace_back());
    }
    static constexpr shape value{
        .form = "an array", .put = put, .open_array = open_array, .element = element};
};

template <described_struct T>
struct shape_for<T> {
    static put_result put(void* object, const scalar& in, json_reading reading) {
        if (in.kind != scalar::type::null || reading == json_reading::strict) {
            return put_result::wrong_type;
        }
        *static_cast<T*>(object) = T{};
        return put_result::ok;
    }
    static slot open_object(void* object) {
        auto& model = *static_cast<T*>(object);
        model = T{};  // the last of two duplicates replaces the first, it is not merged into it
        return slot_for(model);
    }
    static slot member(
        void* object, std::string_view key, json_reading reading, std::string_view& name
    ) {
        auto& model = *static_cast<T*>(object);
        slot found;
        for_each_member<T>([&](auto member) {
            constexpr auto& wire = wire_name_of<T, decltype(member)>;
            constexpr bool is_ignored = is_set_by_service<T>(member.name);
            if (is_ignored && reading == json_reading::request) return;
            if (found.object == nullptr && matches_wire_name(key, wire.view(), reading)) {
                found = slot_for(model.*member.pointer);
                name = wire.view();
            }
        });
        return found;
    }
    static constexpr shape value{
        .form = "an object", .put = put, .open_object = open_object, .member = member};
};

inline void append_value(std::string& out, const std::string& text) {
    append_json_string(out, text);
}
inline void append_value(std::string& out, bool truth) {
    out += truth ? "true" : "false";
}

template <std::integral T>
requires(!std::same_as<T, bool>) void append_value(std::string& out, T number) {
    std::array<char, std::numeric_limits<T>::digits10 + 3> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), number);
    out.append(text.data(), written.ptr);
}

inline void append_value(std::string& out, const guid& id) {
    out += '"';
    append(out, id);
    out += '"';
}

template <described_enum T>
void append_value(std::string& out, T word) {
    append_json_string(out, boost::describe::enum_to_string(word, "unknown"));
}

template <described_struct T>
void append_value(std::string& out, const T& model);

template <class T>
void append_value(std::string& out, const std::vector<T>& items) {
    out += '[';
    for (const T& item : items) {
        if (&item != items.data()) out += ',';
        append_value(out, item);
    }
    out += ']';
}

template <class Member>
void append_member(std::string& out, std::string_view wire, const Member& member) {
    if (out.back() != '{') out += ',';
    out += '"';
    out += wire;
    out += "\":";
    append_value(out, member);
}

template <class T>
void append_member(std::string& out, std::string_view wire, const std::optional<T>& member) {
    if (member) append_member(out, wire, *member);
}

template <class Member>
void append_null(std::string& /*out*/, std::string_view /*wire*/, const Member& /*member*/) {}

/// What append_member() leaves out.
template <class T>
void append_null(std::string& out, std::string_view wire, const std::optional<T>& member) {
    if (member) return;
    if (out.back() != '{') out += ',';
    out.append("\"").append(wire).append("\":null");
}

template <described_struct T>
void append_value(std::string& out, const T& model) {
    out += '{';
    for_each_member<T>([&](auto member) {
        constexpr auto& wire = wire_name_of<T, decltype(member)>;
        append_member(out, wire.view(), model.*member.pointer);
        if constexpr (requires { T::writes_nulls; }) {
            append_null(out, wire.view(), model.*member.pointer);
        }
    });
    out += '}';
}

}  // namespace detail

template <class T>
result<T> from_json(std::string_view text, json_reading reading, const json_limits& limits) {
    T model{};
    if (auto failed = detail::read_json(text, detail::slot_for(model), reading, limits)) {
        return *std::move(failed);
    }
    return model;
}

template <class T>
result<T> from_json(std::string_view text, json_reading reading) {
    return from_json<T>(text, reading, json_limits{});
}

template <class T>
void append_json(std::string& out, const T& model) {
    detail::append_value(out, model);
}

template <class T>
std::string to_json(const T& model) {
    std::string out;
    append_json(out, model);
    return out;
}

}  // namespace partner_center
