// What two sides changed in the same resource, member by member, for people and for merging. Works
// for every described model. Includes the JSON codec, for wire names and the texts of values.
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include <partner_center/json.hpp>
#include <partner_center/models/attributes.hpp>
#include <partner_center/models/links.hpp>
#include <partner_center/operation.hpp>

namespace partner_center {

/// The same resource three times: as both sides read it, as it is now, and as you want it.
template <class Model>
struct versions {
    Model base{};    ///< as both sides read it
    Model theirs{};  ///< as it is now
    Model mine{};    ///< as you want it
};

/// A member that is not the same in all versions. Values are as people read them: texts as they
/// are, all else as JSON; absent where the version has no such member.
struct field_difference {
    std::string path{};                   ///< wire names: "defaultAddress.city"
    std::optional<std::string> base{};    ///< as both sides read it
    std::optional<std::string> theirs{};  ///< as it is now
    std::optional<std::string> mine{};    ///< as you want it
    bool is_conflict{};                   ///< both sides changed it, to something different

    friend bool operator==(const field_difference&, const field_difference&) = default;
};

/// The differences in the order of the model's members. Lists count as one value. Links and
/// attributes (the etag among them) are the service's and left out.
template <detail::described_struct Model>
[[nodiscard]] std::vector<field_difference> field_diff(const versions<Model>& of);

/// A model with the changes of both sides, or nothing when there is a conflict. Its links and
/// attributes are theirs, so that updating with it replaces what is there now.
template <detail::described_struct Model>
[[nodiscard]] std::optional<Model> merge(const versions<Model>& of);

namespace detail {

/// What is the service's in every resource.
template <class T>
concept service_member = std::same_as<T, resource_attributes> || std::same_as<T, resource_links> ||
    std::same_as<T, std::optional<resource_links>>;

/// One member of the three versions; null where there is none.
template <class T>
struct member_versions {
    const T* base{};
    const T* theirs{};
    const T* mine{};
};

template <class T>
[[nodiscard]] bool is_same(const T* left, const T* right) {
    if (left == nullptr || right == nullptr) return left == right;
    return *left == *right;
}

template <class T>
[[nodiscard]] bool is_conflict(const member_versions<T>& of) {
    return !is_same(of.base, of.theirs) && !is_same(of.base, of.mine) &&
           !is_same(of.theirs, of.mine);
}

[[nodiscard]] inline std::string text_for_people(const std::string& text) {
    return text;
}
template <class T>
[[nodiscard]] std::string text_for_people(const T& value) {
    std::string out;
    append_value(out, value);
    return out;
}
template <class T>
[[nodiscard]] std::optional<std::string> text_for_people(const T* value) {
    if (value == nullptr) return {};
    return text_for_people(*value);
}

template <class Out, class In, class Step>
[[nodiscard]] member_versions<Out> step_into(const member_versions<In>& of, const Step& step) {
    const auto into = [&](const In* from) { return from == nullptr ? nullptr : step(*from); };
    return {.base = into(of.base), .theirs = into(of.theirs), .mine = into(of.mine)};
}

/// Appends the differences at and below a member.
template <class T>
struct differences_of {
    static void append(
        std::vector<field_difference>& out, std::string path, const member_versions<T>& of
    ) {
        if (is_same(of.base, of.theirs) && is_same(of.base, of.mine)) return;
        out.push_back({
            .path = std::move(path),
            .base = text_for_people(of.base),
            .theirs = text_for_people(of.theirs),
            .mine = text_for_people(of.mine),
            .is_conflict = is_conflict(of),
        });
    }
};

template <class T>
struct differences_of<std::optional<T>> {
    static void append(
        std::vector<field_difference>& out,
        std::string path,
        const member_versions<std::optional<T>>& of
    ) {
        const auto content = [](const std::optional<T>& from) { return from ? &*from : nullptr; };
        differences_of<T>::append(out, std::move(path), step_into<T>(of, content));
    }
};

template <described_struct T>
struct differences_of<T> {
    static void append(
        std::vector<field_difference>& out, const std::string& path, const member_versions<T>& of
    ) {
        for_each_member<T>([&](auto member) {
            using inner = std::remove_cvref_t<decltype(of.base->*member.pointer)>;
            if constexpr (!service_member<inner>) {
                std::string name = path.empty() ? "" : path + '.';
                name += wire_name_of<T, decltype(member)>.view();
                const auto take = [&](const T& from) { return &(from.*member.pointer); };
                differences_of<inner>::append(out, std::move(name), step_into<inner>(of, take));
            }
        });
    }
};

/// What both sides together make of a value; nothing when that is a conflict.
template <class T>
[[nodiscard]] std::optional<T> merged(const versions<T>& of) {
    if (of.mine == of.base) return of.theirs;
    if (of.theirs == of.base || of.theirs == of.mine) return of.mine;
    return {};
}

template <described_struct T>
[[nodiscard]] std::optional<std::optional<T>> merged(const versions<std::optional<T>>& of);

template <described_struct T>
[[nodiscard]] std::optional<T> merged(const versions<T>& of) {
    std::optional<T> out{of.theirs};
    for_each_member<T>([&](auto member) {
        using inner = std::remove_cvref_t<decltype(of.base.*member.pointer)>;
        if constexpr (!service_member<inner>) {
            if (!out) return;
            auto value = merged(versions<inner>{
                .base = of.base.*member.pointer,
                .theirs = of.theirs.*member.pointer,
                .mine = of.mine.*member.pointer,
            });
            if (value) {
                (*out).*member.pointer = *std::move(value);
            } else {
                out.reset();
            }
        }
    });
    return out;
}

/// An absent struct is one without members, unless both sides agree that it is there.
template <described_struct T>
std::optional<std::optional<T>> merged(const versions<std::optional<T>>& of) {
    const auto content = merged(versions<T>{
        .base = of.base.value_or(T{}),
        .theirs = of.theirs.value_or(T{}),
        .mine = of.mine.value_or(T{}),
    });
    if (!content) return {};
    const bool mine_counts = of.mine.has_value() != of.base.has_value();
    const bool is_there = mine_counts ? of.mine.has_value() : of.theirs.has_value();
    if (is_there || *content != T{}) return std::optional<T>{*content};
    return std::optional<T>{};
}

}  // namespace detail

template <detail::described_struct Model>
std::vector<field_difference> field_diff(const versions<Model>& of) {
    std::vector<field_difference> out;
    detail::differences_of<Model>::append(
        out, "", {.base = &of.base, .theirs = &of.theirs, .mine = &of.mine}
    );
    return out;
}

template <detail::described_struct Model>
std::optional<Model> merge(const versions<Model>& of) {
    return detail::merged(of);
}

}  // namespace partner_center
