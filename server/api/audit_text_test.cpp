// The texts of audit records.
// SPDX-License-Identifier: MIT
#include "server/api/audit_text.hpp"

#include <gtest/gtest.h>

#include <partner_center/models/billing_profile.hpp>

namespace partner_center {
namespace {

TEST(AuditText, IsPascalCaseWithNullsForWhatMicrosoftsClientHas) {
    billing_profile profile{.id = "9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55", .first_name = "Maren"};
    profile.default_address = {.country = "US", .city = "Astoria", .phone_number = ""};
    profile.links = {.self = link{.uri = "/v1/x"}};
    profile.attributes.etag = "-3";

    EXPECT_EQ(
        audit_text(profile),
        R"({"Id":"9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55","FirstName":"Maren","LastName":null,)"
        R"("Email":null,"Culture":null,"Language":null,"CompanyName":null,"DefaultAddress":{)"
        R"("Country":"US","Region":null,"City":"Astoria","State":null,"AddressLine1":null,)"
        R"("AddressLine2":null,"PostalCode":null,"FirstName":null,"MiddleName":null,)"
        R"("LastName":null,"PhoneNumber":""},"Links":{"Self":{"Uri":"/x","Method":"GET",)"
        R"("Headers":[],"Body":null}},"Attributes":{"Etag":"-3",)"
        R"("ObjectType":"CustomerBillingProfile"}})"
    );
}

TEST(AuditText, HasWhatOnlyTheReferenceKnowsWhenItIsThere) {
    const address only_known_to_some{.district = "Clatsop", .address_line3 = "Back entrance"};

    const std::string text = audit_text(only_known_to_some);

    EXPECT_NE(text.find(R"("District":"Clatsop")"), std::string::npos);
    EXPECT_NE(text.find(R"("AddressLine3":"Back entrance")"), std::string::npos);
    EXPECT_EQ(text.find("EmailAddress"), std::string::npos);
}

TEST(AuditText, DatesHaveSevenDigitsAndTicksAreThoseOfDotNet) {
    using namespace std::chrono;
    const sys_days day{year{2024} / 1 / 22};
    const auto time = day + 9h + 16min + 7s + nanoseconds{890'123'400};

    EXPECT_EQ(ticks_of(time), 638'415'117'678'901'234);
    EXPECT_EQ(date_text(ticks_of(time)), "2024-01-22T09:16:07.8901234Z");
    EXPECT_EQ(date_text(ticks_of(day)), "2024-01-22T00:00:00.0000000Z");
}

}  // namespace
}  // namespace partner_center
