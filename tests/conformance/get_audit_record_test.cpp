// GET /v1/auditrecords/{id}, and the same at /auditactivity.
// SPDX-License-Identifier: MIT
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include "tests/support/small_world.hpp"

namespace partner_center {
namespace {

using ::testing::HasSubstr;
using testing::small_world;

constexpr std::string_view golden_id =
    "b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70_6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3_"
    "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3_updatecustomerbillingprofile_638412345678901234";
constexpr std::int64_t golden_ticks = 638'412'345'678'901'234;

/// The record of the contract's golden list.
[[nodiscard]] std::string golden_record() {
    std::ifstream file{
        std::string{PARTNERD_SOURCE} + "/tests/golden/list_audit_records/by_customer.json"};
    const std::string list{std::istreambuf_iterator<char>{file}, {}};
    const auto begin = list.find(R"({"id")");
    return list.substr(begin, list.find(R"(],"links":{"self":{"uri":"/v1/auditrecords)") - begin);
}

class GetAuditRecord : public ::testing::Test {
protected:
    GetAuditRecord() {
        add(api_.partner_id, R"({"id":"another of that moment"})");
        add(api_.partner_id, golden_record());
        add(api_.other_partner_id, R"({"id":"theirs_638412345678901234"})");
    }
    void add(const guid& partner, std::string document) {
        change what =
            store::record(partner, {.ticks = golden_ticks, .document = std::move(document)});
        EXPECT_FALSE(block_on(api_.data().commit(std::move(what))));
    }
    [[nodiscard]] http::response get(const std::string& target) {
        return api_.send(
            {.method = "GET",
             .target = target,
             .fields = {{"Authorization", "Bearer " + api_.token()}}}
        );
    }

    small_world api_{"{}"};
};

TEST_F(GetAuditRecord, GivesTheGoldenRecordAtBothPaths) {
    for (const char* path :
         {"/v1/auditrecords/",
          "/auditactivity/v1/auditrecords/",
          "/AuditActivity/V1/AuditRecords/"}) {
        const auto answer = get(path + std::string{golden_id});

        EXPECT_EQ(answer.status, 200U) << path;
        EXPECT_EQ(answer.body, golden_record());
    }
}

TEST_F(GetAuditRecord, TakesIdsInAnyLetterCase) {
    std::string id{golden_id};
    for (char& each : id) each = static_cast<char>(std::toupper(static_cast<unsigned char>(each)));

    EXPECT_EQ(get("/v1/auditrecords/" + id).body, golden_record());
}

TEST_F(GetAuditRecord, KnowsNothingElse) {
    std::string other_moment{golden_id};
    other_moment.back() = '5';
    for (const std::string& id :
         {std::string{golden_id.substr(1)},
          std::string{golden_id.substr(0, 60)},
          other_moment,
          std::string{golden_id} + '0',
          std::string{golden_id} + "999999999999",
          std::string{"theirs_638412345678901234"},
          std::string{"638412345678901234"},
          std::string{"_"},
          std::string{"6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3"}}) {
        const auto answer = get("/v1/auditrecords/" + id);

        EXPECT_EQ(answer.status, 404U) << id;
        EXPECT_THAT(answer.body, HasSubstr(R"("code":1000)"));
    }
}

TEST_F(GetAuditRecord, HasNoOtherMethods) {
    for (const char* path : {"/v1/auditrecords/x", "/auditactivity/v1/auditrecords/x"}) {
        const auto answer = api_.send({.method = "DELETE", .target = path});
        EXPECT_EQ(answer.status, 405U);
        EXPECT_EQ(answer.find("Allow"), "GET");
    }
    EXPECT_EQ(get("/auditactivity/v1/auditrecords").status, 404U);
}

}  // namespace
}  // namespace partner_center
