// Reads a chunked body in place: the data moves down over the framing, so that it ends up in one
// piece without a second buffer. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "server/http/refusal.hpp"

namespace partner_center::http {

/// Chunk extensions are refused; trailers are checked and dropped.
class chunked_body {
public:
    enum class state { size, data, data_end, trailers, complete, failed };

    /// Continues with `bytes`: all that has arrived since the end of the head, as the last call
    /// left it, and what came since.
    state decode(std::span<char> bytes);

    /// How much data stands at the beginning of the bytes.
    [[nodiscard]] std::size_t size() const { return size_; }
    /// How many of the bytes have been read.
    [[nodiscard]] std::size_t consumed() const { return consumed_; }
    /// REQUIRES: failed.
    [[nodiscard]] const refusal& problem() const { return *problem_; }

private:
    // Each does one step and says whether there was enough for it.
    bool read_size(std::string_view bytes);
    bool read_data(std::span<char> bytes);
    bool read_data_end(std::string_view bytes);
    bool read_trailer(std::string_view bytes);
    bool fail(const refusal& problem);

    state state_{};
    std::size_t size_{};
    std::size_t consumed_{};
    std::size_t chunk_bytes_left_{};
    std::size_t trailer_bytes_{};
    std::optional<refusal> problem_{};
};

}  // namespace partner_center::http
