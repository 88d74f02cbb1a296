// Finds the requests in what a connection received, one after the other, without copying and,
// once warm, without allocating. Calls request_head.cpp and chunked_body.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "server/http/chunked_body.hpp"
#include "server/http/refusal.hpp"
#include "server/http/request_head.hpp"
#include <partner_center/http.hpp>

namespace partner_center::http {

/// The outcome depends on the bytes only, never on how they were cut.
class request_parser {
public:
    enum class state { head, body, complete, failed };

    /// Continues with `bytes`: all that has arrived since the first byte of this request, as the
    /// last call left it (a chunked body moves in it), and what came since. They may lie elsewhere
    /// by now.
    state parse(std::span<char> bytes);

    /// REQUIRES: complete. The views are into the bytes that parse() was given last.
    [[nodiscard]] const request_view& request() const { return request_; }
    /// Who the requests from now on are said to come from; outlives them.
    void set_peer(std::string_view address) { peer_ = address; }
    /// What is known of a request that will not be complete: all but its body when its head was
    /// read (only its body may be too large), else nothing. `bytes` are those that parse() was
    /// given last, wherever they lie by now; the views are into them.
    [[nodiscard]] const request_view& request_without_body(std::span<const char> bytes);
    /// How many of the bytes were the request. REQUIRES: complete.
    [[nodiscard]] std::size_t consumed() const { return consumed_; }
    /// True once the head is whole and accepted.
    [[nodiscard]] bool has_head() const {
        return state_ == state::body || state_ == state::complete;
    }
    /// REQUIRES: has_head().
    [[nodiscard]] const request_head& head() const { return head_; }
    /// REQUIRES: failed.
    [[nodiscard]] const refusal& problem() const { return *problem_; }

    /// Forgets the request; the next one begins with the next byte.
    void next();

private:
    void find_head(std::string_view bytes);
    void find_body(std::span<char> bytes);
    void complete(const char* bytes, std::size_t body_bytes);
    void show(const char* bytes, std::string_view body);
    void fail(const refusal& problem);

    state state_{};
    std::size_t head_begin_{};  ///< past the empty line that may come first
    std::size_t head_end_{};    ///< past the last whole line of the head
    std::size_t consumed_{};
    request_head head_{};
    bool is_head_read_{};
    chunked_body chunked_{};
    std::vector<field_view> fields_{};
    request_view request_{};
    std::string_view peer_{};
    std::optional<refusal> problem_{};
};

}  // namespace partner_center::http
