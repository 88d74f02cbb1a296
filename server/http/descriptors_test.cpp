// How the limit of open files is raised and divided. Calls descriptors.cpp.
// SPDX-License-Identifier: MIT
#include "server/http/descriptors.hpp"

#include <sys/resource.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/limits.hpp"

namespace partner_center::http {
namespace {

TEST(Descriptors, AreRaisedAsFarAsTheyMay) {
    ::rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const ::rlimit low{.rlim_cur = 64, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &low);

    EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);

    ::rlimit after{};
    ::getrlimit(RLIMIT_NOFILE, &after);
    EXPECT_EQ(after.rlim_cur, before.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(Descriptors, AreEnoughForAllThatIsWanted) {
    const connection_budget budget = share_descriptors(1'000'000, 32'768, 4);
    EXPECT_EQ(budget.connections, 32'768U);
    EXPECT_EQ(budget.turned_away, limits::turned_away_max);
}

TEST(Descriptors, NeverComeToMoreThanThereAre) {
    for (const unsigned reactors : {1U, 4U, 64U}) {
        for (std::size_t all = 192 + 16 * reactors + 1; all < 70'000; all += 997) {
            const connection_budget budget = share_descriptors(all, 32'768, reactors);
            EXPECT_GE(budget.connections, 1U);
            EXPECT_LE(budget.connections, 32'768U);
            EXPECT_LE(budget.connections + reactors * (budget.turned_away + 16) + 192, all);
        }
    }
}

TEST(Descriptors, AreRefusedWhenTheyAreTooFew) {
    EXPECT_THROW(static_cast<void>(share_descriptors(208, 100, 1)), descriptor_error);
    EXPECT_EQ(share_descriptors(209, 100, 1).connections, 1U);
}

}  // namespace
}  // namespace partner_center::http
