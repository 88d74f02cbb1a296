// Tokens put together by hand, good or bad, for tests. Calls signing_key.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/identity/base64url.hpp"
#include "server/identity/signing_key.hpp"
#include <partner_center/guid.hpp>

namespace partner_center::testing {

/// A JSON object whose members are written as they are, good or bad.
class members {
public:
    members(std::initializer_list<std::pair<std::string, std::string>> list) : list_{list} {}

    [[nodiscard]] members with(const std::string& name, const std::string& json) const {
        return without(name).twice(name, json);
    }
    [[nodiscard]] members without(const std::string& name) const {
        members changed = *this;
        std::erase_if(changed.list_, [&](const auto& each) { return each.first == name; });
        return changed;
    }
    /// Adds a member beside what is there, also when that has the same name.
    [[nodiscard]] members twice(const std::string& name, const std::string& json) const {
        members changed = *this;
        changed.list_.emplace_back(name, json);
        return changed;
    }
    [[nodiscard]] std::string json() const {
        std::string out = "{";
        for (const auto& [name, value] : list_) {
            if (out.size() > 1) out += ',';
            out += '"' + name + "\":" + value;
        }
        return out + '}';
    }

private:
    std::vector<std::pair<std::string, std::string>> list_;
};

[[nodiscard]] inline std::string in_quotes(std::string_view text) {
    return '"' + std::string{text} + '"';
}
[[nodiscard]] inline std::string in_quotes(const guid& id) {
    return in_quotes(to_string(id));
}

/// What a signature is made of.
[[nodiscard]] inline std::string signed_text(std::string_view header, std::string_view payload) {
    return to_base64url(header) + '.' + to_base64url(payload);
}

/// A token that this key really signed, whatever is in it.
[[nodiscard]] inline std::string token_of(
    const signing_key& key, std::string_view header, std::string_view payload
) {
    const std::string text = signed_text(header, payload);
    return text + '.' + to_base64url(key.sign(text));
}

/// The same token with another text for its signature.
[[nodiscard]] inline std::string with_signature(
    const std::string& token, std::string_view signature
) {
    return token.substr(0, token.rfind('.') + 1).append(signature);
}
[[nodiscard]] inline std::string signature_of(const std::string& token) {
    return token.substr(token.rfind('.') + 1);
}

}  // namespace partner_center::testing
