// `partnerd audit reads`: what it prints and refuses. Calls audit_command.cpp.
// SPDX-License-Identifier: MIT
#include "server/audit_command.hpp"

#include <gtest/gtest.h>

#include "server/config.hpp"
#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;
using lines = std::vector<std::string>;

constexpr std::string_view correlation_id = "c2b7d915-6e0a-4f3d-8a44-51f0c7e9ab36";
constexpr std::int64_t at = 1'795'379'400'123;  // 2026-11-22T20:30:00.123Z

/// Two reads in the store: of a person, and half a second later of an application.
class AuditCommand : public ::testing::Test {
protected:
    AuditCommand() {
        profile_read_row of_person{{id_of(1), id_of(2), id_of(3)}};
        of_person.add(id_of(7), correlation_id, at);
        profile_read_row of_application{{id_of(1), id_of(2), std::nullopt}};
        of_application.add(id_of(8), correlation_id, at + 500);
        std::vector<profile_read_row> batch{of_person, of_application};
        run(all_.store.reads().add(std::move(batch), at + 1'000));
    }

    [[nodiscard]] lines printed(const std::string& customer, const std::string& since) const {
        lines out;
        print_profile_reads(
            {.database = all_.path, .customer = customer, .since = since},
            [&](std::string_view line) { out.emplace_back(line); }
        );
        return out;
    }

    fresh_store all_{};
};

TEST_F(AuditCommand, PrintsALineForEachRead) {
    const lines all = printed("", "");

    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(
        all[0],
        R"({"time":"2026-11-22T20:30:00.123Z","partnerId":"1d000000-0000-0000-0000-000000000001",)"
        R"("applicationId":"1d000000-0000-0000-0000-000000000002",)"
        R"("userId":"1d000000-0000-0000-0000-000000000003",)"
        R"("customerId":"1d000000-0000-0000-0000-000000000007",)"
        R"("correlationId":"c2b7d915-6e0a-4f3d-8a44-51f0c7e9ab36"})"
    );
    EXPECT_EQ(all[1].find("userId"), std::string::npos);
}

TEST_F(AuditCommand, PrintsThoseOfACustomerOrATimeOnly) {
    const lines all = printed("", "");

    EXPECT_EQ(printed(to_string(id_of(8)), ""), lines{all[1]});
    EXPECT_EQ(printed("", "2026-11-22"), all);
    EXPECT_EQ(printed("", "2026-11-22T20:30:00Z"), all);
    EXPECT_EQ(printed("", "2026-11-22T20:30:01Z"), lines{});
    EXPECT_EQ(printed("", "2026-11-23"), lines{});
}

TEST_F(AuditCommand, RefusesWhatCannotBeMeant) {
    for (const char* since : {"yesterday", "2026-11-22T20:30Z", "2026-11-22T24:00:00Z"}) {
        EXPECT_THROW(static_cast<void>(printed("", since)), usage_error) << since;
    }
    EXPECT_THROW(static_cast<void>(printed("tidewater", "")), usage_error);
    const auto nothing = [](std::string_view) {};
    const std::filesystem::path missing = all_.directory / "none.db";
    EXPECT_THROW(print_profile_reads({.database = missing}, nothing), store_error);
    EXPECT_FALSE(std::filesystem::exists(missing));
}

}  // namespace
}  // namespace partner_center
