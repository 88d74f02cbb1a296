// The table of faults and their wire form, byte for byte as the contract's section 10.13 prints it.
// SPDX-License-Identifier: MIT
#include <utility>

#include <gtest/gtest.h>

#include <partner_center/fault.hpp>
#include <partner_center/result.hpp>

namespace partner_center {
namespace {

[[nodiscard]] std::string wire(const fault& problem) {
    std::string out;
    append_json(out, problem, fault_code_form::number);
    return out;
}

[[nodiscard]] guid id(std::string_view text) {
    return parse_guid(text).value();
}

TEST(FaultTable, HasEveryKindAtItsPlace) {
    for (std::size_t at = 0; at < fault_table().size(); ++at) {
        EXPECT_EQ(static_cast<std::size_t>(fault_table()[at].kind), at) << fault_table()[at].name;
        EXPECT_FALSE(fault_table()[at].description.empty());
        EXPECT_FALSE(fault_table()[at].when.empty()) << fault_table()[at].name;
    }
    EXPECT_EQ(row_of(fault_kind::unavailable).name, "unavailable");
    EXPECT_EQ(fault_table().size(), static_cast<std::size_t>(fault_kind::unavailable) + 1);
}

TEST(FaultJson, IsTheContractsByteForByte) {
    EXPECT_EQ(
        wire({.kind = fault_kind::malformed_customer_id}),
        R"({"code":2000,"description":"customer-tenant-id is not a GUID","data":[],"source":"PartnerApiServiceControllers"})"
    );
    EXPECT_EQ(
        wire({.kind = fault_kind::zero_customer_id}),
        R"({"code":900118,"description":"the customer id cannot be used","data":[],"source":"PartnerFD"})"
    );
    EXPECT_EQ(
        wire({.kind = fault_kind::missing_token}),
        R"({"code":800001,"description":"no bearer token was presented","data":[],"source":"PartnerFD"})"
    );
    EXPECT_EQ(
        wire({.kind = fault_kind::mfa_required}),
        R"({"code":900421,"description":"the token was obtained without multi-factor authentication","data":[],"source":"PartnerFD"})"
    );
    EXPECT_EQ(
        wire({.kind = fault_kind::user_token_required}),
        R"({"code":900329,"description":"this operation needs an app+user token","data":[],"source":"PartnerFD"})"
    );
    EXPECT_EQ(
        wire(no_relationship(
            id("b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70"), id("6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3")
        )),
        R"({"code":20002,"description":"partner b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70 has no commerce relationship with customer 6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3","data":[],"source":"PartnerFD"})"
    );
    EXPECT_EQ(
        wire(unknown_tenant()),
        R"({"code":60003,"description":"no tenant has this id","data":[],"source":"PartnerFD"})"
    );
    EXPECT_EQ(
        wire({.kind = fault_kind::no_such_route}),
        R"({"code":1000,"description":"no such resource","data":[],"source":"PartnerApiServiceControllers"})"
    );
    EXPECT_EQ(
        wire({.kind = fault_kind::method_not_allowed}),
        R"({"code":1000,"description":"this method is not allowed here","data":[],"source":"PartnerApiServiceControllers"})"
    );
    EXPECT_EQ(
        wire({.kind = fault_kind::internal_error}),
        R"({"code":800003,"description":"unexpected failure; quote the correlation id","data":[],"source":"PartnerFD"})"
    );
}

TEST(FaultJson, PrintsTheCodeAsAStringWhenAsked) {
    std::string out;
    append_json(out, {.kind = fault_kind::no_such_route}, fault_code_form::string);

    EXPECT_TRUE(out.starts_with(R"({"code":"1000",)")) << out;
}

TEST(FaultJson, ListsProblemsInData) {
    EXPECT_EQ(
        wire({fault_kind::invalid_value, "two problems", {"email is missing", "a \"quoted\" one"}}),
        R"({"code":3000,"description":"two problems","data":["email is missing","a \"quoted\" one"],"source":"PartnerFD"})"
    );
}

TEST(FaultJson, ListsTheOnlyProblemToo) {
    EXPECT_EQ(
        wire(invalid("relationshipToPartner must be none")),
        R"({"code":3000,"description":"relationshipToPartner must be none","data":["relationshipToPartner must be none"],"source":"PartnerFD"})"
    );
}

TEST(FaultJson, CutsALongDescriptionBetweenCharacters) {
    std::string umlauts;
    for (int i = 0; i < 1025; ++i) umlauts += "ü";

    const std::string out = wire({fault_kind::invalid_value, umlauts, {}});

    EXPECT_NE(out.find('"' + umlauts.substr(0, 2048) + '"'), std::string::npos);
    EXPECT_EQ(wire({fault_kind::invalid_value, umlauts.substr(0, 2048), {}}), out);
}

TEST(Result, ThrowsTheFaultWhenItsValueIsAskedFor) {
    const result<int> refused = unknown_tenant();

    try {
        static_cast<void>(refused.value());
        FAIL() << "value() returned";
    } catch (const partner_exception& thrown) {
        EXPECT_EQ(thrown.problem().kind, fault_kind::unknown_tenant);
        EXPECT_STREQ(thrown.what(), "no tenant has this id");
    }
}

}  // namespace
}  // namespace partner_center
