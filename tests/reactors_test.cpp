// Changes of customers as all reactors of the real program see them: one request that comes a
// thousand times at once, and customers that are gone. Calls the wire room.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/sqlite_connection.hpp"
#include "tests/support/partnerd.hpp"
#include "tests/support/raw_request.hpp"
#include "tests/wire/connection.hpp"
#include "tests/wire/crowd.hpp"

namespace partner_center {
namespace {

using testing::creation_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::partnerd;
using testing::program;
using testing::raw_request;
using testing::temporary_directory;

constexpr const char* sandbox = "lumensandbox.onmicrosoft.com";

/// Far more connections than reactors, so that each has some: the system deals them out.
class Reactors : public ::testing::Test {
protected:
    Reactors() { wire::allow_open_files(4'096); }

    [[nodiscard]] std::vector<wire::connection> connect(std::size_t count) const {
        std::vector<wire::connection> out;
        for (std::size_t at = 0; at < count; ++at) out.emplace_back(wire::address{server_.port()});
        return out;
    }

    /// Sends one request over all connections before it looks for an answer.
    [[nodiscard]] static std::vector<wire::answer> ask_all(
        std::vector<wire::connection>& peers, const raw_request& request, const std::string& token
    ) {
        const std::string bytes = to_bytes(request, token);
        for (wire::connection& each : peers) each.send(bytes, wire::cut::whole);
        std::vector<wire::answer> out;
        for (wire::connection& each : peers) out.push_back(each.receive(true).value());
        return out;
    }
    [[nodiscard]] static wire::answer ask(
        wire::connection& peer, const raw_request& request, const std::string& token
    ) {
        peer.send(to_bytes(request, token), wire::cut::whole);
        return peer.receive(true).value();
    }

    /// Of the first person of a partner.
    [[nodiscard]] std::string user_token(const std::string& partner, const std::string& user)
        const {
        const temporary_directory scratch;
        program asked{
            {PARTNERD_PROGRAM,
             "token",
             "--data",
             server_.data(),
             "--partner",
             partner,
             "--user",
             user},
            scratch.path()};
        EXPECT_EQ(asked.wait(), 0) << asked.errors();
        std::string text = asked.output();
        text.pop_back();
        return text;
    }

    /// Reads a customer on all reactors, takes it away on one, and reads again on all.
    void expect_gone(
        const raw_request& removal, const std::string& id, const std::string& token, unsigned status
    ) {
        std::vector<wire::connection> peers = connect(48);
        const std::vector<raw_request> reads{
            {.target = "/v1/customers/" + id + "/profiles/billing"},
            {.target = "/v1/customers/" + id},
            {.target = "/v1/customers/" + id + "/profiles/company"}};
        for (const raw_request& read : reads) {
            for (const wire::answer& each : ask_all(peers, read, token)) {
                ASSERT_EQ(each.status, 200U) << each.body;
            }
        }

        ASSERT_LT(ask(peers.front(), removal, token).status, 300U);

        for (const raw_request& read : reads) {
            for (const wire::answer& each : ask_all(peers, read, token)) {
                EXPECT_EQ(each.status, status) << read.target << ' ' << each.body;
            }
        }
        for (const wire::answer& each :
             ask_all(peers, {.target = "/v1/customers?size=500"}, token)) {
            EXPECT_THAT(each.body, Not(HasSubstr(id)));
        }
    }

    const partnerd server_{{"--threads", "4"}};
};

TEST_F(Reactors, CreateOneCustomerForAThousandTwins) {
    std::vector<wire::connection> peers = connect(1'000);
    const std::string token = server_.token();

    const auto answers = ask_all(peers, creation_of("twins.onmicrosoft.com", 1), token);

    EXPECT_EQ(answers.front().status, 201U) << answers.front().body;
    EXPECT_THAT(answers.front().body, HasSubstr(R"("password":)"));
    EXPECT_EQ(std::ranges::count(answers, 201U, &wire::answer::status), 1'000);
    EXPECT_EQ(std::ranges::count(answers, answers.front().body, &wire::answer::body), 1'000);
    sqlite_connection file{
        {.file = server_.data() / "partnerd.db"}, sqlite_connection::use::reading};
    for (const char* sql :
         {"SELECT count(*) FROM customers WHERE domain = 'twins.onmicrosoft.com'",
          "SELECT count(*) FROM audit_records",
          "SELECT count(*) FROM requests"}) {
        rows found = file.run(sql, {});
        EXPECT_EQ(found.take<std::int64_t>(0, 0), 1) << sql;
    }
}

TEST_F(Reactors, ForgetAtOnceWhoseRelationshipEnded) {
    const std::string token =
        user_token("lumenpartner.onmicrosoft.com", "ops@lumen-partner.example");
    const std::string id = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";

    expect_gone(
        {.method = "PATCH",
         .target = "/v1/customers/" + id,
         .body = R"({"relationshipToPartner":"none"})"},
        id,
        token,
        403
    );
}

TEST_F(Reactors, ForgetAtOnceWhoWasDeleted) {
    const std::string token = user_token(sandbox, "ops@lumen-sandbox.example");
    std::vector<wire::connection> peer = connect(1);
    const auto created = ask(peer.front(), creation_of("brief.ccsctp.net", 1), token);
    const std::string id = testing::id_in(created.body);

    expect_gone({.method = "DELETE", .target = "/v1/customers/" + id}, id, token, 404);
}

}  // namespace
}  // namespace partner_center
