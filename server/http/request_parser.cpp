// Splits a connection's bytes into requests. How a head's lines end and begin is looked at while
// its end is looked for; the head is read when it is whole.
// SPDX-License-Identifier: MIT
#include "server/http/request_parser.hpp"

#include "server/http/limits.hpp"
#include "server/http/next_line.hpp"
#include "server/http/request_target.hpp"

namespace partner_center::http {
namespace {

/// True for what a method or, once, the empty line before it can begin with.
[[nodiscard]] bool may_begin_request(char first, bool may_be_empty_line) {
    return is_token({&first, 1}) || (first == '\r' && may_be_empty_line);
}

}  // namespace

request_parser::state request_parser::parse(std::span<char> bytes) {
    if (state_ == state::head) find_head({bytes.data(), bytes.size()});
    if (state_ == state::body) find_body(bytes);
    return state_;
}

void request_parser::find_head(std::string_view bytes) {
    for (;;) {
        const bool is_first = head_end_ == head_begin_;
        // At once, because a peer that speaks TLS to us waits for an answer before it sends more.
        if (is_first && head_end_ < bytes.size() &&
            !may_begin_request(bytes[head_end_], head_begin_ == 0)) {
            return fail(malformed("the request line does not begin with a method"));
        }
        const line next = next_line(bytes.substr(head_end_), limits::head_bytes_max - head_end_);
        if (next.result == line::outcome::incomplete) return;
        if (next.result == line::outcome::too_long) return fail({fault_kind::head_too_large});
        if (next.result == line::outcome::bare_line_feed) {
            return fail(malformed("a line of the head does not end in CR LF"));
        }
        head_end_ += next.bytes();
        if (next.text.empty() && is_first) {
            head_begin_ = head_end_;  // one empty line is forgiven (RFC 9112, 2.2)
        } else if (next.text.empty()) {
            break;
        } else if (next.text.front() == ' ' || next.text.front() == '\t') {
            return fail(malformed("a line of the head begins with a blank"));
        }
    }
    const auto problem = read_head(bytes.substr(head_begin_, head_end_ - head_begin_), head_);
    is_head_read_ = !problem || problem->kind == fault_kind::body_too_large;
    if (problem) return fail(*problem);
    state_ = state::body;
}

void request_parser::find_body(std::span<char> bytes) {
    const std::span<char> arrived = bytes.subspan(head_end_);
    if (!head_.is_chunked) {
        if (arrived.size() < head_.body_bytes) return;
        consumed_ = head_end_ + head_.body_bytes;
        return complete(bytes.data(), head_.body_bytes);
    }
    const chunked_body::state outcome = chunked_.decode(arrived);
    if (outcome == chunked_body::state::failed) return fail(chunked_.problem());
    if (outcome != chunked_body::state::complete) return;
    consumed_ = head_end_ + chunked_.consumed();
    complete(bytes.data(), chunked_.size());
}

void request_parser::complete(const char* bytes, std::size_t body_bytes) {
    show(bytes, {bytes + head_end_, body_bytes});
    state_ = state::complete;
}

const request_view& request_parser::request_without_body(std::span<const char> bytes) {
    if (is_head_read_) show(bytes.data(), {});
    return request_;
}

void request_parser::show(const char* bytes, std::string_view body) {
    const char* const text = bytes + head_begin_;
    fields_.clear();
    for (const field_place& field : head_.fields) {
        fields_.push_back({field.name.in(text), field.value.in(text)});
    }
    request_ = {
        .method = head_.method.in(text),
        .target = head_.target.in(text),
        .fields = fields_,
        .body = body,
        .peer = peer_,
    };
}

void request_parser::fail(const refusal& problem) {
    problem_ = problem;
    state_ = state::failed;
}

void request_parser::next() {
    state_ = state::head;
    head_begin_ = head_end_ = consumed_ = 0;
    head_.clear();
    is_head_read_ = false;
    chunked_ = {};
    request_ = {};
    problem_.reset();
}

}  // namespace partner_center::http
