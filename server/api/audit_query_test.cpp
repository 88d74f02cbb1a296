// The days, filters and tokens of lists of audit records.
// SPDX-License-Identifier: MIT
#include "server/api/audit_query.hpp"

#include <gtest/gtest.h>

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;

constexpr sys_days today = 2026y / 11 / 22;
constexpr guid partner_id{{1}};

[[nodiscard]] audit_window window(
    const std::optional<std::string>& start, const std::optional<std::string>& end
) {
    return read_audit_window(start, end, today).value();
}

[[nodiscard]] fault_kind refusal(
    const std::optional<std::string>& start, const std::optional<std::string>& end
) {
    return read_audit_window(start, end, today).error().kind;
}

TEST(AuditDates, ComeInTheFormsOfEveryClient) {
    for (const char* text :
         {"2026-11-22",
          "11/22/2026 12:00:00 AM",
          "11/22/2026 1:05:09 pm",
          "11/22/2026 00:00:00",
          "11/22/2026 23:59:59",
          "2026-11-326"}) {
        EXPECT_EQ(read_audit_date(text), today) << text;
    }
    EXPECT_EQ(read_audit_date("6/1/2017 12:00:00 AM"), sys_days{2017y / 6 / 1});
    EXPECT_EQ(read_audit_date("2026-1-2"), sys_days{2026y / 1 / 2});
}

TEST(AuditDates, AreDaysOfTheYearInJava) {
    EXPECT_EQ(read_audit_date("2026-01-05"), sys_days{2026y / 1 / 5});
    EXPECT_EQ(read_audit_date("2026-02-33"), sys_days{2026y / 2 / 2});
    EXPECT_EQ(read_audit_date("2026-01-005"), sys_days{2026y / 1 / 5});
    EXPECT_EQ(read_audit_date("2024-12-366"), sys_days{2024y / 12 / 31});
    EXPECT_EQ(read_audit_date("2026-12-366"), std::nullopt);
}

TEST(AuditDates, AreRefusedOtherwise) {
    for (const char* text :
         {"",
          "today",
          "2026-02-30",
          "2026-13-01",
          "2026-11-00",
          "2026-11",
          "26-11-22",
          "2026-11-22x",
          "2026-11-22T00:00:00Z",
          "22/11/2026 00:00:00",
          "11/22/2026",
          "11/22/2026 24:00:00",
          "11/22/2026 13:00:00 AM",
          "11/22/2026 0:00:00 PM",
          "11/22/2026 1:60:00 PM",
          "11/22/2026 1:00:00 XM",
          "2026-11-4294967298"}) {
        EXPECT_EQ(read_audit_date(text), std::nullopt) << text;
    }
}

TEST(AuditWindows, HaveDefaults) {
    EXPECT_EQ(window({}, {}), (audit_window{today - days{30}, today}));
    EXPECT_EQ(window("2026-11-01", {}), (audit_window{2026y / 11 / 1, today}));
    EXPECT_EQ(window({}, "2026-11-11"), (audit_window{2026y / 10 / 12, 2026y / 11 / 11}));
    EXPECT_EQ(window({}, "2026-09-01"), (audit_window{today - days{90}, 2026y / 9 / 1}));
    EXPECT_EQ(
        window("11/02/2026 00:00:00", "11/05/2026 00:00:00"),
        (audit_window{2026y / 11 / 2, 2026y / 11 / 5})
    );
    EXPECT_EQ(window("2026-11-23", {}), (audit_window{today + days{1}, today + days{1}}));
}

TEST(AuditWindows, ReachNinetyDaysBack) {
    EXPECT_EQ(window("2026-08-24", {}).first, today - days{90});
    EXPECT_EQ(refusal("2026-08-23", {}), fault_kind::invalid_value);
    EXPECT_EQ(refusal({}, "2026-08-23"), fault_kind::invalid_value);
    EXPECT_EQ(refusal("yesterday", {}), fault_kind::invalid_value);
    EXPECT_EQ(refusal({}, "yesterday"), fault_kind::invalid_value);
    EXPECT_EQ(refusal("2026-11-02", "2026-11-01"), fault_kind::invalid_value);
}

TEST(AuditFilters, SayWhatIsLookedFor) {
    audit_selection selection;

    EXPECT_FALSE(read_audit_filter(
        selection, R"({"Field":"CompanyName","Value":"TIDE Water","Operator":"substring"})"
    ));
    EXPECT_EQ(selection.company_name, "tide water");
    EXPECT_FALSE(read_audit_filter(
        selection, R"({"field":"resource_type","value":"Partner_CustomerDap","operator":"Equals"})"
    ));
    EXPECT_EQ(selection.resource_type, "partnercustomerdap");
    EXPECT_FALSE(read_audit_filter(
        selection,
        R"({"Field":"CustomerId","Value":"6F1C9A52-3D0E-4B7C-9C11-5A2E8D40B7F3","Operator":"equals"})"
    ));
    EXPECT_EQ(selection.customer_id, parse_guid("6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3"));
}

TEST(AuditFilters, AreRefused) {
    const auto kind = [](const std::string& filter) {
        audit_selection selection;
        return read_audit_filter(selection, filter).value().kind;
    };
    EXPECT_EQ(kind("Tidewater"), fault_kind::invalid_body);
    for (const char* filter :
         {R"({"Field":"Domain","Value":"a","Operator":"substring"})",
          R"({"Field":"CompanyName","Value":"a","Operator":"starts_with"})",
          R"({"Field":"ResourceType","Value":"a","Operator":"substring"})",
          R"({"Field":"CustomerId","Value":"a","Operator":"equals"})",
          R"({"Field":"CompanyName","Operator":"substring"})",
          "{}"}) {
        EXPECT_EQ(kind(filter), fault_kind::invalid_value) << filter;
    }
    const std::string longest(audit_name_bytes_max, 'a');
    const std::string before = R"({"Field":"CompanyName","Operator":"substring","Value":")";
    audit_selection selection;
    EXPECT_FALSE(read_audit_filter(selection, before + longest + "\"}"));
    EXPECT_EQ(kind(before + longest + "a\"}"), fault_kind::invalid_value);
}

TEST(AuditTokens, SayWhatWasPutIntoThem) {
    const sealing_key key{};
    audit_page page{
        .selection =
            {.partner_id = partner_id,
             .from = 1,
             .until = 638'412'345'678'901'234,
             .company_name = std::string(audit_name_bytes_max, 'a'),
             .resource_type = std::string(audit_type_bytes_max, 'b')},
        .size = 500,
        .first = {3, 4},
        .last = {5, 6}};
    for (const std::optional<guid> customer : {std::optional<guid>{}, std::optional{guid{{7}}}}) {
        page.selection.customer_id = customer;
        const std::string token = audit_page_token(key, page);

        EXPECT_LE(token.size(), page_token_bytes_max);
        EXPECT_EQ(read_audit_page_token(key, partner_id, token), page);
        EXPECT_FALSE(read_audit_page_token(key, guid{{2}}, token));
        EXPECT_FALSE(read_audit_page_token(key, partner_id, token + "A"));
    }
    EXPECT_FALSE(read_audit_page_token(key, partner_id, ""));
}

}  // namespace
}  // namespace partner_center
