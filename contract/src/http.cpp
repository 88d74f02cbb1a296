// Looking things up in an exchange. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <utility>

#include <partner_center/http.hpp>
#include <partner_center/names.hpp>

namespace partner_center {
namespace {

constexpr std::array<std::pair<verb, std::string_view>, 6> verbs{{
    {verb::get, "GET"},
    {verb::head, "HEAD"},
    {verb::post, "POST"},
    {verb::put, "PUT"},
    {verb::patch, "PATCH"},
    {verb::delete_, "DELETE"},
}};

template <class Fields>
[[nodiscard]] std::optional<std::string_view> find_in(const Fields& fields, std::string_view name) {
    for (const auto& field : fields) {
        if (equals_ignoring_case(field.name, name)) return field.value;
    }
    return {};
}

[[nodiscard]] [[maybe_unused]] bool is_plain(std::string_view text) {
    return std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    });
}

}  // namespace

std::string_view to_string(verb method) {
    return std::ranges::find(verbs, method, &std::pair<verb, std::string_view>::first)->second;
}

std::optional<verb> parse_verb(std::string_view text) {
    const auto found = std::ranges::find(verbs, text, &std::pair<verb, std::string_view>::second);
    if (found == verbs.end()) return {};
    return found->first;
}

bool detail::equal_letters(const char* left, const char* right, std::size_t size) {
    // Most texts that are equal are so to the letter.
    return size == 0 || std::memcmp(left, right, size) == 0 ||
           std::equal(left, left + size, right, [](char a, char b) {
               return to_lower(a) == to_lower(b);
           });
}

namespace http {

std::optional<std::string_view> response::find(std::string_view name) const {
    return find_in(fields, name);
}

std::optional<std::string_view> request_view::find(std::string_view name) const {
    return find_in(fields, name);
}

std::size_t request_view::count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count_if(fields, [&](const field_view& field) {
        return equals_ignoring_case(field.name, name);
    }));
}

void answer::clear() {
    status = 0;
    content_type = {};
    fields.clear();
    body.clear();
    rest = nullptr;
    close = false;
}

void answer::add(std::string_view name, std::string_view value) {
    assert(is_plain(name) && is_plain(value));
    fields.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace http
}  // namespace partner_center
