// Any bytes, to the request parser: whole and in pieces they are read the same, what is read lies
// in them, and Boost.Beast, which did this work before, reads the same in every head that is
// accepted. Calls request_parser.cpp.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

#include "server/http/limits.hpp"
#include "server/http/request_parser.hpp"
#include "server/http/request_target.hpp"

namespace {

namespace beast = boost::beast;
using partner_center::http::field_view;
using partner_center::http::request_head;
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

/// What Beast makes of a head.
class judge final : public beast::http::basic_parser<true> {
public:
    explicit judge(std::string_view head) {
        skip(true);  // the body
        header_limit(limits::head_bytes_max + 1);
        beast::error_code failed;
        const std::size_t consumed = put({head.data(), head.size()}, failed);
        require(!failed && consumed == head.size() && is_done());
    }

    void require_same(const request_view& request, const request_head& head) const {
        require(method_ == request.method && target_ == request.target);
        require(is_http_1_0_ == head.is_http_1_0);
        require(chunked() == head.is_chunked);
        require(content_length().value_or(0) == head.body_bytes);
        require(std::ranges::equal(fields_, request.fields, [](const auto& one, const auto& other) {
            return one.first == other.name && one.second == other.value;
        }));
    }

private:
    void
    on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version, beast::error_code&)
        override {
        method_ = method;
        target_ = target;
        is_http_1_0_ = version == 10;
    }
    void
    on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, beast::error_code&)
        override {
        fields_.emplace_back(name, value);
    }

    // Never of interest: heads of requests have none of it.
    void on_header_impl(beast::error_code&) override {}
    void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
    std::size_t on_body_impl(beast::string_view, beast::error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, beast::error_code&) override {
        return 0;
    }
    void on_finish_impl(beast::error_code&) override {}

    std::string method_{};
    std::string target_{};
    bool is_http_1_0_{};
    std::vector<std::pair<std::string, std::string>> fields_{};
};

/// What holds for every request that is accepted.
void check(const request_parser& parser, std::span<const char> bytes) {
    const request_view& request = parser.request();
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
    }
    std::string_view head{bytes.data(), request.body.data()};
    if (head.starts_with('\r')) head.remove_prefix(2);  // the empty line that may come first
    const judge beast{head};
    beast.require_same(request, parser.head());
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
            check(parser, unread);
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
