// Canaries: texts that stand for secrets and personal data, and the hunt for them, however they may
// be written.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "server/identity/base64url.hpp"

namespace partner_center::testing {

/// All canaries of a test.
class canaries {
public:
    /// A new one, of ASCII letters in both cases and digits, that says where it was put.
    [[nodiscard]] std::string make(std::string_view place) {
        std::string text = "Cnry";
        for (const char c : place) {
            if (c != '_') text += c;
        }
        text += fmt::format("{}Yrnc", 7'310'000 + all_.size());
        keep(text);
        return text;
    }

    /// Makes a text that came about otherwise, such as a token, one of them.
    void keep(const std::string& text) { all_.push_back({text, forms_of(text)}); }

    /// Those that stand in the text, each with the form it was found in.
    [[nodiscard]] std::vector<std::string> found_in(const std::string& text) const {
        std::vector<std::string> found;
        const std::string lower = lower_case(text);
        for (const canary& each : all_) {
            for (const form& written : each.forms) {
                const std::string& place = written.any_case ? lower : text;
                if (place.find(written.text) == std::string::npos) continue;
                found.push_back(fmt::format("{} as {}", each.text, written.text));
            }
        }
        return found;
    }

private:
    struct form {
        std::string text{};
        bool any_case{};  ///< then `text` is in lower case
    };
    struct canary {
        std::string text{};
        std::vector<form> forms{};
    };

    [[nodiscard]] static std::string lower_case(std::string text) {
        std::ranges::transform(text, text.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        return text;
    }

    /// Each byte as two hexadecimal digits behind `mark`.
    [[nodiscard]] static std::string in_hex(std::string_view text, std::string_view mark) {
        std::string out;
        for (const char c : text)
            out += fmt::format("{}{:02x}", mark, static_cast<unsigned char>(c));
        return out;
    }

    /// What base64 of anything that holds the text at `offset` (modulo 3) must hold.
    [[nodiscard]] static std::string in_base64url(std::string_view text, std::size_t offset) {
        const std::string encoded = to_base64url(std::string(offset, '\0') + std::string{text});
        const std::size_t begin = (offset * 8 + 5) / 6;
        const std::size_t end = (offset + text.size()) * 8 / 6;
        return encoded.substr(begin, end - begin);
    }

    [[nodiscard]] static std::vector<form> forms_of(const std::string& text) {
        std::vector<form> forms;
        for (const char* mark : {"", "%", "\\u00", "\\x"}) {
            forms.push_back({in_hex(text, mark), true});
        }
        forms.push_back({lower_case(text), true});
        for (const std::size_t offset : {0U, 1U, 2U}) {
            std::string encoded = in_base64url(text, offset);
            forms.push_back({encoded, false});
            std::ranges::replace(encoded, '-', '+');
            std::ranges::replace(encoded, '_', '/');
            forms.push_back({encoded, false});
        }
        return forms;
    }

    std::vector<canary> all_{};
};

}  // namespace partner_center::testing
