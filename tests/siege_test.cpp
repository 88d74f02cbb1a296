// The whole program under attack over HTTPS: hostile byte streams, the catalogue of bad tokens and
// a disk that fails, at once, while a good client goes on. Calls the wire and fault rooms.
// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <cstring>
#include <exception>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "store/sqlite_connection.hpp"
#include "store/store.hpp"
#include "tests/faults/fault_vfs.hpp"
#include "tests/support/partnerd.hpp"
#include "tests/support/raw_request.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/wire/attack.hpp"
#include "tests/wire/cases.hpp"
#include "tests/wire/connection.hpp"

namespace partner_center {
namespace {

using testing::fault_plan;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::partnerd;
using testing::program;
using testing::temporary_directory;
using wire::cut;

constexpr std::string_view partner = "b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70";
constexpr std::string_view customer = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";

/// A plan in the environment of the programs that are started while it lives.
struct planned_faults {
    planned_faults() { ::setenv(testing::fault_plan_variable, file.c_str(), 1); }
    ~planned_faults() { ::unsetenv(testing::fault_plan_variable); }
    planned_faults(const planned_faults&) = delete;
    planned_faults& operator=(const planned_faults&) = delete;

    temporary_directory directory{};
    std::filesystem::path file{directory / "plan"};
    fault_plan& plan{testing::map_fault_plan(file)};
};

class Siege : public ::testing::Test {
protected:
    [[nodiscard]] wire::target target() const {
        return {.at = {.port = server_.port(), .trusted = authority()}, .token = token_};
    }
    [[nodiscard]] std::filesystem::path authority() const {
        return server_.data() / "tls" / "ca.pem";
    }

    /// Every row, once; what was answered otherwise than it says.
    [[nodiscard]] static std::vector<std::string> send_all_rows(const wire::target& server) {
        std::vector<std::string> problems;
        for (const wire::wire_case& row : wire::cases()) {
            for (std::string& each : attack(server, row, cut::whole)) {
                problems.push_back(std::move(each));
            }
        }
        return problems;
    }

    /// Presents the catalogue of bad tokens, from a process of its own that also writes to the
    /// database.
    [[nodiscard]] std::unique_ptr<program> present_bad_tokens() const {
        ::setenv("PARTNERD_DEMO_FILE", (server_.data() / "demo.json").c_str(), 1);
        ::setenv("SSL_CERT_FILE", authority().c_str(), 1);
        const std::vector<std::string> words{
            CONFORMANCE_TEST, "--gtest_brief=1", "--gtest_filter=*Token*"};
        return std::make_unique<program>(words, scratch_.path());
    }

    [[nodiscard]] wire::answer read_profile(wire::connection& peer) const {
        peer.send(
            "GET /v1/customers/" + std::string{customer} +
                "/profiles/billing HTTP/1.1\r\nHost: partnerd\r\nAuthorization: Bearer " + token_ +
                "\r\n\r\n",
            cut::whole
        );
        return peer.receive(true).value();
    }

    const planned_faults faults_{};
    const temporary_directory scratch_{};
    partnerd server_{{"--tls-dev"}};
    const std::string token_{server_.token()};
};

TEST_F(Siege, GoodClientsAreServedWhileStreamsAndTokensAttack) {
    wire::connection good{target().at};
    const std::string profile = read_profile(good).body;
    ASSERT_THAT(profile, HasSubstr("Tidewater"));

    const auto presented = present_bad_tokens();
    auto tokens = std::async(std::launch::async, [&] { return presented->wait(); });
    auto streams = std::async(std::launch::async, [&] { return send_all_rows(target()); });
    const auto under_attack = [&] {
        const std::chrono::seconds now{0};
        return tokens.wait_for(now) != std::future_status::ready ||
               streams.wait_for(now) != std::future_status::ready;
    };
    while (under_attack()) {
        const wire::answer answer = read_profile(good);
        ASSERT_EQ(answer.status, 200U) << answer.body;
        ASSERT_EQ(answer.body, profile);
    }

    EXPECT_EQ(tokens.get(), 0) << presented->output();
    EXPECT_THAT(presented->output(), HasSubstr("PASSED"));
    EXPECT_THAT(streams.get(), IsEmpty());
    EXPECT_EQ(server_.stop(), 0) << server_.log();
}

/// Commits until told to stop, so that no connection can go on with the pages that it has read;
/// what went wrong with that, if anything did.
[[nodiscard]] std::string commit_again_and_again(
    const std::filesystem::path& database, const std::stop_token& stopped
) try {
    sqlite_file file{{.file = database}};
    store records{file.connect()};
    const guid owner = parse_guid(partner).value();
    for (std::uint32_t number = 0; !stopped.stop_requested(); ++number) {
        guid id = owner;
        std::memcpy(id.bytes.data(), &number, sizeof number);
        if (!block_on(records.tenants().add_application({.id = id, .partner_id = owner}))) {
            return "an id is taken";
        }
    }
    return {};
} catch (const std::exception& error) {
    return error.what();
}

TEST_F(Siege, WhatADiskDeniesIsRefusedForAsLongAsItDoes) {
    wire::connection good{target().at};
    const std::string profile = read_profile(good).body;
    fault_plan& plan = faults_.plan;
    plan.files = testing::every_file;
    plan.operations = testing::mask_of({testing::disk_operation::read});
    {
        std::stop_source done;
        auto commits = std::async(std::launch::async, [&] {
            return commit_again_and_again(server_.data() / "partnerd.db", done.get_token());
        });
        wire::target tolerant = target();
        tolerant.tolerated = 503;
        auto streams = std::async(std::launch::async, [&] { return send_all_rows(tolerant); });
        int served = 0;
        int refused = 0;
        // Three reads in a row fail, then a request is served; for as long as the rows last.
        bool strikes = true;
        while (!HasFailure() &&
               (streams.wait_for(std::chrono::seconds{0}) != std::future_status::ready ||
                served == 0 || refused == 0)) {
            if (strikes) plan.fail(SQLITE_IOERR_READ, 1, 3);
            const wire::answer answer = read_profile(good);
            strikes = answer.status == 200 && plan.failed >= 3;
            if (answer.status == 200) {
                ++served;
                EXPECT_EQ(answer.body, profile);
            } else {
                ++refused;
                EXPECT_EQ(answer.status, 503U) << answer.body;
                EXPECT_THAT(answer.body, HasSubstr(R"({"code":800003,)"));
                EXPECT_TRUE(answer.find("Retry-After"));
            }
        }
        done.request_stop();
        EXPECT_EQ(commits.get(), "");
        EXPECT_THAT(streams.get(), IsEmpty());
    }
    plan.lift();

    EXPECT_EQ(read_profile(good).body, profile);
    EXPECT_THAT(send_all_rows(target()), IsEmpty());
    EXPECT_EQ(server_.stop(), 0) << server_.log();
    EXPECT_THAT(server_.log(), HasSubstr("could not be read"));
}

/// The disk is full from the n-th write of a change on, for every n that it has.
TEST_F(Siege, WhatAFullDiskDeniesIsNeitherDoneNorHalfDone) {
    wire::connection good{target().at};
    const auto ask = [&](const testing::raw_request& request) {
        good.send(to_bytes(request, token_), cut::whole);
        return good.receive(request.method != "HEAD").value();
    };
    fault_plan& plan = faults_.plan;
    plan.files = testing::every_file;
    plan.operations =
        testing::mask_of({testing::disk_operation::write, testing::disk_operation::hint});
    const testing::raw_request creation = testing::creation_of("scarce.onmicrosoft.com", 1);
    const testing::raw_request domain_check{
        .method = "HEAD", .target = "/v1/domains/scarce.onmicrosoft.com"};
    const testing::raw_request move = testing::move_to_street(customer, "1 Full Street", 2);

    for (const testing::raw_request& change : {creation, move}) {
        const std::string profile = read_profile(good).body;
        const bool creates = change.method == "POST";
        std::uint64_t refused = 0;
        for (;; ++refused, plan.lift()) {
            plan.fail(SQLITE_FULL, refused + 1, testing::for_ever);
            const wire::answer answer = ask(change);
            if (answer.status != 503) {
                EXPECT_EQ(answer.status, creates ? 201U : 200U) << answer.body;
                break;
            }
            EXPECT_THAT(answer.body, HasSubstr(R"({"code":800003,)"));
            EXPECT_TRUE(answer.find("Retry-After"));
            EXPECT_EQ(read_profile(good).body, profile);
            EXPECT_EQ(ask(domain_check).status, creates ? 404U : 200U);
        }
        plan.lift();
        EXPECT_GT(refused, 0U);
    }

    EXPECT_THAT(read_profile(good).body, HasSubstr("1 Full Street"));
    EXPECT_EQ(server_.stop(), 0) << server_.log();
    sqlite_connection file{
        {.file = server_.data() / "partnerd.db"}, sqlite_connection::use::reading};
    // The second change renames the company too, which is a line of its own.
    for (const auto& [sql, count] :
         {std::pair{"SELECT count(*) FROM audit_records", 3},
          std::pair{"SELECT count(*) FROM requests", 2}}) {
        rows found = file.run(sql, {});
        EXPECT_EQ(found.take<std::int64_t>(0, 0), count) << sql;
    }
    rows integrity = file.run("PRAGMA integrity_check", {});
    EXPECT_EQ(integrity.take<std::string>(0, 0), "ok");
}

}  // namespace
}  // namespace partner_center
