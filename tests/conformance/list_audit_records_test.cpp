// GET /v1/auditrecords: days, filters, pages and tokens, through the SDK and as other clients ask.
// SPDX-License-Identifier: MIT
#include <fstream>
#include <iterator>
#include <set>

#include <fmt/chrono.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/api/audit_text.hpp"
#include "server/percent.hpp"
#include "tests/conformance/api_under_test.hpp"
#include "tests/support/changing_world.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using std::chrono::days;
using testing::api_under_test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::small_world;

[[nodiscard]] std::string golden() {
    std::ifstream file{
        std::string{PARTNERD_SOURCE} + "/tests/golden/list_audit_records/by_customer.json"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

[[nodiscard]] std::string date_of(std::chrono::system_clock::time_point time) {
    return fmt::format("{:%Y-%m-%d}", std::chrono::floor<days>(time));
}

/// An API with records of the test's own, whose documents have an id alone.
class ListAuditRecords : public ::testing::Test {
protected:
    void add(const guid& partner, audit_entry entry) {
        EXPECT_FALSE(block_on(api_.data().commit(store::record(partner, std::move(entry)))));
    }
    void add(std::chrono::system_clock::time_point at, const std::string& id) {
        add(api_.partner_id, {.ticks = ticks_of(at), .document = R"({"id":")" + id + R"("})"});
    }
    [[nodiscard]] http::response get(const std::string& query, std::vector<http::field> more) {
        more.push_back({"Authorization", "Bearer " + api_.token()});
        return api_.send(
            {.method = "GET", .target = "/v1/auditrecords" + query, .fields = std::move(more)}
        );
    }
    [[nodiscard]] audit_record_collection list(
        const std::string& query, std::vector<http::field> more
    ) {
        const auto answer = get(query, std::move(more));
        EXPECT_EQ(answer.status, 200U) << query << ' ' << answer.body;
        return from_json<audit_record_collection>(answer.body, json_reading::response).value();
    }
    [[nodiscard]] std::vector<std::string> ids(const std::string& query) {
        return ids_in(list(query, {}));
    }
    [[nodiscard]] static std::vector<std::string> ids_in(const audit_record_collection& page) {
        std::vector<std::string> out;
        for (const audit_record& each : page.items) out.push_back(each.id.value());
        return out;
    }
    [[nodiscard]] static std::string filter(const std::string& text) {
        return "?filter=" + percent_encoded(text);
    }

    small_world api_{"{}"};
    const std::chrono::system_clock::time_point now_{std::chrono::system_clock::now()};
};

TEST_F(ListAuditRecords, AnswersWithTheGoldenBody) {
    std::string expected = golden();
    const auto begin = expected.find(R"({"id")");
    const auto end = expected.find(R"(],"links":{"self":{"uri":"/v1/auditrecords)");
    add(api_.partner_id,
        {.ticks = ticks_of(now_),
         .customer_id = api_.customer_id,
         .customer_name = "Tidewater Cooperative",
         .resource_type = "customer",
         .document = expected.substr(begin, end - begin)});
    add(now_, "of no customer");
    const std::string published = "startDate=2024-01-22";
    const std::string day = date_of(now_ - days{1});
    expected.replace(expected.find(published), published.size(), "startDate=" + day);

    const auto answer =
        get("?startDate=" + day +
                "&filter=%7B%22Field%22:%22CustomerId%22,%22Value%22:%22"
                "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3%22,%22Operator%22:%22equals%22%7D",
            {});

    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, expected);
    EXPECT_EQ(answer.find("Content-Type"), "application/json; charset=utf-8");
}

TEST_F(ListAuditRecords, GivesTheLastThirtyDaysTheNewestFirst) {
    add(now_ - days{31}, "old");
    add(now_ - days{29}, "b");
    add(now_, "a");
    add(api_.other_partner_id, {.ticks = ticks_of(now_), .document = R"({"id":"theirs"})"});

    const auto all = list("", {});

    EXPECT_THAT(ids_in(all), ElementsAre("a", "b"));
    EXPECT_EQ(all.total_count, 2);
    EXPECT_EQ(all.links->self->uri, "/v1/auditrecords?size=500");
    EXPECT_FALSE(all.links->next);
    EXPECT_FALSE(all.continuation_token);
    api_.options.links = links_form::unversioned;
    EXPECT_EQ(list("", {}).links->self->uri, "/auditrecords?size=500");
}

TEST_F(ListAuditRecords, TakesDaysInEveryFormAndSaysThemInOne) {
    const auto first = now_ - days{20};
    add(first, "of the day");
    add(first - days{1}, "of the day before");
    add(first + days{1}, "of the day after");
    const std::string day = date_of(first);
    const auto midnight = std::chrono::floor<days>(first);
    for (const std::string& text :
         {day,
          fmt::format("{:%m/%d/%Y}", midnight) + " 00:00:00",
          fmt::format("{:%m/%d/%Y}", midnight) + " 12:00:00 AM",
          fmt::format("{:%Y-%m-%j}", midnight)}) {
        const std::string encoded = percent_encoded(text);

        const auto found = list("?startDate=" + encoded + "&endDate=" + encoded, {});

        EXPECT_THAT(ids_in(found), ElementsAre("of the day")) << text;
        EXPECT_EQ(
            found.links->self->uri,
            "/v1/auditrecords?startDate=" + day + "&endDate=" + day + "&size=500"
        );
    }
    EXPECT_THAT(ids("?StartDate=" + day), ElementsAre("of the day after", "of the day"));
}

TEST_F(ListAuditRecords, RefusesWhatCannotBeAskedFor) {
    for (const std::string& query :
         {"?startDate=" + date_of(now_ - days{92}),
          "?endDate=" + date_of(now_ - days{92}),
          std::string{"?startDate=yesterday"},
          "?startDate=" + date_of(now_) + "&endDate=" + date_of(now_ - days{2}),
          filter(R"({"Field":"Nonsense","Value":"a","Operator":"equals"})")}) {
        const auto answer = get(query, {});
        EXPECT_EQ(answer.status, 400U) << query;
        EXPECT_THAT(answer.body, HasSubstr(R"("code":3000)"));
    }
    for (const char* query :
         {"?size=-1", "?size=x", "?filter=x", "?seekOperation=Next", "?seekOperation=Last"}) {
        const auto answer = get(query, {});
        EXPECT_EQ(answer.status, 400U) << query;
        EXPECT_THAT(answer.body, HasSubstr(R"("code":800002)"));
    }
    EXPECT_EQ(get("", {{"MS-ContinuationToken", "AAAA"}}).status, 400U);
}

TEST_F(ListAuditRecords, FiltersAsEveryClientWritesIt) {
    const auto add_one = [&](const char* id, const char* name, const char* type) {
        add(api_.partner_id,
            {.ticks = ticks_of(now_),
             .customer_name = name,
             .resource_type = type,
             .document = std::string{R"({"id":")"} + id + R"("})"});
    };
    add_one("a", "Tidewater Cooperative", "customer");
    add_one("b", "A b", "partner_customer_relationship");

    // .NET leaves the colons as they are and escapes the rest in its own way.
    EXPECT_THAT(
        ids("?size=5&filter=%7B%22Field%22:%22CompanyName%22,%22Value%22:%22a%20b%22,"
            "%22Operator%22:%22substring%22%7D"),
        ElementsAre("b")
    );
    EXPECT_THAT(
        ids(filter(R"({"field":"CompanyName","value":"WATER","operator":"substring"})")),
        ElementsAre("a")
    );
    for (const char* type : {"PartnerCustomerRelationship", "partner_customer_relationship"}) {
        EXPECT_THAT(
            ids(filter(
                R"({"Field":"ResourceType","Operator":"equals","Value":")" + std::string{type} +
                R"("})"
            )),
            ElementsAre("b")
        );
    }
    EXPECT_THAT(
        ids(filter(R"({"Field":"ResourceType","Value":"custom","Operator":"equals"})")), IsEmpty()
    );
}

TEST_F(ListAuditRecords, GivesPagesWhoseTokensSayEverything) {
    for (char id = 'e'; id >= 'a'; --id) add(now_, std::string{id});
    add(now_ - days{31}, "old");

    const auto first = list("?size=2", {});
    EXPECT_THAT(ids_in(first), ElementsAre("a", "b"));
    EXPECT_EQ(first.links->next->uri, "/auditrecords?size=2&seekOperation=Next");
    EXPECT_EQ(first.links->next->headers.at(0).value, first.continuation_token);
    const std::vector<http::field> token{{"MS-ContinuationToken", *first.continuation_token}};

    const auto second = list("?seekOperation=Next", token);
    EXPECT_THAT(ids_in(second), ElementsAre("c", "d"));
    EXPECT_EQ(second.links->self->uri, "/v1/auditrecords?size=2&seekOperation=Next");
    // Java sends the token in the query.
    EXPECT_THAT(
        ids("?size=2&MS-ContinuationToken=" + *second.continuation_token), ElementsAre("e")
    );
    const std::vector<http::field> later{{"MS-ContinuationToken", *second.continuation_token}};
    EXPECT_THAT(ids_in(list("?seekOperation=Previous", later)), ElementsAre("a", "b"));
    EXPECT_THAT(ids_in(list("?seekOperation=First", later)), ElementsAre("a", "b"));
    EXPECT_THAT(ids_in(list("?size=0", {})), ElementsAre("a", "b", "c", "d", "e"));
    EXPECT_EQ(list("?size=501", {}).links->self->uri, "/v1/auditrecords?size=500");
}

TEST_F(ListAuditRecords, GivesNoMoreThanAMebibyteAtOnce) {
    std::set<std::string> all;
    for (int number = 0; number < 60; ++number) {
        const std::string id = std::to_string(number) + std::string(100'000, 'x');
        add(now_, id);
        all.insert(id);
    }
    http::response answer = get("", {});
    std::set<std::string> seen;
    for (bool more = true; more;) {
        EXPECT_LT(answer.body.size(), 1'300'000U);
        const json_limits limits{.bytes_max = answer.body.size()};
        const auto page =
            from_json<audit_record_collection>(answer.body, json_reading::response, limits).value();
        for (const std::string& each : ids_in(page)) EXPECT_TRUE(seen.insert(each).second);
        EXPECT_EQ(page.total_count, std::ssize(page.items));
        more = page.links->next.has_value();
        if (more) {
            EXPECT_EQ(page.links->next->uri, "/auditrecords?size=500&seekOperation=Next");
            answer =
                get("?seekOperation=Next", {{"MS-ContinuationToken", *page.continuation_token}});
        }
    }

    EXPECT_EQ(seen, all);
}

TEST(ReadsOfTheAudit, AreReadsOfTheBillingProfilesThatItShows) {
    testing::changing_world api;
    const std::string profile = testing::billing_path(to_string(api.customer_id));
    for (int times = 0; times < 2; ++times) {
        const auto put = api.request("PUT", profile, api.get_at(profile).body, {});
        ASSERT_EQ(api.send(put).status, 200U);
    }
    ASSERT_EQ(api.send(api.request("PUT", profile, "{}", {})).status, 400U);
    const auto reads_by = [&](const std::string& target) {
        static_cast<void>(api.reads());
        EXPECT_EQ(api.get_at(target).status, 200U);
        return api.reads();
    };

    const auto of_list = reads_by("/v1/auditrecords");

    ASSERT_EQ(of_list.size(), 2U);
    EXPECT_EQ(of_list[0].customer_id, api.customer_id);
    EXPECT_EQ(of_list[0].application_id, api.application_id);
    const auto records = api.audit();
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(reads_by("/v1/auditrecords/" + *records[0].id).size(), 1U);
    EXPECT_TRUE(reads_by("/v1/auditrecords/" + *records[2].id).empty());  // refused: shows nothing
}

/// Through the SDK, on the API under test: what is changed, or tried to be, is there.
class SharedAudit : public ::testing::Test {
protected:
    SharedAudit() {
        const guid customer = api().partner().customers.at(0);
        const auto profiles = client_.customers().by_id(customer).profiles();
        billing_profile profile = profiles.billing().get().value();
        profile.attributes.etag = "1";
        for (int count = 0; count < 3; ++count) {
            EXPECT_FALSE(profiles.billing().update(profile));
        }
    }
    [[nodiscard]] static api_under_test& api() { return api_under_test::instance(); }
    [[nodiscard]] audit_record_query of_customer(std::int64_t size) const {
        return {.size = size, .customer_id = api().partner().customers.at(0)};
    }

    const client client_{api().client_of(api().partner())};
};

TEST_F(SharedAudit, IsPagedThroughTheSdk) {
    const auto all = client_.audit_records().query(of_customer(500)).value();
    ASSERT_GE(all.items.size(), 3U);
    auto page = client_.audit_records().query_async(of_customer(2)).get().value();
    std::vector<audit_record> seen = page.items;
    while (page.links->next) {
        page = client_.audit_records().next(page).value();
        seen.insert(seen.end(), page.items.begin(), page.items.end());
    }

    EXPECT_EQ(seen, all.items);
    EXPECT_EQ(
        client_.audit_records().next_async(page).get().error().category, error_category::bad_input
    );
    EXPECT_EQ(seen.front().operation_type, "update_customer_billing_profile");
    EXPECT_EQ(seen.front().operation_status, operation_status::failed);
}

TEST_F(SharedAudit, IsFilteredAndReadOneByOneThroughTheSdk) {
    const auto audit = client_.audit_records();
    const auto today = std::chrono::floor<days>(std::chrono::system_clock::now());
    const audit_record newest = audit.query(of_customer(1)).value().items.at(0);

    EXPECT_EQ(audit.by_id(*newest.id).get().value(), newest);
    EXPECT_EQ(audit.by_id(*newest.id).get_async().get().value(), newest);
    EXPECT_EQ(audit.by_id("unknown").get().error().category, error_category::not_found);
    audit_record_query which{.start = today - days{1}, .end = today, .company_name = "TIDEWATER"};
    EXPECT_FALSE(audit.query(which).value().items.empty());
    which.company_name = "nobody is called so";
    EXPECT_TRUE(audit.query(which).value().items.empty());
    which = {.resource_type = "Customer"};
    EXPECT_FALSE(audit.query(which).value().items.empty());
    which.customer_id = guid{};
    EXPECT_EQ(audit.query(which).error().category, error_category::bad_input);
    EXPECT_EQ(audit.query_async(which).get().error().category, error_category::bad_input);
    which = {.start = today - days{100}};
    EXPECT_EQ(audit.query(which).error().code, "3000");
}

TEST_F(SharedAudit, IsOfThePartnerAlone) {
    const audit_record newest = client_.audit_records().query(of_customer(1)).value().items.at(0);
    const client others = api().client_of(api().other_partner());

    for (const audit_record& each : others.audit_records().query({}).value().items) {
        EXPECT_EQ(each.partner_id, to_string(api().other_partner().tenant_id));
    }
    EXPECT_EQ(
        others.audit_records().by_id(*newest.id).get().error().category, error_category::not_found
    );
}

TEST_F(SharedAudit, DoesNotExistIn21Vianet) {
    const client chinese = api().client_of(api().partner_in(clouds::china));

    EXPECT_EQ(chinese.audit_records().query({}).error().category, error_category::not_found);
    EXPECT_EQ(chinese.audit_records().by_id("x").get().error().category, error_category::not_found);
}

}  // namespace
}  // namespace partner_center
