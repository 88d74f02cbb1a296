// The strict policy on top of Beast's parser. Beast 1.81 splits a head into its parts and checks
// their characters, but lets pass what two servers may read differently: equal lengths twice,
// lengths in lists, unknown transfer codings beside a length, no Host or two. Those end here.
// SPDX-License-Identifier: MIT
#include "server/http/request_head.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "server/http/limits.hpp"
#include "server/http/request_target.hpp"
#include <partner_center/http.hpp>

namespace partner_center::http {
namespace {

namespace beast = boost::beast;
using boost::system::error_code;

[[nodiscard]] std::string_view plain(beast::string_view text) {
    return {text.data(), text.size()};
}

/// Sees one whole head. The body is not Beast's: it considers the message complete after the head.
class head_reader final : public beast::http::basic_parser<true> {
public:
    head_reader(std::string_view text, request_head& head) : text_{text}, head_{head} {
        skip(true);
        header_limit(limits::head_bytes_max + 1);  // the caller has measured it already
    }

    [[nodiscard]] std::optional<refusal> read() {
        error_code failed;
        const std::size_t consumed = put({text_.data(), text_.size()}, failed);
        if (problem_) return problem_;
        if (failed || consumed != text_.size()) {
            return malformed("the request line or a header field is not well-formed");
        }
        return {};
    }

private:
    void on_request_impl(
        beast::http::verb,
        beast::string_view method,
        beast::string_view target,
        int version,
        error_code& failed
    ) override {
        head_.method = place_of(method);
        head_.target = place_of(target);
        head_.is_http_1_0 = version == 10;
        const std::string_view problem = problem_of_target(plain(target));
        if (!problem.empty()) refuse(malformed(problem), failed);
    }

    void on_field_impl(
        beast::http::field name,
        beast::string_view name_text,
        beast::string_view value,
        error_code& failed
    ) override {
        if (head_.fields.size() == limits::fields_max) {
            return refuse({fault_kind::head_too_large, "there are too many header fields"}, failed);
        }
        head_.fields.push_back({place_of(name_text), place_of(value)});
        switch (name) {
            case beast::http::field::host:
                return on_host(plain(value), failed);
            case beast::http::field::content_length:
                return on_length(plain(value), failed);
            case beast::http::field::transfer_encoding:
                return on_coding(plain(value), failed);
            case beast::http::field::connection:
                return on_connection(value);
            case beast::http::field::expect:
                head_.expects_continue = equals_ignoring_case(plain(value), "100-continue");
                return;
            default:
                return;
        }
    }

    void on_header_impl(error_code& failed) override {
        head_.keep_alive = !wants_close_ && (!head_.is_http_1_0 || wants_keep_alive_);
        head_.expects_continue = head_.expects_continue && !head_.is_http_1_0;
        if (!has_host_ && !head_.is_http_1_0) refuse(malformed("there is no Host"), failed);
        if (head_.is_chunked && has_length_) {
            refuse(malformed("there are both Content-Length and Transfer-Encoding"), failed);
        }
        if (head_.body_bytes > limits::body_bytes_max) {
            refuse({fault_kind::body_too_large}, failed);
        }
    }

    void on_host(std::string_view value, error_code& failed) {
        if (has_host_) return refuse(malformed("there are two Hosts"), failed);
        has_host_ = true;
        if (!is_host(value)) refuse(malformed("the Host is not a host"), failed);
    }

    void on_length(std::string_view value, error_code& failed) {
        if (has_length_) return refuse(malformed("there are two Content-Lengths"), failed);
        has_length_ = true;
        const char* const end = value.data() + value.size();
        const auto parsed = std::from_chars(value.data(), end, head_.body_bytes);
        if (parsed.ec != std::errc{} || parsed.ptr != end) {
            refuse(malformed("the Content-Length is not a number of bytes"), failed);
        }
    }

    void on_coding(std::string_view value, error_code& failed) {
        const bool is_ours = !head_.is_chunked && !head_.is_http_1_0;
        if (!is_ours || !equals_ignoring_case(value, "chunked")) {
            return refuse(malformed("the Transfer-Encoding is not one chunked"), failed);
        }
        head_.is_chunked = true;
    }

    void on_connection(beast::string_view value) {
        for (const auto token : beast::http::token_list{value}) {
            if (equals_ignoring_case(plain(token), "close")) wants_close_ = true;
            if (equals_ignoring_case(plain(token), "keep-alive")) wants_keep_alive_ = true;
        }
    }

    void refuse(const refusal& problem, error_code& failed) {
        if (!problem_) problem_ = problem;
        failed = beast::http::error::bad_value;
    }

    [[nodiscard]] place place_of(beast::string_view part) const {
        return {
            static_cast<std::uint32_t>(part.data() - text_.data()),
            static_cast<std::uint32_t>(part.size())};
    }

    // Never called: this parser reads heads of requests.
    void on_response_impl(int, beast::string_view, int, error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(beast::string_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, error_code&) override {
        return 0;
    }
    void on_finish_impl(error_code&) override {}

    std::string_view text_;
    request_head& head_;
    std::optional<refusal> problem_{};
    bool has_host_{};
    bool has_length_{};
    bool wants_close_{};
    bool wants_keep_alive_{};
};

}  // namespace

void request_head::clear() {
    fields.clear();
    is_http_1_0 = keep_alive = expects_continue = is_chunked = false;
    body_bytes = 0;
}

std::optional<refusal> read_head(std::string_view text, request_head& head) {
    return head_reader{text, head}.read();
}

}  // namespace partner_center::http
