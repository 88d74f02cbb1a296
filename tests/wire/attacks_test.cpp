// Every row of cases.cpp against a real partnerd, sent at once and byte by byte. Calls
// connection.cpp.
// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <string_view>

#include <boost/algorithm/string/replace.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/partnerd.hpp"
#include "tests/wire/cases.hpp"
#include "tests/wire/connection.hpp"

namespace partner_center::wire {
namespace {

using ::testing::HasSubstr;
using testing::partnerd;

constexpr std::string_view probe_id = "0a0b0c0d-0000-4000-8000-000000000001";
const std::string probe =
    "GET /healthz HTTP/1.1\r\nHost: partnerd\r\nMS-RequestId: " + std::string{probe_id} +
    "\r\n\r\n";

/// One server for all rows: what a row does to it, the next would see.
class Server : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        server = std::make_unique<partnerd>(std::vector<std::string>{});
        token = server->token();
    }
    static void TearDownTestSuite() {
        EXPECT_EQ(server->stop(), 0) << server->log();
        server.reset();
    }

    [[nodiscard]] static connection connect() { return connection{{.port = server->port()}}; }

    /// How the connection goes on after the answers of a row.
    static void expect_ending(connection& peer, ending then) {
        if (then == ending::kept) {
            peer.send(probe, cut::whole);
            const auto next = peer.receive(true);
            ASSERT_TRUE(next);
            EXPECT_EQ(next->status, 200U);
            EXPECT_EQ(next->find("MS-RequestId"), probe_id);
            return;
        }
        if (then == ending::waits) peer.end_sending();
        EXPECT_EQ(peer.receive_rest(), "");
    }

    static inline std::unique_ptr<partnerd> server{};
    static inline std::string token{};
};

class Attack : public Server, public ::testing::WithParamInterface<std::tuple<wire_case, cut>> {};

TEST_P(Attack, IsReadInOneWay) {
    const auto& [row, how] = GetParam();
    connection peer = connect();

    peer.send(boost::replace_all_copy(row.bytes, token_place, token), how);

    for (const expected_answer& expected : row.answers) {
        const auto answer = peer.receive(!row.is_head);
        ASSERT_TRUE(answer) << "not answered";
        EXPECT_EQ(answer->status, expected.status) << answer->body;
        EXPECT_THAT(answer->body, HasSubstr(expected.says));
        EXPECT_TRUE(answer->find("MS-RequestId")) << answer->head;
        const bool is_last = &expected == &row.answers.back() && row.then == ending::closed;
        EXPECT_EQ(answer->find("Connection") == "close", is_last) << answer->head;
    }
    expect_ending(peer, row.then);
}

TEST_F(Server, SaysContinueBeforeTheBodyComes) {
    connection peer = connect();
    peer.send(
        "POST /healthz HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
        cut::whole
    );
    EXPECT_EQ(peer.receive_interim(), "HTTP/1.1 100 Continue\r\n\r\n");
    peer.send("hi", cut::whole);
    EXPECT_EQ(peer.receive(true)->status, 405U);
    expect_ending(peer, ending::kept);
}

const auto name_of = [](const auto& row) {
    const auto& [attack, how] = row.param;
    return attack.name + (how == cut::whole ? "" : "ByteByByte");
};
// In the macro, which is evaluated in main(): the table is not there before.
INSTANTIATE_TEST_SUITE_P(
    Plain,
    Attack,
    ::testing::Combine(
        ::testing::ValuesIn(cases()), ::testing::Values(cut::whole, cut::byte_by_byte)
    ),
    name_of
);

}  // namespace
}  // namespace partner_center::wire
