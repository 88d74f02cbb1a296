// One good client beside thousands that hold connections and do next to nothing. Calls crowd.cpp.
// SPDX-License-Identifier: MIT
#include <chrono>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/partnerd.hpp"
#include "tests/wire/connection.hpp"
#include "tests/wire/crowd.hpp"

namespace partner_center::wire {
namespace {

/// A sanitizer slows everything down, and all of them have to be made and asked again within the
/// 60 s that the server keeps an idle connection: fewer then, on however small a machine.
#ifdef __SANITIZE_ADDRESS__
constexpr crowd_size thousands{.idle = 2'000, .heads = 140, .bodies = 140, .readers = 120};
#else
constexpr crowd_size thousands{.idle = 10'000, .heads = 700, .bodies = 700, .readers = 600};
#endif

/// The server ends heads and bodies that are late after 10 s: only then is it seen who it takes for
/// late.
constexpr std::chrono::seconds longer_than_late{12};

class SlowClients : public ::testing::TestWithParam<crowd_size> {};

TEST_P(SlowClients, KeepNobodyFromBeingServed) {
    allow_open_files(13'000);
    testing::partnerd server{{"--log-level", "warning"}};
    const std::string token = server.token();
    const address at{.port = server.port()};
    crowd slow{at, GetParam()};

    connection kept{at};
    const auto end = std::chrono::steady_clock::now() + longer_than_late;
    for (std::size_t number = 0; std::chrono::steady_clock::now() < end; ++number) {
        const std::string id = fmt::format("600d0000-0000-4000-8000-{:012x}", number);
        const std::string request =
            "GET /v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing HTTP/1.1\r\n"
            "Host: partnerd\r\nAuthorization: Bearer " +
            token + "\r\nMS-RequestId: " + id + "\r\n\r\n";
        const auto ask = [&](connection& good) {
            good.send(request, cut::whole);
            return good.receive(true);
        };
        std::optional<answer> got;
        if (number % 2 == 0) {
            got = ask(kept);
        } else {
            connection own{at};
            got = ask(own);
            own.abort();
        }
        ASSERT_TRUE(got);
        ASSERT_EQ(got->status, 200U);
        ASSERT_EQ(got->find("MS-RequestId"), id);
    }

    EXPECT_THAT(slow.end(), ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Thousands, SlowClients, ::testing::Values(thousands), [](const auto& row) {
    return fmt::format("Idle{}", row.param.idle);
});

}  // namespace
}  // namespace partner_center::wire
