// partnerctl as a program, against a real partnerd: what it prints where, and how it ends.
// SPDX-License-Identifier: MIT
#include "tests/support/partnerctl.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partner_center {
namespace {

using testing::demo_world;
using testing::finished;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::partnerctl_home;
using testing::partnerd;
using ::testing::StartsWith;

constexpr const char* tidewater = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";

/// One server for all tests that change nothing of it.
[[nodiscard]] const partnerd& shared_server() {
    static const partnerd server{{}};
    return server;
}

class Partnerctl : public ::testing::Test {
protected:
    Partnerctl() { home_.call_as(world_, world_.partners.front()); }

    [[nodiscard]] finished run(const std::vector<std::string>& words) const {
        return home_.run(words);
    }

    const demo_world world_{testing::read_demo_world(shared_server())};
    partnerctl_home home_{};
};

TEST_F(Partnerctl, ShowsABillingProfile) {
    const finished done = run({"customers", "billing-profile", "get", tidewater});

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(done.output, StartsWith("{\n  \"id\": \"9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55\""));
    EXPECT_THAT(done.output, HasSubstr("\"companyName\": \"Tidewater Cooperative\""));
    EXPECT_THAT(done.errors, IsEmpty());
}

TEST_F(Partnerctl, ShowsWhatAQueryAsksFor) {
    const finished done = run(
        {"customers", "billing-profile", "get", tidewater, "-o", "tsv", "--query", ".companyName"}
    );

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_EQ(done.output, "Tidewater Cooperative\n");
}

TEST_F(Partnerctl, EndsWithTheStatusOfWhatHappened) {
    const auto status_of = [&](const std::vector<std::string>& words) { return run(words).status; };

    EXPECT_EQ(status_of({"customers", "billing-profile", "get"}), 2);
    EXPECT_EQ(status_of({"customers", "billing-profile", "get", tidewater, "--query", ".["}), 2);
    EXPECT_EQ(status_of({"customers", "billing-profile", "get", "contoso"}), 7);
    EXPECT_EQ(
        status_of({"customers", "billing-profile", "get", "11111111-2222-4333-8444-555555555555"}),
        3
    );
    EXPECT_EQ(
        status_of({"customers", "billing-profile", "get", world_.partners.at(1).customers.front()}),
        4
    );
}

TEST_F(Partnerctl, SaysWhatToDoWhenNobodyIsSignedIn) {
    home_.environment.erase("PARTNERCTL_CLIENT_ID");

    const finished done = run({"customers", "billing-profile", "get", tidewater});

    EXPECT_EQ(done.status, 4);
    EXPECT_THAT(done.errors, HasSubstr("partnerctl login"));
}

TEST_F(Partnerctl, SaysWhatToDoAboutAWrongSecret) {
    home_.environment["PARTNERCTL_CLIENT_SECRET"] = "not-the-secret";

    const finished done = run({"customers", "billing-profile", "get", tidewater});

    EXPECT_EQ(done.status, 4);
    EXPECT_THAT(done.errors, HasSubstr("check tenant, client id and secret"));
    EXPECT_THAT(done.errors, Not(HasSubstr("not-the-secret")));
}

TEST_F(Partnerctl, TracesWithoutSecrets) {
    const finished done = run({"--trace", "customers", "billing-profile", "get", tidewater});

    EXPECT_EQ(done.status, 0);
    EXPECT_THAT(done.output, StartsWith("{\n"));
    EXPECT_THAT(done.errors, HasSubstr("> GET " + world_.url + "/v1/customers/" + tidewater));
    EXPECT_THAT(done.errors, Not(HasSubstr("eyJ")));
    EXPECT_THAT(
        done.errors, Not(HasSubstr(world_.partners.front().applications.front().client_secret))
    );
}

}  // namespace
}  // namespace partner_center
