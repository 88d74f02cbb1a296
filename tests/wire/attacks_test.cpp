// Every row of cases.cpp against a real partnerd, sent at once and byte by byte, plain
// and over TLS. Calls connection.cpp.
// SPDX-License-Identifier: MIT
#include <map>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/partnerd.hpp"
#include "tests/wire/attack.hpp"
#include "tests/wire/cases.hpp"
#include "tests/wire/connection.hpp"

namespace partner_center::wire {
namespace {

using ::testing::IsEmpty;
using testing::partnerd;

/// What the bytes go over.
enum class layer { plain, tls };

void PrintTo(layer which, std::ostream* out) {
    *out << (which == layer::plain ? "plain" : "TLS");
}

/// A server that speaks it.
struct running {
    explicit running(layer which)
        : server{which == layer::tls ? std::vector<std::string>{"--tls-dev"} : std::vector<std::string>{}},
          at{.port = server.port()},
          token{server.token()} {
        if (which == layer::tls) at.trusted = server.data() / "tls" / "ca.pem";
    }

    partnerd server;
    address at;
    std::string token;
};

/// One server of each kind for all rows: what a row does to it, the next would see.
class Server : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        for (const layer which : {layer::plain, layer::tls}) servers.try_emplace(which, which);
    }
    static void TearDownTestSuite() {
        for (auto& [which, each] : servers) EXPECT_EQ(each.server.stop(), 0) << each.server.log();
        servers.clear();
    }

    static inline std::map<layer, running> servers{};
};

class Attack : public Server,
               public ::testing::WithParamInterface<std::tuple<layer, wire_case, cut>> {};

TEST_P(Attack, IsReadInOneWay) {
    const auto& [which, row, how] = GetParam();
    const running& server = servers.at(which);
    EXPECT_THAT(attack({server.at, server.token}, row, how), IsEmpty());
}

class Continue : public Server, public ::testing::WithParamInterface<layer> {};

TEST_P(Continue, IsSaidBeforeTheBodyComes) {
    connection peer{servers.at(GetParam()).at};
    peer.send(
        "POST /healthz HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
        cut::whole
    );
    EXPECT_EQ(peer.receive_interim(), "HTTP/1.1 100 Continue\r\n\r\n");
    peer.send("hi", cut::whole);
    EXPECT_EQ(peer.receive(true)->status, 405U);
    EXPECT_THAT(problems_of_ending(peer, ending::kept), IsEmpty());
}

const auto layers = ::testing::Values(layer::plain, layer::tls);
INSTANTIATE_TEST_SUITE_P(Over, Continue, layers);

const auto name_of = [](const auto& parameters) {
    const auto& [which, row, how] = parameters.param;
    return (which == layer::tls ? "Tls" : "") + row.name +
           (how == cut::byte_by_byte ? "ByteByByte" : "");
};
// In the macro, which is evaluated in main(): the table is not there before.
INSTANTIATE_TEST_SUITE_P(
    Over,
    Attack,
    ::testing::Combine(
        layers, ::testing::ValuesIn(cases()), ::testing::Values(cut::whole, cut::byte_by_byte)
    ),
    name_of
);

}  // namespace
}  // namespace partner_center::wire
