// Comma-separated values as RFC 4180 has them, read strictly: what is not of that form is told and
// not guessed at. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace partner_center::cli {

/// Something in a file that has to be mended before it can be used.
struct bad_line {
    std::size_t line{};  ///< the first is 1; 0: the file as a whole
    std::string text{};

    friend bool operator==(const bad_line&, const bad_line&) = default;
};

struct csv_record {
    std::size_t line{};  ///< where it begins
    std::vector<std::string> fields{};

    friend bool operator==(const csv_record&, const csv_record&) = default;
};

/// The records, the header among them, which all have as many fields as the first. Lines end in
/// CR LF or LF. Goes as far as the first quote or line end that is out of place, and adds what is
/// wrong to `problems`.
[[nodiscard]] std::vector<csv_record> read_csv(
    std::string_view text, std::vector<bad_line>& problems
);

/// Appends a record, with CR LF. Fields are quoted where they have to be.
void append_csv(std::string& out, const std::vector<std::string>& fields);

}  // namespace partner_center::cli
