// Any bytes, to the decoder of chunked bodies: however they are cut it reads what a second, naive
// decoder reads from the whole. Calls chunked_body.cpp.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/chunked_body.hpp"

namespace {

using partner_center::http::chunked_body;

void require(bool holds) {
    if (!holds) std::abort();
}

/// What a body comes to, and how many bytes it took with its framing.
struct reading {
    enum class outcome { incomplete, complete, failed };
    outcome result{};
    std::string data{};
    std::size_t bytes{};

    bool operator==(const reading&) const = default;
};

/// Up to a line's CR LF; nothing when it has not come.
[[nodiscard]] std::optional<std::string_view> take_line(std::string_view& rest) {
    const std::size_t end = rest.find("\r\n");
    if (end == std::string_view::npos) return {};
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    return line;
}

/// RFC 9112, 7.1 word by word for a body that is whole; nothing when it is not, or is not one. It
/// knows none of our limits.
[[nodiscard]] std::optional<reading> naive_reading(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdefABCDEF";
    std::string_view rest = text;
    reading out{.result = reading::outcome::complete};
    for (;;) {
        const auto size = take_line(rest);
        if (!size || size->empty() || size->size() > 16) return {};
        if (size->find_first_not_of(digits) != std::string_view::npos) return {};
        const std::size_t bytes = std::stoul(std::string{*size}, nullptr, 16);
        if (bytes == 0) break;
        if (bytes > rest.size() || rest.substr(bytes, 2) != "\r\n") return {};
        out.data += rest.substr(0, bytes);
        rest.remove_prefix(bytes + 2);
    }
    for (auto trailer = take_line(rest); trailer; trailer = take_line(rest)) {
        out.bytes = text.size() - rest.size();
        if (trailer->empty()) return out;
    }
    return {};
}

[[nodiscard]] reading reading_of(std::string_view text, const std::vector<std::size_t>& arrivals) {
    chunked_body body;
    std::vector<char> bytes;
    for (const std::size_t arrival : arrivals) {
        std::vector<char> moved{bytes};  // exactly as large: sanitizers see every slip
        moved.insert(
            moved.end(),
            text.begin() + static_cast<std::ptrdiff_t>(bytes.size()),
            text.begin() + static_cast<std::ptrdiff_t>(arrival)
        );
        moved.shrink_to_fit();
        bytes = std::move(moved);
        const auto state = body.decode(bytes);
        require(body.size() <= body.consumed() && body.consumed() <= bytes.size());
        if (state == chunked_body::state::failed) return {reading::outcome::failed, {}, 0};
        if (state == chunked_body::state::complete) {
            return {reading::outcome::complete, {bytes.data(), body.size()}, body.consumed()};
        }
    }
    return {reading::outcome::incomplete, {}, 0};
}

}  // namespace

/// The first byte says in how many places the rest is cut, the next bytes where.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t cuts = std::min<std::size_t>(data[0] % 8U, size - 1);
    const std::string text{data + 1 + cuts, data + size};
    std::vector<std::size_t> pieces;
    for (std::size_t cut = 1; cut <= cuts; ++cut) pieces.push_back(data[cut] % (text.size() + 1));
    pieces.push_back(text.size());
    std::ranges::sort(pieces);
    std::vector<std::size_t> bytes;
    for (std::size_t at = 1; at <= std::min<std::size_t>(text.size(), 512); ++at) {
        bytes.push_back(at);
    }
    bytes.push_back(text.size());

    const reading whole = reading_of(text, {text.size()});
    require(reading_of(text, pieces) == whole);
    require(reading_of(text, bytes) == whole);
    if (whole.result == reading::outcome::complete) require(naive_reading(text) == whole);
    if (whole.result == reading::outcome::incomplete) require(!naive_reading(text));
    return 0;
}
