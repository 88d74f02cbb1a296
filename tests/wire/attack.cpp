// Sending one row and judging what comes back. Calls connection.cpp.
// SPDX-License-Identifier: MIT
#include "tests/wire/attack.hpp"

#include <string_view>

#include <boost/algorithm/string/replace.hpp>

namespace partner_center::wire {
namespace {

constexpr std::string_view probe_id = "0a0b0c0d-0000-4000-8000-000000000001";
const std::string probe =
    "GET /healthz HTTP/1.1\r\nHost: partnerd\r\nMS-RequestId: " + std::string{probe_id} +
    "\r\n\r\n";

/// Gathers what does not hold.
struct judge {
    std::vector<std::string> problems{};

    void expect(bool holds, const std::string& otherwise) {
        if (!holds) problems.push_back(otherwise);
    }
};

}  // namespace

std::vector<std::string> attack(const target& server, const wire_case& row, cut how) {
    connection peer{server.at};
    peer.send(boost::replace_all_copy(row.bytes, token_place, server.token), how);

    judge verdict;
    for (const expected_answer& expected : row.answers) {
        const auto answer = peer.receive(!row.is_head);
        if (!answer) return {row.name + ": not answered"};
        const std::string seen = row.name + ": " + answer->head + answer->body;
        const bool as_expected = answer->status == expected.status &&
                                 answer->body.find(expected.says) != std::string::npos;
        verdict.expect(as_expected || answer->status == server.tolerated, seen);
        verdict.expect(answer->find("MS-RequestId").has_value(), "without its id: " + seen);
        const bool is_last = &expected == &row.answers.back() && row.then == ending::closed;
        verdict.expect((answer->find("Connection") == "close") == is_last, "its end: " + seen);
    }
    for (const std::string& each : problems_of_ending(peer, row.then)) {
        verdict.problems.push_back(row.name + ": " + each);
    }
    return verdict.problems;
}

std::vector<std::string> problems_of_ending(connection& peer, ending then) {
    judge verdict;
    if (then == ending::kept) {
        peer.send(probe, cut::whole);
        const auto next = peer.receive(true);
        if (!next) return {"the connection was not kept"};
        verdict.expect(next->status == 200, "the next request: " + next->head);
        verdict.expect(next->find("MS-RequestId") == probe_id, "another's answer: " + next->head);
    } else {
        if (then == ending::waits) peer.end_sending();
        const std::string rest = peer.receive_rest();
        verdict.expect(rest.empty(), "after its last answer: " + rest);
    }
    return verdict.problems;
}

}  // namespace partner_center::wire
