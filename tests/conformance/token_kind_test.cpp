// Every kind of token that `partnerd token` makes, presented to the API: each gets the answer that
// its row promises, and the documentation says the same.
// SPDX-License-Identifier: MIT
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/identity/token_kinds.hpp"
#include "server/token_command.hpp"
#include "tests/conformance/api_under_test.hpp"

namespace partner_center {
namespace {

using namespace testing;
using ::testing::HasSubstr;

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

[[nodiscard]] std::string minted(const token_request& request) {
    return make_token(kind_of(request), order_of(request, api().world(), api().key()));
}

[[nodiscard]] http::response answer_to(const std::string& token, const demo_partner& partner) {
    const std::string customer = to_string(partner.customers.at(0));
    return api().get(billing_path(customer), {{"Authorization", "Bearer " + token}});
}

class TokenKind : public ::testing::TestWithParam<token_kind> {};

TEST_P(TokenKind, GetsItsAnswer) {
    const token_kind& kind = GetParam();
    const std::string ann = "billing@lumen-partner.example";
    // An app-only kind is also made for a person.
    for (const std::string& user : {std::string{}, ann}) {
        const std::string token = minted({.kind = std::string{kind.name}, .user = user});
        const auto answer = answer_to(token, api().partner());
        EXPECT_EQ(answer.status, kind.status) << answer.body;
        if (kind.code == 0) continue;
        EXPECT_THAT(answer.body, HasSubstr(fmt::format("\"code\":{},", kind.code)));
    }
}

INSTANTIATE_TEST_SUITE_P(
    All,
    TokenKind,
    ::testing::ValuesIn(token_kinds().begin(), token_kinds().end()),
    [](const auto& of) {
        std::string name;
        bool is_first = true;
        for (const char each : of.param.name) {
            if (each != '-') {
                name += is_first ? static_cast<char>(std::toupper(each)) : each;
            }
            is_first = each == '-';
        }
        return name;
    }
);

TEST(TokenKinds, AreDocumentedWithTheirAnswers) {
    std::ifstream file{PARTNERD_SOURCE "/docs/compatibility.md"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    for (const token_kind& each : token_kinds()) {
        const std::string answer = each.code == 0 ? std::to_string(each.status)
                                                  : fmt::format("{}, {}", each.status, each.code);
        EXPECT_THAT(text, HasSubstr(fmt::format("| `{}` | {} |", each.name, answer)));
    }
}

TEST(TokenOfAPerson, CarriesTheirNameAndRolesAndIsGood) {
    for (const demo_partner& partner : api().world().partners) {
        for (const demo_user& user : partner.users) {
            const std::string token =
                minted({.partner = partner.domain, .user = user.user_principal_name});
            const std::string answer = answer_to(token, partner).body;
            EXPECT_EQ(answer_to(token, partner).status, 200U) << user.user_principal_name << answer;
        }
    }
}

TEST(TokenOrder, IsForWhatIsNamed) {
    const demo_partner& partner = api().partner();
    const std::string second = to_string(partner.applications.at(1).client_id);
    const token_order order = order_of(
        {.application = second,
         .audience = "https://x.example",
         .lifetime = std::chrono::seconds{7}},
        api().world(),
        api().key()
    );
    EXPECT_EQ(to_string(order.subject.application_id), second);
    EXPECT_EQ(order.audience, "https://x.example");
    EXPECT_EQ(order.lifetime.count(), 7);
    EXPECT_FALSE(order.user);
}

TEST(TokenOrder, SaysWhatTheDemoDataHasNot) {
    const auto refusal = [](const token_request& request) -> std::string {
        try {
            static_cast<void>(order_of(request, api().world(), api().key()));
        } catch (const usage_error& refused) {
            return refused.what();
        }
        return "it was accepted";
    };
    EXPECT_EQ(refusal({.partner = "x.example"}), "--partner: the demo data has no 'x.example'");
    EXPECT_EQ(refusal({.user = "x@x.example"}), "--user: the demo data has no 'x@x.example'");
    EXPECT_EQ(refusal({.application = "7"}), "--application: the demo data has no '7'");
    EXPECT_THAT(
        refusal({.kind = "golden"}), HasSubstr("--kind: 'golden' is not one of good, expired")
    );
}

}  // namespace
}  // namespace partner_center
