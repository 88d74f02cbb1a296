// Tests of going through customers and audit records one by one and page by page.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <ranges>
#include <vector>

#include <gtest/gtest.h>

#include <partner_center/client.hpp>
#include <partner_center/testing/fake_transport.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;

static_assert(std::ranges::input_range<customer_range>);
static_assert(std::ranges::input_range<const customer_range>);
static_assert(!std::ranges::forward_range<customer_range>);

class item_range_test : public ::testing::Test {
protected:
    [[nodiscard]] client caller() const {
        return {
            clouds::global,
            std::make_shared<static_credential>("t", std::chrono::system_clock::now() + 1h),
            {.transport = fake_}};
    }
    [[nodiscard]] customer_collection_operations customers() const { return caller().customers(); }
    void answer(const std::string& items, const std::string& links) {
        fake_->answer(http::response{
            .status = 200, .body = R"({"items":[)" + items + R"(],"links":{)" + links + "}}"});
    }
    [[nodiscard]] static std::string link_to(const std::string& name, const std::string& token) {
        return link_in("/customers", name, token);
    }
    [[nodiscard]] static std::string link_in(
        const std::string& list, const std::string& name, const std::string& token
    ) {
        return '"' + name + R"(":{"uri":")" + list + "?seekOperation=" + name +
               R"(","headers":[{"key":"MS-ContinuationToken","value":")" + token + R"("}]})";
    }
    [[nodiscard]] std::string target(std::size_t at) const {
        return fake_->requests().at(at).request.target;
    }
    [[nodiscard]] std::string token(std::size_t at) const {
        const http::response fields{.fields = fake_->requests().at(at).request.fields};
        return std::string{fields.find("MS-ContinuationToken").value_or("")};
    }
    [[nodiscard]] std::size_t asked() const { return fake_->requests().size(); }

    std::shared_ptr<testing::fake_transport> fake_ = std::make_shared<testing::fake_transport>();
};

using CustomerRange = item_range_test;

TEST_F(CustomerRange, GoesThroughAllPages) {
    answer(R"({"id":"a"},{"id":"b"})", link_to("next", "t1"));
    answer("", link_to("next", "t2"));
    answer(R"({"id":"c"})", "");

    std::string ids;
    for (const customer& each : customers().list_all({.company_name = "Tide"})) ids += *each.id;

    EXPECT_EQ(ids, "abc");
    EXPECT_TRUE(target(0).starts_with("/v1/customers?size=500&filter="));
    EXPECT_EQ(target(1), "/v1/customers?seekOperation=next");
    EXPECT_EQ(token(1) + token(2), "t1t2");
}

TEST_F(CustomerRange, AsksForAPageWhenItIsReached) {
    answer(R"({"id":"a"},{"id":"b"})", link_to("next", "t1"));
    answer(R"({"id":"c"})", "");
    const customer_range all = customers().list_all({.size = 2});
    EXPECT_EQ(asked(), 0U);

    auto at = all.begin();
    EXPECT_EQ(target(0), "/v1/customers?size=2");
    EXPECT_EQ(at->id, "a");
    EXPECT_EQ((++at)->id, "b");
    EXPECT_EQ(asked(), 1U);
    ++at;
    EXPECT_EQ(at->id, "c");
    EXPECT_EQ(asked(), 2U);
    at++;
    EXPECT_TRUE(at == all.end());
    EXPECT_EQ(asked(), 2U);
}

TEST_F(CustomerRange, IsEmptyWhenThereIsNobody) {
    answer("", "");
    EXPECT_EQ(std::ranges::distance(customers().list_all({})), 0);
}

TEST_F(CustomerRange, WorksWithAlgorithmsAndViews) {
    answer(R"({"id":"a"},{"id":"b"})", link_to("next", "t1"));
    answer(R"({"id":"c"})", "");
    const customer_range all = customers().list_all({});
    const auto is_c = [](const customer& each) { return each.id == "c"; };
    EXPECT_EQ(std::ranges::count_if(all, is_c), 1);
}

TEST_F(CustomerRange, ThrowsWhenAPageCannotBeHadAndMayGoOn) {
    fake_->answer(http::response{.status = 403});
    answer(R"({"id":"a"})", link_to("next", "t1"));
    fake_->answer(http::response{.status = 503});
    answer(R"({"id":"b"})", "");
    const customer_range all = customers().list_all({});

    EXPECT_THROW(static_cast<void>(all.begin()), partner_error);
    auto at = all.begin();
    EXPECT_EQ(at->id, "a");
    try {
        ++at;
        FAIL() << "the page could be had";
    } catch (const partner_error& thrown) {
        EXPECT_EQ(thrown.problem().category, error_category::server_busy);
    }
    EXPECT_EQ((++at)->id, "b");
    EXPECT_EQ(token(3), "t1");
}

TEST_F(CustomerRange, GoesBackByPages) {
    answer("", link_to("previous", "t1"));
    answer(R"({"id":"a"})", link_to("previous", "t2"));
    answer(R"({"id":"b"})", "");
    const auto from = customers();

    const auto page = from.previous(from.list().value()).value();
    EXPECT_EQ(page.items.at(0).id, "a");
    const auto first = from.previous_async(page).get().value();
    EXPECT_EQ(first.items.at(0).id, "b");
    EXPECT_EQ(target(1), "/v1/customers?seekOperation=previous");
    EXPECT_EQ(token(1) + token(2), "t1t2");
    EXPECT_EQ(from.previous(first).error().category, error_category::bad_input);
    EXPECT_EQ(from.previous_async(first).get().error().category, error_category::bad_input);
    EXPECT_EQ(asked(), 3U);
}

using AuditRecordRange = item_range_test;

TEST_F(AuditRecordRange, GoesThroughAllPagesWithAndWithoutTheVersionInTheirLinks) {
    answer(R"({"id":"a"})", link_in("/v1/auditrecords", "next", "t1"));
    answer(R"({"id":"b"},{"id":"c"})", link_in("/auditrecords", "next", "t2"));
    answer("", "");

    std::string ids;
    for (const audit_record& each :
         caller().audit_records().list_all({.resource_type = "customer"})) {
        ids += *each.id;
    }

    EXPECT_EQ(ids, "abc");
    EXPECT_TRUE(target(0).starts_with("/v1/auditrecords?filter="));
    EXPECT_EQ(target(2), "/v1/auditrecords?seekOperation=next");
    EXPECT_EQ(token(1) + token(2), "t1t2");
}

TEST_F(AuditRecordRange, GoesBackByPages) {
    answer("", link_in("/auditrecords", "previous", "t1"));
    answer(R"({"id":"a"})", link_in("/auditrecords", "previous", "t2"));
    answer(R"({"id":"b"})", "");
    const auto from = caller().audit_records();

    const auto page = from.previous(from.query({}).value()).value();
    EXPECT_EQ(page.items.at(0).id, "a");
    EXPECT_EQ(from.previous_async(page).get().value().items.at(0).id, "b");
    EXPECT_EQ(token(1) + token(2), "t1t2");
}

}  // namespace
}  // namespace partner_center
