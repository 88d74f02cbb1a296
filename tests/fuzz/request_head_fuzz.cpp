// Any bytes, to the request parser: whole and in pieces they are read the same, and what is read
// lies in them. Calls request_parser.cpp.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/limits.hpp"
#include "server/http/request_parser.hpp"
#include "server/http/request_target.hpp"

namespace {

using partner_center::http::field_view;
using partner_center::http::request_parser;
using partner_center::http::request_view;
namespace limits = partner_center::http::limits;

void require(bool holds) {
    if (!holds) std::abort();
}

[[nodiscard]] bool lies_in(std::string_view part, std::span<const char> whole) {
    const std::less_equal<> before;
    return part.empty() || (before(whole.data(), part.data()) &&
                            before(part.data() + part.size(), whole.data() + whole.size()));
}

/// What holds for every request that is accepted.
void check(const request_view& request, std::span<const char> bytes) {
    require(lies_in(request.method, bytes) && lies_in(request.target, bytes));
    require(lies_in(request.body, bytes) && request.body.size() <= limits::body_bytes_max);
    require(partner_center::http::is_token(request.method));
    require(partner_center::http::problem_of_target(request.target).empty());
    require(request.fields.size() <= limits::fields_max);
    require(request.count("Host") <= 1 && request.count("Content-Length") <= 1);
    require(request.count("Transfer-Encoding") + request.count("Content-Length") <= 1);
    for (const field_view& field : request.fields) {
        require(lies_in(field.name, bytes) && lies_in(field.value, bytes));
        require(partner_center::http::is_token(field.name));
        require(field.value.find_first_of(std::string_view{"\r\n\0", 3}) == field.value.npos);
    }
}

void record(std::string& out, const request_view& request) {
    const auto add = [&out](std::string_view text) {
        out.append(std::to_string(text.size())).append(":").append(text);
    };
    add(request.method);
    add(request.target);
    for (const field_view& field : request.fields) {
        add(field.name);
        add(field.value);
    }
    add(request.body);
}

/// All that is read when the stream arrives up to each of these positions in turn.
[[nodiscard]] std::string reading_of(
    std::string_view stream, const std::vector<std::size_t>& arrivals
) {
    request_parser parser;
    std::string out;
    std::vector<char> unread;
    std::size_t before = 0;
    for (const std::size_t arrival : arrivals) {
        std::vector<char> moved{unread};  // elsewhere, exactly as large: sanitizers see every slip
        moved.insert(
            moved.end(),
            stream.begin() + static_cast<std::ptrdiff_t>(before),
            stream.begin() + static_cast<std::ptrdiff_t>(arrival)
        );
        moved.shrink_to_fit();
        unread = std::move(moved);
        before = arrival;
        while (!unread.empty()) {
            const auto state = parser.parse(unread);
            if (state == request_parser::state::failed) {
                return out + "refused " + std::string{parser.problem().reason};
            }
            if (state != request_parser::state::complete) break;
            check(parser.request(), unread);
            record(out, parser.request());
            out += parser.head().keep_alive ? "keep" : "close";
            require(parser.consumed() > 0 && parser.consumed() <= unread.size());
            unread.erase(
                unread.begin(), unread.begin() + static_cast<std::ptrdiff_t>(parser.consumed())
            );
            parser.next();
        }
    }
    return out + (unread.empty() ? "" : "more");
}

}  // namespace

/// The first byte says in how many places the rest is cut, the next bytes where.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t cuts = std::min<std::size_t>(data[0] % 8U, (size - 1) / 2);
    const std::string stream{data + 1 + 2 * cuts, data + size};
    std::vector<std::size_t> pieces;
    for (std::size_t cut = 0; cut < cuts; ++cut) {
        const std::size_t high = data[1 + 2 * cut];
        pieces.push_back((high * 256U + data[2 + 2 * cut]) % (stream.size() + 1));
    }
    pieces.push_back(stream.size());
    std::ranges::sort(pieces);
    std::vector<std::size_t> bytes;
    for (std::size_t at = 1; at <= std::min<std::size_t>(stream.size(), 512); ++at)
        bytes.push_back(at);
    if (stream.size() > 512) bytes.push_back(stream.size());

    const std::string whole = reading_of(stream, {stream.size()});
    require(reading_of(stream, pieces) == whole);
    require(reading_of(stream, bytes) == whole);
    return 0;
}
