// Lists of customers through dispatch: the golden examples byte for byte, whole lists in pieces,
// and failures midway. Calls dispatch.cpp.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/api/customer_page_token.hpp"
#include "tests/support/small_world.hpp"
#include <partner_center/json.hpp>
#include <partner_center/models/customer.hpp>

namespace partner_center {
namespace {

using ::testing::HasSubstr;
using testing::id;
using testing::small_world;

/// A partner with customers of its own; every one is given by what a list shows.
class ListCustomers : public ::testing::Test {
protected:
    ListCustomers() {
        std::vector<statement> away;
        away.push_back({.sql = "DELETE FROM customers"});
        EXPECT_FALSE(block_on(world.connect()->write(std::move(away))).refused_by);
    }

    void add(std::string_view customer_id, std::string name, std::string domain) {
        ASSERT_TRUE(block_on(world.data().add_customers(
            world.partner_id,
            {{.id = id(customer_id),
              .company_name = std::move(name),
              .domain = std::move(domain),
              .billing = {"{}"}}}
        )));
    }

    void add_golden() {
        add("e58c1d07-64f2-49a3-8b0c-2d9f7ae31c60",
            "Vesper Lantern Ltd",
            "vesperlantern.onmicrosoft.com");
        add("a3327be0-0b44-4d8a-9d52-7711c60fe2b9", "Umber Kiln Studio", "umberkiln.onmicrosoft.com"
        );
        add("6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3",
            "Tidewater Cooperative",
            "tidewatercoop.onmicrosoft.com");
    }

    void add_many(std::size_t count) {
        std::vector<new_customer> customers;
        for (std::size_t number = 0; number < count; ++number) {
            new_customer& each = customers.emplace_back();
            each.id.bytes[0] = 1;
            each.id.bytes[1] = static_cast<std::uint8_t>(number >> 8U);
            each.id.bytes[2] = static_cast<std::uint8_t>(number);
            each.company_name = "Company " + std::to_string(number);
            each.domain = "company" + std::to_string(number) + ".example";
            each.billing = {"{}"};
        }
        ASSERT_TRUE(block_on(world.data().add_customers(world.partner_id, std::move(customers))));
    }

    [[nodiscard]] http::response get(std::string_view target, std::string_view token) {
        http::request request{.method = "GET", .target = std::string{target}};
        request.fields.push_back({"Authorization", "Bearer " + world.token()});
        if (!token.empty()) {
            request.fields.push_back({"MS-ContinuationToken", std::string{token}});
        }
        return world.send(request);
    }
    [[nodiscard]] http::response get(std::string_view target) { return get(target, ""); }

    [[nodiscard]] customer_collection list(std::string_view target, std::string_view token) {
        const http::response answer = get(target, token);
        EXPECT_EQ(answer.status, 200U) << answer.body;
        return from_json<customer_collection>(answer.body, json_reading::response).value();
    }

    /// What the list shows, without the pieces that are still to come.
    [[nodiscard]] http::answer begin(const std::string& target) {
        const std::string bearer = "Bearer " + world.token();
        const std::vector<http::field_view> fields{{"Authorization", bearer}};
        const http::request_view request{.method = "GET", .target = target, .fields = fields};
        http::answer answer;
        block_on(world.dispatch().respond(request, answer));
        return answer;
    }

    small_world world{"{}"};
};

constexpr std::string_view first_page_start =
    R"({"totalCount":2,"items":[{"id":"6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3","companyProfile":{"tenantId":"6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3","domain":"tidewatercoop.onmicrosoft.com","companyName":"Tidewater Cooperative","links":{"self":{"uri":"/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/company","method":"GET","headers":[]}},"attributes":{"objectType":"CustomerCompanyProfile"}},"relationshipToPartner":"reseller","links":{"self":{"uri":"/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3","method":"GET","headers":[]}},"attributes":{"objectType":"Customer"}},{"id":"a3327be0-0b44-4d8a-9d52-7711c60fe2b9","companyProfile":{"tenantId":"a3327be0-0b44-4d8a-9d52-7711c60fe2b9","domain":"umberkiln.onmicrosoft.com","companyName":"Umber Kiln Studio","links":{"self":{"uri":"/v1/customers/a3327be0-0b44-4d8a-9d52-7711c60fe2b9/profiles/company","method":"GET","headers":[]}},"attributes":{"objectType":"CustomerCompanyProfile"}},"relationshipToPartner":"reseller","links":{"self":{"uri":"/v1/customers/a3327be0-0b44-4d8a-9d52-7711c60fe2b9","method":"GET","headers":[]}},"attributes":{"objectType":"Customer"}}],"continuationToken":")";
constexpr std::string_view first_page_middle =
    R"(","links":{"self":{"uri":"/v1/customers?size=2","method":"GET","headers":[]},"next":{"uri":"/customers?size=2&seekOperation=Next","method":"GET","headers":[{"key":"MS-ContinuationToken","value":")";
constexpr std::string_view first_page_end = R"("}]}},"attributes":{"objectType":"Collection"}})";

/// What the token of the contract's example is long.
constexpr std::size_t golden_token_bytes = 42;

TEST_F(ListCustomers, GivesTheGoldenPagesByteForByte) {
    add_golden();

    const http::response first = get("/v1/customers?size=2");
    const auto read = from_json<customer_collection>(first.body, json_reading::response).value();
    const std::string token = read.continuation_token.value();
    const http::response second = get("/v1/customers?size=2&seekOperation=Next", token);

    EXPECT_EQ(first.find("Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(
        first.body,
        std::string{first_page_start} + token + std::string{first_page_middle} + token +
            std::string{first_page_end}
    );
    EXPECT_EQ(first.body.size() - 2 * token.size() + 2 * golden_token_bytes, 1465U);
    EXPECT_EQ(
        second.body,
        R"({"totalCount":1,"items":[{"id":"e58c1d07-64f2-49a3-8b0c-2d9f7ae31c60","companyProfile":{"tenantId":"e58c1d07-64f2-49a3-8b0c-2d9f7ae31c60","domain":"vesperlantern.onmicrosoft.com","companyName":"Vesper Lantern Ltd","links":{"self":{"uri":"/v1/customers/e58c1d07-64f2-49a3-8b0c-2d9f7ae31c60/profiles/company","method":"GET","headers":[]}},"attributes":{"objectType":"CustomerCompanyProfile"}},"relationshipToPartner":"reseller","links":{"self":{"uri":"/v1/customers/e58c1d07-64f2-49a3-8b0c-2d9f7ae31c60","method":"GET","headers":[]}},"attributes":{"objectType":"Customer"}}],"links":{"self":{"uri":"/v1/customers?size=2&seekOperation=Next","method":"GET","headers":[]}},"attributes":{"objectType":"Collection"}})"
    );
    EXPECT_EQ(second.body.size(), 709U);
}

TEST_F(ListCustomers, GivesTheGoldenEmptyList) {
    add_golden();

    EXPECT_EQ(
        get("/v1/customers?size=0&filter=%7B%22Field%22:%22CompanyName%22%2C%22Value%22:%22zzz%22"
            "%2C%22Operator%22:%22starts_with%22%7D")
            .body,
        R"({"totalCount":0,"items":[],"links":{"self":{"uri":"/v1/customers?size=0&filter=%7B%22Field%22%3A%22CompanyName%22%2C%22Value%22%3A%22zzz%22%2C%22Operator%22%3A%22starts_with%22%7D","method":"GET","headers":[]}},"attributes":{"objectType":"Collection"}})"
    );
}

TEST_F(ListCustomers, WritesWhatItsModelHolds) {
    add_golden();
    add("11111111-2222-4333-8444-555555555555",
        "\"Quote\\\" \u00fcber \U0001F3ED\u0001",
        "q.example");
    for (const std::string_view target : {"/v1/customers", "/v1/customers?size=3"}) {
        const std::string body = get(target).body;
        EXPECT_EQ(
            to_json(from_json<customer_collection>(body, json_reading::response).value()), body
        );
    }
}

TEST_F(ListCustomers, LeavesTheVersionOutOfLinksWhenTheSwitchSaysSo) {
    add_golden();
    world.options.links = links_form::unversioned;

    const customer_collection page = list("/v1/customers?size=1", "");

    EXPECT_EQ(page.links->self->uri, "/customers?size=1");
    EXPECT_EQ(page.links->next->uri, "/customers?size=1&seekOperation=Next");
    const customer& tidewater = page.items.at(0);
    EXPECT_EQ(tidewater.links->self->uri, "/customers/" + *tidewater.id);
    EXPECT_EQ(
        tidewater.company_profile->links->self->uri,
        "/customers/" + *tidewater.id + "/profiles/company"
    );
}

TEST_F(ListCustomers, BeginsWithAByteOrderMarkWhenTheSwitchSaysSo) {
    add_many(501);
    world.options.bom = true;

    EXPECT_TRUE(get("/v1/customers?size=1").body.starts_with("\xEF\xBB\xBF{\"totalCount\":1,"));
    EXPECT_TRUE(get("/v1/customers").body.starts_with("\xEF\xBB\xBF{\"totalCount\":501,"));
}

TEST_F(ListCustomers, AnswersWholeListsAtOnceUpToAPage) {
    add_many(500);
    EXPECT_FALSE(begin("/v1/customers").rest);
    EXPECT_FALSE(begin("/v1/customers?size=600").rest);
    EXPECT_EQ(list("/v1/customers", "").total_count, 500);
    EXPECT_EQ(list("/v1/customers?size=0", "").items.size(), 500U);
}

TEST_F(ListCustomers, MakesLongerListsInPieces) {
    add_many(777);

    http::answer answer = begin("/v1/customers?size=0");
    ASSERT_TRUE(answer.rest);
    EXPECT_EQ(answer.body, R"({"totalCount":777,"items":[)");
    add("ffffffff-2222-4333-8444-555555555555", "Company 0", "late.example");
    std::size_t longest = 0;
    for (bool more = true; more;) {
        std::string piece;
        more = answer.rest(piece);
        longest = std::max(longest, piece.size());
        answer.body += piece;
    }

    EXPECT_LE(longest, 32U * 1024);
    const auto all = from_json<customer_collection>(answer.body, json_reading::response).value();
    EXPECT_EQ(to_json(all), answer.body);
    EXPECT_EQ(all.total_count, 777);
    EXPECT_EQ(all.items.size(), 777U);
    EXPECT_EQ(all.items.front().company_profile->company_name, "Company 0");
    EXPECT_FALSE(all.continuation_token);
    EXPECT_FALSE(all.links->next);
    EXPECT_EQ(list("/v1/customers", "").total_count, 778);
}

TEST_F(ListCustomers, AsksToComeBackWhenTooManyAreRead) {
    add_many(501);
    std::vector<http::answer> open;
    for (std::size_t each = 0; each < partner_snapshots_max; ++each)
        open.push_back(begin("/v1/customers"));

    const http::response refused = get("/v1/customers");
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.find("Retry-After"), "1");
    EXPECT_EQ(get("/v1/customers?size=500").status, 200U);

    open.pop_back();
    EXPECT_EQ(get("/v1/customers").status, 200U);
}

TEST_F(ListCustomers, FailsWhenTheStoreFailsMidway) {
    add_many(5'000);
    rows where = block_on(world.connect()->read("SELECT file FROM pragma_database_list", {}));
    const std::string file = where.take<std::string>(0, 0);
    http::answer answer = begin("/v1/customers");
    std::string piece;
    ASSERT_TRUE(answer.rest(piece));

    // How much of the log is in the file by now is not known.
    std::filesystem::resize_file(file + "-wal", 0);
    std::filesystem::resize_file(file, 0);

    EXPECT_THROW(while (answer.rest(piece)){}, store_error);
}

}  // namespace
}  // namespace partner_center
