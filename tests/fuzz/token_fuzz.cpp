// Any bytes, as Authorization headers and as headers and payloads of tokens: nothing is accepted
// that the one fixed key did not sign, and what is accepted says what was signed. Calls bearer.cpp,
// claims.cpp and what they call.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "server/identity/base64url.hpp"
#include "server/identity/bearer.hpp"
#include "server/identity/claims.hpp"
#include "server/identity/jws.hpp"
#include "server/identity/private_file.hpp"
#include "tests/fuzz/token_fuzz_key.hpp"

namespace {

using partner_center::bearer_token;
using partner_center::fault_kind;
using partner_center::key_ring;
using partner_center::open_jws;
using partner_center::read_claims;
using partner_center::signing_key;
using partner_center::to_base64url;

/// 2024-01-22 09:14:52 UTC: the corpus has tokens of that time.
constexpr partner_center::system_time noon{std::chrono::seconds{1'705'914'892}};

void require(bool holds) {
    if (!holds) std::abort();
}

[[nodiscard]] key_ring load_fixed_keys() {
    std::string folder = (std::filesystem::temp_directory_path() / "token_fuzz-XXXXXX").string();
    require(::mkdtemp(folder.data()) != nullptr);
    const std::filesystem::path file = partner_center::signing_key_file(folder);
    partner_center::publish_private_file(file, token_fuzz_key);
    key_ring keys = partner_center::load_keys(folder);
    std::filesystem::remove_all(folder);
    return keys;
}

[[nodiscard]] const key_ring& keys() {
    static const key_ring fixed = load_fixed_keys();
    return fixed;
}
[[nodiscard]] const signing_key& key() {
    return keys().signing;
}

/// What holds of any text that is presented as a token; whether it was accepted.
[[nodiscard]] bool check(std::string_view token) {
    const auto payload = open_jws(keys(), token, noon);
    const auto claims = read_claims(keys(), token, noon);
    if (!payload) {
        require(!claims && claims.error().kind == fault_kind::bad_token);
        return false;
    }
    // Signatures of this kind are unique: what our key signs is what is presented, byte for byte.
    const auto dot = token.rfind('.');
    const std::string_view text = token.substr(0, dot);
    require(to_base64url(key().sign(text)) == token.substr(dot + 1));
    require(to_base64url(*payload) == text.substr(text.find('.') + 1));
    if (!claims) {
        require(claims.error().description.empty());
        return false;
    }
    require(token.size() <= partner_center::token_bytes_max);
    require(claims->times.has_begun(noon) && !claims->times.has_ended(noon));
    require(claims->caller.is_user() || claims->caller.roles.empty());
    return true;
}

/// Lines, each an Authorization header's value.
void read_headers(std::string_view lines) {
    std::vector<partner_center::http::field_view> fields;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        fields.push_back({"authorization", line});
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    }
    const auto token = bearer_token({.fields = fields});
    if (!token) {
        const fault_kind kind = token.error().kind;
        require(kind == (fields.size() > 1 ? fault_kind::bad_token : fault_kind::missing_token));
        return;
    }
    require(fields.size() == 1 && !token->empty() && fields[0].value.ends_with(*token));
    (void)check(*token);
}

/// A header and a payload with a NUL between, signed; then with one letter changed.
void read_signed(std::string_view parts, std::size_t letter) {
    const std::string_view header = parts.substr(0, parts.find('\0'));
    const std::string_view payload = parts.substr(std::min(header.size() + 1, parts.size()));
    std::string token = to_base64url(header) + '.' + to_base64url(payload);
    token += '.' + to_base64url(key().sign(token));
    (void)check(token);

    char& changed = token[letter % token.size()];
    changed = changed == 'A' ? 'B' : 'A';
    require(!open_jws(keys(), token, noon));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    // A target that takes nothing at all would find nothing.
    const std::string id = R"("1d000000-0000-0000-0000-000000000001")";
    const std::string payload = R"({"exp":1705918491,"tid":)" + id + R"(,"appid":)" + id + "}";
    require(check(partner_center::make_jws(key(), payload)));
    return 0;
}

/// The first byte says which of the two follows: 'h' headers, else a letter's place (two bytes) and
/// parts to sign.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const std::string text{data, data + size};
    if (text[0] == 'h') {
        read_headers(std::string_view{text}.substr(1));
    } else {
        const std::size_t letter = data[1] * 256U + data[2];
        read_signed(std::string_view{text}.substr(3), letter);
    }
    return 0;
}
