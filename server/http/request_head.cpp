// Reads a head line by line, and refuses what two servers may read differently: equal lengths
// twice, lengths in lists, unknown transfer codings, no Host or two. Calls request_target.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/request_head.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

#include "server/http/limits.hpp"
#include "server/http/request_target.hpp"
#include <partner_center/http.hpp>

namespace partner_center::http {
namespace {

[[nodiscard]] bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

[[nodiscard]] std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// A character that no field value may have. Looks at all of them, so that the compiler can look at
/// many at once: a token is long.
[[nodiscard]] bool has_control(std::string_view text) {
    unsigned char found = 0;
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        const bool is_control = (code < ' ' && code != '\t') || code == 0x7f;
        found = static_cast<unsigned char>(found | static_cast<unsigned char>(is_control));
    }
    return found != 0;
}

/// Hands each element of a list of tokens to `take`; elements may be empty (RFC 9110, 5.6.1). False
/// when one is something else.
template <class Take>
[[nodiscard]] bool for_each_option(std::string_view list, Take take) {
    while (!list.empty()) {
        const std::string_view element = list.substr(0, list.find(','));
        list.remove_prefix(std::min(element.size() + 1, list.size()));
        const std::string_view option = without_blanks(element);
        if (!option.empty() && !is_token(option)) return false;
        take(option);
    }
    return true;
}

/// Reads one whole head.
class head_reader {
public:
    head_reader(std::string_view text, request_head& head)
        : begin_{text.data()}, rest_{text}, head_{head} {}

    [[nodiscard]] std::optional<refusal> read() {
        read_request_line(next_line());
        for (std::string_view line = next_line(); !line.empty() && !problem_; line = next_line()) {
            read_field(line);
        }
        if (!problem_) conclude();
        return problem_;
    }

private:
    [[nodiscard]] std::string_view next_line() {
        const std::string_view line = rest_.substr(0, rest_.find('\n') - 1);
        rest_.remove_prefix(line.size() + 2);
        return line;
    }

    void read_request_line(std::string_view line) {
        const std::string_view method = line.substr(0, line.find(' '));
        line.remove_prefix(std::min(method.size() + 1, line.size()));
        const std::string_view target = line.substr(0, line.find(' '));
        line.remove_prefix(std::min(target.size() + 1, line.size()));
        head_.method = place_of(method);
        head_.target = place_of(target);
        head_.is_http_1_0 = line == "HTTP/1.0";
        if (!is_token(method) || (!head_.is_http_1_0 && line != "HTTP/1.1")) {
            return refuse(malformed("the request line is not well-formed"));
        }
        const std::string_view problem = problem_of_target(target);
        if (!problem.empty()) refuse(malformed(problem));
    }

    void read_field(std::string_view line) {
        if (head_.fields.size() == limits::fields_max) {
            return refuse({fault_kind::head_too_large, "there are too many header fields"});
        }
        const std::string_view name = line.substr(0, token_length(line));
        line.remove_prefix(name.size());
        if (name.empty() || !line.starts_with(':')) {
            return refuse(malformed("a header field has no name"));
        }
        const std::string_view value = without_blanks(line.substr(1));
        if (has_control(value)) {
            return refuse(malformed("a header field has a control character"));
        }
        head_.fields.push_back({place_of(name), place_of(value)});
        heed(name, value);
    }

    /// What a field says of the message and its connection.
    void heed(std::string_view name, std::string_view value) {
        if (equals_ignoring_case(name, "Host")) return on_host(value);
        if (equals_ignoring_case(name, "Content-Length")) return on_length(value);
        if (equals_ignoring_case(name, "Transfer-Encoding")) return on_coding(value);
        if (equals_ignoring_case(name, "Connection")) return on_connection(value);
        if (equals_ignoring_case(name, "Proxy-Connection")) return on_proxy_connection(value);
        if (equals_ignoring_case(name, "Expect")) {
            head_.expects_continue = equals_ignoring_case(value, "100-continue");
        }
    }

    void conclude() {
        head_.keep_alive = !wants_close_ && (!head_.is_http_1_0 || wants_keep_alive_);
        head_.expects_continue = head_.expects_continue && !head_.is_http_1_0;
        if (!has_host_ && !head_.is_http_1_0) refuse(malformed("there is no Host"));
        if (head_.is_chunked && has_length_) {
            refuse(malformed("there are both Content-Length and Transfer-Encoding"));
        }
        if (head_.body_bytes > limits::body_bytes_max) refuse({fault_kind::body_too_large});
    }

    void on_host(std::string_view value) {
        if (has_host_) return refuse(malformed("there are two Hosts"));
        has_host_ = true;
        if (!is_host(value)) refuse(malformed("the Host is not a host"));
    }

    void on_length(std::string_view value) {
        if (has_length_) return refuse(malformed("there are two Content-Lengths"));
        has_length_ = true;
        const char* const end = value.data() + value.size();
        const auto parsed = std::from_chars(value.data(), end, head_.body_bytes);
        if (parsed.ec != std::errc{} || parsed.ptr != end) {
            refuse(malformed("the Content-Length is not a number of bytes"));
        }
    }

    void on_coding(std::string_view value) {
        const bool is_ours = !head_.is_chunked && !head_.is_http_1_0;
        if (!is_ours || !equals_ignoring_case(value, "chunked")) {
            return refuse(malformed("the Transfer-Encoding is not one chunked"));
        }
        head_.is_chunked = true;
    }

    void on_connection(std::string_view value) {
        const auto heed_option = [this](std::string_view option) {
            wants_close_ = wants_close_ || equals_ignoring_case(option, "close");
            wants_keep_alive_ = wants_keep_alive_ || equals_ignoring_case(option, "keep-alive");
        };
        if (!for_each_option(value, heed_option)) {
            refuse(malformed("the Connection is not a list of options"));
        }
    }

    /// Old clients believe in it. It means nothing (RFC 9112, C.2.2), but it has to be well-formed.
    void on_proxy_connection(std::string_view value) {
        if (!for_each_option(value, [](std::string_view) {})) {
            refuse(malformed("the Proxy-Connection is not a list of options"));
        }
    }

    /// The first one counts.
    void refuse(const refusal& problem) {
        if (!problem_) problem_ = problem;
    }

    [[nodiscard]] place place_of(std::string_view part) const {
        return {
            static_cast<std::uint32_t>(part.data() - begin_),
            static_cast<std::uint32_t>(part.size())};
    }

    const char* begin_;
    std::string_view rest_;
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
