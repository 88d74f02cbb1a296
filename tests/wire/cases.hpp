// Byte streams that clients, broken and hostile, send, and what partnerd answers to each. Calls
// nothing of ours but the limits.
// SPDX-License-Identifier: MIT
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace partner_center::wire {

/// The MS-RequestId of every request that is smuggled in another.
inline constexpr std::string_view canary_id = "5ca1ab1e-0000-4000-8000-00000000cafe";
/// Stands in a row for a token of the demo data.
inline constexpr std::string_view token_place = "{token}";

struct expected_answer {
    unsigned status{};
    std::string says{};  ///< a part of the body
};

/// What becomes of the connection after the last answer: it serves the next request; the server
/// ends it, whatever came behind; or the server waits for the rest of a request, and says nothing
/// when its client ends instead.
enum class ending { kept, closed, waits };

/// Source: wire contract, global routing rules, 3.1, 4.1 and traps 68-70; RFC 9112 where the
/// contract is silent. What is not read as the contract says is answered with 400 and an end.
struct wire_case {
    std::string name{};
    std::string bytes{};
    std::vector<expected_answer> answers{};
    ending then{};
    bool is_head{};  ///< the answers have no body
};

inline void PrintTo(const wire_case& row, std::ostream* out) {
    *out << row.name;
}

/// Every row; the names differ.
[[nodiscard]] const std::vector<wire_case>& cases();

}  // namespace partner_center::wire
