// The reading half of the codec: drives Boost.JSON's event parser and fills slots as events come.
// Nothing here knows a model; json.hpp makes the tables of functions that are called back.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include <boost/json/basic_parser_impl.hpp>

#include <partner_center/json.hpp>

namespace partner_center {

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c >= ' ' && c != '"' && c != '\\') continue;
        out.append(text.substr(start, at - start));
        start = at + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\b':
                out += "\\b";
                break;
            case '\f':
                out += "\\f";
                break;
            default:
                out += "\\u00";
                out += digits[c >> 4U];
                out += digits[c & 15U];
        }
    }
    out.append(text.substr(start)).append("\"");
}

namespace detail {
namespace {

namespace json = boost::json;

/// Of an object that is read strictly: as many as a token has claims.
constexpr std::size_t names_expected = 20;

/// Receives the parser's events. An error of ours is kept in `problem` and stops the parser.
class filler {
public:
    // Boost.JSON asks for these four; the text as a whole is bounded before it is parsed.
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    filler(slot root, json_reading reading) : reading_{reading}, root_{root} {}

    std::optional<fault> problem{};

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }

    bool on_object_begin(json::error_code& failed) {
        const slot target = next_slot();
        slot opened;
        if (target.object != nullptr) {
            if (target.how->open_object == nullptr) return refuse(target, failed);
            opened = target.how->open_object(target.object);
        }
        frames_.push_back({.target = opened});
        return true;
    }
    bool on_object_end(std::size_t, json::error_code&) { return close(); }

    bool on_array_begin(json::error_code& failed) {
        const slot target = next_slot();
        slot opened;
        if (target.object != nullptr) {
            if (target.how->open_array == nullptr) return refuse(target, failed);
            opened = target.how->open_array(target.object);
        }
        frames_.push_back({.target = opened, .is_array = true});
        return true;
    }
    bool on_array_end(std::size_t, json::error_code&) { return close(); }

    bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code& failed) {
        text_.append(part.data(), part.size());
        frame& object = frames_.back();
        object.name = {};
        object.next = {};
        if (object.target.object != nullptr) {
            object.next =
                object.target.how->member(object.target.object, text_, reading_, object.name);
        }
        if (reading_ == json_reading::strict) {
            if (std::ranges::find(object.seen, text_) != object.seen.end()) {
                return fail(fault_kind::invalid_body, "a name comes twice", failed);
            }
            if (object.seen.empty()) object.seen.reserve(names_expected);
            object.seen.push_back(text_);
        }
        text_.clear();
        return true;
    }

    bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_string(json::string_view part, std::size_t, json::error_code& failed) {
        text_.append(part.data(), part.size());
        return put(scalar::type::string, failed);
    }
    bool on_number_part(json::string_view part, json::error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t, json::string_view part, json::error_code& failed) {
        return on_number(part, failed);
    }
    bool on_uint64(std::uint64_t, json::string_view part, json::error_code& failed) {
        return on_number(part, failed);
    }
    bool on_double(double, json::string_view part, json::error_code& failed) {
        return on_number(part, failed);
    }
    bool on_bool(bool value, json::error_code& failed) {
        text_ = value ? "true" : "false";
        return put(scalar::type::boolean, failed);
    }
    bool on_null(json::error_code& failed) {
        text_ = "null";
        return put(scalar::type::null, failed);
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

private:
    /// An object or array that is open. `next` is where the value of the current name goes.
    struct frame {
        slot target{};
        bool is_array{};
        std::size_t index{};
        std::string_view name{};
        slot next{};
        std::vector<std::string> seen{};
    };

    [[nodiscard]] slot next_slot() {
        if (frames_.empty()) return root_;
        frame& open = frames_.back();
        if (!open.is_array) return open.next;
        ++open.index;
        return open.target.object == nullptr ? slot{}
                                             : open.target.how->element(open.target.object);
    }

    bool close() {
        frames_.pop_back();
        return true;
    }

    bool on_number(json::string_view part, json::error_code& failed) {
        text_.append(part.data(), part.size());
        return put(scalar::type::number, failed);
    }

    bool put(scalar::type kind, json::error_code& failed) {
        const slot target = next_slot();
        auto outcome = put_result::ok;
        if (frames_.empty() || (target.object != nullptr && target.how->put == nullptr)) {
            outcome = put_result::wrong_type;  // the document itself has to be an object
        } else if (target.object != nullptr) {
            outcome = target.how->put(target.object, {kind, text_}, reading_);
        }
        text_.clear();
        if (outcome == put_result::wrong_type) return refuse(target, failed);
        if (outcome == put_result::unknown_word) {
            return fail(fault_kind::unknown_enum, must_be(target), failed);
        }
        return true;
    }

    /// The path of the current value, by wire names: "defaultAddress.city", "items[2].id".
    [[nodiscard]] std::string path() const {
        std::string out;
        for (const frame& open : frames_) {
            if (open.is_array) {
                out += '[' + std::to_string(open.index - 1) + ']';
            } else {
                if (!out.empty()) out += '.';
                out += open.name;
            }
        }
        return out.empty() ? "the request body" : out;
    }

    [[nodiscard]] std::string must_be(slot target) const {
        return path() + " must be " + std::string{target.how->form} + '.';
    }

    bool refuse(slot target, json::error_code& failed) {
        return fail(fault_kind::invalid_body, must_be(target), failed);
    }

    bool fail(fault_kind kind, std::string description, json::error_code& failed) {
        problem = fault{kind, std::move(description), {}};
        failed = json::error::exception;
        return false;
    }

    json_reading reading_;
    slot root_;
    std::vector<frame> frames_{};
    std::string text_{};
};

[[nodiscard]] fault not_json(std::size_t offset) {
    return {
        .kind = fault_kind::invalid_body,
        .description = "request body is not valid JSON (offset " + std::to_string(offset) + ")",
    };
}

}  // namespace

std::optional<fault> read_json(
    std::string_view text, slot root, json_reading reading, const json_limits& limits
) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.size() > limits.bytes_max) return fault{.kind = fault_kind::body_too_large};
    std::size_t skipped = 0;
    if (reading != json_reading::strict && text.starts_with(byte_order_mark)) {
        skipped = byte_order_mark.size();
        text.remove_prefix(skipped);
    }

    json::parse_options options;
    options.max_depth = limits.depth_max;
    options.allow_trailing_commas = reading != json_reading::strict;
    json::basic_parser<filler> parser{options, root, reading};
    json::error_code failed;
    const std::size_t consumed = parser.write_some(false, text.data(), text.size(), failed);

    if (parser.handler().problem) return std::move(parser.handler().problem);
    if (failed == json::error::too_deep) {
        return fault{
            .kind = fault_kind::invalid_body,
            .description =
                "the request body is nested deeper than " + std::to_string(limits.depth_max),
        };
    }
    if (failed || consumed < text.size()) return not_json(skipped + consumed);
    return {};
}

// relationship_none, relationshipNone and RelationshipNone are one word.
bool matches_word(std::string_view word, std::string_view enumerator) {
    std::size_t at = 0;
    for (const char c : word) {
        if (at < enumerator.size() && enumerator[at] == '_' && c != '_') ++at;
        if (at == enumerator.size() || to_lower(c) != to_lower(enumerator[at])) return false;
        ++at;
    }
    return at == enumerator.size();
}

}  // namespace detail
}  // namespace partner_center
