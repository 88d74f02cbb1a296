// A request's head: what its lines say, and every reading of them that we refuse. Calls nothing of
// ours but request_target.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "server/http/refusal.hpp"

namespace partner_center::http {

/// A part of a text by position, because the text moves when its buffer grows.
struct place {
    std::uint32_t begin{};
    std::uint32_t bytes{};

    [[nodiscard]] std::string_view in(const char* text) const { return {text + begin, bytes}; }
};

struct field_place {
    place name{};
    place value{};
};

/// Reused from request to request, so that its fields allocate nothing once warm.
struct request_head {
    place method{};
    place target{};
    std::vector<field_place> fields{};
    bool is_http_1_0{};
    bool keep_alive{};        ///< the client lets the connection live on
    bool expects_continue{};  ///< the client waits for 100 Continue before it sends the body
    bool is_chunked{};
    std::size_t body_bytes{};  ///< the Content-Length; 0 without one

    void clear();
};

/// Reads a whole head, its last empty line included, into a cleared `head`. Returns why it is
/// refused: as body_too_large only when nothing else is wrong with it. REQUIRES: every line ends in
/// CR LF, none begins with a blank.
[[nodiscard]] std::optional<refusal> read_head(std::string_view text, request_head& head);

}  // namespace partner_center::http
