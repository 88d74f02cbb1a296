// Writes YAML by hand, which for values of JSON is short; reading it is libyaml's business.
// SPDX-License-Identifier: MIT
#include "cli/yaml.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <yaml.h>

#include "cli/failure.hpp"
#include "cli/text.hpp"
#include <partner_center/json.hpp>

namespace partner_center::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t depth_max = 64;

[[nodiscard]] bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 128;
}

/// True when every reader of YAML takes the bare text for that text.
[[nodiscard]] bool is_plain(std::string_view text) {
    constexpr std::array<std::string_view, 8> words{
        "null", "true", "false", "yes", "no", "on", "off", "y"};
    const auto is_word = [&](std::string_view word) { return equals_ignoring_case(text, word); };
    const auto is_harmless = [](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') ||
               std::string_view{" .,_@/+-'&()"}.find(c) != std::string_view::npos;
    };
    return !text.empty() && is_letter(text.front()) && text.back() != ' ' &&
           std::ranges::all_of(text, is_harmless) && std::ranges::none_of(words, is_word) &&
           !equals_ignoring_case(text, "n") && printable(text) == text;
}

[[nodiscard]] std::string scalar_text(const json::value& value) {
    const auto* text = value.if_string();
    if (text != nullptr && is_plain({text->data(), text->size()})) {
        return {text->data(), text->size()};
    }
    return json::serialize(value);  // JSON's quoted strings are YAML's, too
}

void append(std::string& out, const json::value& value, std::size_t indent, bool is_in_line);

/// A member's value, or an item's, after its ":" or "-".
void append_after(std::string& out, const json::value& value, std::size_t indent) {
    const auto* object = value.if_object();
    const auto* array = value.if_array();
    if ((object != nullptr && !object->empty()) || (array != nullptr && !array->empty())) {
        out += '\n';
        append(out, value, indent, false);
        return;
    }
    out += ' ' + scalar_text(value) + '\n';
}

void append(std::string& out, const json::value& value, std::size_t indent, bool is_in_line) {
    if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
        for (const auto& member : *object) {
            if (!is_in_line) out.append(indent, ' ');
            is_in_line = false;
            out += scalar_text(json::string{member.key()}) + ':';
            append_after(out, member.value(), indent + 2);
        }
    } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
        for (const json::value& each : *array) {
            if (!is_in_line) out.append(indent, ' ');
            is_in_line = false;
            out += "- ";
            append(out, each, indent + 2, true);
        }
    } else {
        if (!is_in_line) out.append(indent, ' ');
        out += scalar_text(value) + '\n';
    }
}

/// Makes JSON of the parser's events.
class json_maker {
public:
    /// True until the document has ended.
    [[nodiscard]] bool take(const yaml_event_t& event);
    [[nodiscard]] std::string json() && { return std::move(json_); }

private:
    struct level {
        bool is_mapping{};
        std::size_t items{};  ///< keys and values each count
    };

    void begin_item();
    void open(char bracket, bool is_mapping);
    void close(char bracket);
    void scalar(const yaml_event_t& event);

    std::string json_{};
    std::vector<level> levels_{};
    bool has_document_{};
};

[[noreturn]] void refuse(const yaml_mark_t& where, std::string_view why) {
    throw failure{
        exit_status::invalid_input,
        fmt::format("line {}, column {}: {}", where.line + 1, where.column + 1, why)};
}

bool json_maker::take(const yaml_event_t& event) {
    switch (event.type) {
        case YAML_DOCUMENT_START_EVENT:
            if (has_document_) refuse(event.start_mark, "there is more than one document");
            has_document_ = true;
            break;
        case YAML_MAPPING_START_EVENT:
            if (levels_.size() == depth_max) refuse(event.start_mark, "this is nested too deep");
            open('{', true);
            break;
        case YAML_MAPPING_END_EVENT:
            close('}');
            break;
        case YAML_SEQUENCE_START_EVENT:
            if (levels_.size() == depth_max) refuse(event.start_mark, "this is nested too deep");
            open('[', false);
            break;
        case YAML_SEQUENCE_END_EVENT:
            close(']');
            break;
        case YAML_SCALAR_EVENT:
            scalar(event);
            break;
        case YAML_ALIAS_EVENT:
            refuse(event.start_mark, "aliases are not taken: write the value");
        case YAML_STREAM_END_EVENT:
            return false;
        default:
            break;
    }
    return true;
}

void json_maker::begin_item() {
    if (levels_.empty()) return;
    level& at = levels_.back();
    const bool is_value = at.is_mapping && at.items % 2 == 1;
    if (is_value)
        json_ += ':';
    else if (at.items > 0)
        json_ += ',';
    ++at.items;
}

void json_maker::open(char bracket, bool is_mapping) {
    begin_item();
    json_ += bracket;
    levels_.push_back({.is_mapping = is_mapping});
}

void json_maker::close(char bracket) {
    json_ += bracket;
    levels_.pop_back();
}

void json_maker::scalar(const yaml_event_t& event) {
    const auto& in = event.data.scalar;
    const std::string_view text{reinterpret_cast<const char*>(in.value), in.length};
    begin_item();
    const bool is_key = !levels_.empty() && levels_.back().is_mapping && levels_.back().items % 2;
    const bool is_bare = in.style == YAML_PLAIN_SCALAR_STYLE && !is_key;
    if (is_bare && (text.empty() || text == "~" || text == "null")) {
        json_ += "null";
    } else if (is_bare && (text == "true" || text == "false")) {
        json_ += text;
    } else {
        append_json_string(json_, text);
    }
}

}  // namespace

std::string yaml_text(const json::value& value) {
    std::string out;
    append(out, value, 0, false);
    return out;
}

std::string json_of_yaml(std::string_view yaml) {
    yaml_parser_t parser{};
    if (yaml_parser_initialize(&parser) == 0) throw std::bad_alloc{};
    const std::unique_ptr<yaml_parser_t, void (*)(yaml_parser_t*)> parsing{
        &parser, yaml_parser_delete};
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &parser, reinterpret_cast<const unsigned char*>(yaml.data()), yaml.size()
    );
    json_maker made;
    for (bool goes_on = true; goes_on;) {
        yaml_event_t event{};
        if (yaml_parser_parse(&parser, &event) == 0) {
            refuse(parser.problem_mark, parser.problem == nullptr ? "no UTF-8" : parser.problem);
        }
        const std::unique_ptr<yaml_event_t, void (*)(yaml_event_t*)> handled{
            &event, yaml_event_delete};
        goes_on = made.take(event);
    }
    return std::move(made).json();
}

}  // namespace partner_center::cli
