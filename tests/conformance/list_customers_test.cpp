// GET /v1/customers: lists of customers, their pages, filters and tokens, and the requests that
// Microsoft's and other clients send for them.
// SPDX-License-Identifier: MIT
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/percent.hpp"
#include "tests/conformance/api_under_test.hpp"
#include <partner_center/json.hpp>
#include <partner_center/models/customer.hpp>

namespace partner_center {
namespace {

using testing::api_under_test;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::fields;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

/// Asked for once: the authority takes its time to compare secrets.
[[nodiscard]] const std::string& bearer() {
    static const std::string text = "Bearer " + api().token_of(api().partner());
    return text;
}

[[nodiscard]] http::response get(const std::string& target, fields more) {
    more.push_back({"Authorization", bearer()});
    return api().get(target, std::move(more));
}

[[nodiscard]] customer_collection list(const std::string& target, fields more) {
    const http::response answer = get(target, std::move(more));
    EXPECT_EQ(answer.status, 200U) << target << ' ' << answer.body;
    return from_json<customer_collection>(answer.body, json_reading::response).value();
}

[[nodiscard]] customer_collection list(const std::string& target) {
    return list(target, {});
}

/// As .NET puts it into the query, or in other words.
[[nodiscard]] std::string filter(
    std::string_view field, std::string_view value, std::string_view operation
) {
    std::string text = R"({"Field":)";
    append_json_string(text, field);
    text += R"(,"Value":)";
    append_json_string(text, value);
    text += R"(,"Operator":)";
    append_json_string(text, operation);
    return percent_encoded(text + '}');
}

[[nodiscard]] std::vector<std::string> names_in(const customer_collection& page) {
    std::vector<std::string> names;
    for (const customer& each : page.items) {
        names.push_back(each.company_profile->company_name.value());
    }
    return names;
}

[[nodiscard]] std::vector<std::string> names_like(std::string_view field, std::string_view value) {
    return names_in(list("/v1/customers?size=0&filter=" + filter(field, value, "starts_with")));
}

struct refusal {
    unsigned status{};
    std::string code{};

    bool operator==(const refusal&) const = default;
};
const refusal not_readable{400, "800002"};
const refusal not_valid{400, "3000"};

void PrintTo(const refusal& each, std::ostream* out) {
    *out << each.status << '/' << each.code;
}

[[nodiscard]] refusal refusal_of(const std::string& target, fields more) {
    const http::response answer = get(target, std::move(more));
    const auto at = answer.body.find(R"("code":)") + 7;
    return {answer.status, answer.body.substr(at, answer.body.find(',', at) - at)};
}

[[nodiscard]] refusal refusal_of(const std::string& target) {
    return refusal_of(target, {});
}

[[nodiscard]] std::set<std::string> ids_of(const demo_partner& partner) {
    std::set<std::string> ids;
    for (const guid& each : partner.customers) ids.insert(to_string(each));
    return ids;
}

TEST(ListCustomers, GivesEveryCustomerOfEachPartnerAndNobodyElse) {
    for (const demo_partner& partner : api().world().partners) {
        const auto all = api().client_of(partner).customers().list().value();

        std::set<std::string> ids;
        for (const customer& each : all.items) ids.insert(each.id.value());
        EXPECT_EQ(ids, ids_of(partner)) << partner.name;
        EXPECT_EQ(all.total_count, std::int64_t(all.items.size()));
        EXPECT_EQ(all.items.size(), partner.customers.size());
        EXPECT_FALSE(all.continuation_token);
        EXPECT_FALSE(all.links->next);
        EXPECT_EQ(all.attributes.object_type, "Collection");
    }
}

TEST(ListCustomers, GivesTheShortFormOfTheModelAndNothingElse) {
    const http::response answer = get("/v1/customers", {});
    const auto all = from_json<customer_collection>(answer.body, json_reading::response).value();

    EXPECT_EQ(answer.find("Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(to_json(all), answer.body);
    EXPECT_THAT(
        answer.body,
        HasSubstr(
            R"({"id":"6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3","companyProfile":{"tenantId":"6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3","domain":"tidewatercoop.onmicrosoft.com","companyName":"Tidewater Cooperative","links":{"self":{"uri":"/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/company","method":"GET","headers":[]}},"attributes":{"objectType":"CustomerCompanyProfile"}},"relationshipToPartner":"reseller","links":{"self":{"uri":"/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3","method":"GET","headers":[]}},"attributes":{"objectType":"Customer"}})"
        )
    );
}

TEST(ListCustomers, IsTheSameWithoutSizeAndWithSize0) {
    EXPECT_EQ(names_in(list("/v1/customers")), names_in(list("/v1/customers?size=0")));
    EXPECT_EQ(list("/v1/customers?SIZE=1").items.size(), 1U);
}

TEST(ListCustomers, FollowsPagesToTheEnd) {
    const client client = api().client_of(api().partner());
    const auto all = client.customers().list().value();
    for (const std::int64_t size : {1, 7, 50, 499}) {
        auto page = client.customers().query({.size = size, .company_name = {}}).value();
        std::vector<std::string> names = names_in(page);
        while (page.links->next) {
            EXPECT_EQ(page.total_count, size);
            EXPECT_EQ(page.links->next->headers.at(0).value, page.continuation_token);
            EXPECT_EQ(
                page.links->next->uri,
                "/customers?size=" + std::to_string(size) + "&seekOperation=Next"
            );
            page = client.customers().next_async(page).get().value();
            for (std::string& each : names_in(page)) names.push_back(std::move(each));
        }
        EXPECT_FALSE(page.continuation_token);
        EXPECT_EQ(names, names_in(all)) << size;
        EXPECT_EQ(client.customers().next(page).error().category, error_category::bad_input);
    }
}

TEST(ListCustomers, FollowsLinksWithAndWithoutTheVersionButNotElsewhere) {
    const client client = api().client_of(api().partner());
    auto page = client.customers().query({.size = 2, .company_name = {}}).value();
    const auto next = client.customers().next(page).value();
    std::string& uri = page.links->next->uri;
    uri.insert(0, "/v1");
    EXPECT_EQ(to_json(client.customers().next(page).value()), to_json(next));
    for (const char* const elsewhere :
         {"https://example.com/customers?size=2",
          "//example.com/customers?size=2",
          "customers?size=2",
          "/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3",
          "/customers?size=2 HTTP/1.1"}) {
        uri = elsewhere;
        EXPECT_EQ(client.customers().next(page).error().category, error_category::bad_input) << uri;
    }
}

TEST(ListCustomers, TakesTheTokenAlone) {
    const auto first =
        list("/v1/customers?size=2&filter=" + filter("CompanyName", "", "starts_with"));
    const fields token{{"MS-ContinuationToken", first.continuation_token.value()}};

    const auto second = list("/v1/customers?seekOperation=Next", token);
    EXPECT_EQ(second.total_count, 2);
    EXPECT_EQ(second.links->self->uri, "/v1/customers?seekOperation=Next");
    for (const std::string& same :
         {std::string{"/v1/customers?seekoperation=next"},
          std::string{"/v1/customers"},
          std::string{"/v1/customers?size=77&seekOperation=Next"}}) {
        EXPECT_EQ(names_in(list(same, token)), names_in(second)) << same;
    }
    const std::string in_query =
        "/v1/customers?seekOperation=Next&ms-continuationtoken=" + *first.continuation_token;
    EXPECT_EQ(names_in(list(in_query)), names_in(second));
    const fields next{{"MS-ContinuationToken", second.continuation_token.value()}};
    const auto third = list("/v1/customers?seekOperation=Next", next);
    EXPECT_EQ(names_in(list("/v1/customers?seekOperation=Previous", next)), names_in(first));
    EXPECT_EQ(names_in(list("/v1/customers?seekOperation=First", next)), names_in(first));
    EXPECT_EQ(names_in(list("/v1/customers?seekOperation=Previous", token)), names_in(first));
    const fields last{{"MS-ContinuationToken", third.continuation_token.value()}};
    EXPECT_EQ(names_in(list("/v1/customers?seekOperation=Previous", last)), names_in(second));
    EXPECT_EQ(names_in(list("/v1/customers?size=2&seekOperation=First")), names_in(first));
}

TEST(ListCustomers, KeepsTheFilterInTheToken) {
    const std::string filtered = filter("companyName", "T", "startsWith");
    const auto all = names_in(list("/v1/customers?size=0&filter=" + filtered));
    ASSERT_GT(all.size(), 2U);
    EXPECT_LT(all.size(), api().partner().customers.size());
    std::vector<std::string> names;
    auto page = list("/v1/customers?size=1&filter=" + filtered);
    for (;;) {
        names.push_back(names_in(page).at(0));
        if (!page.continuation_token) break;
        page = list(
            "/v1/customers?seekOperation=Next", {{"MS-ContinuationToken", *page.continuation_token}}
        );
    }
    EXPECT_EQ(names, all);
    EXPECT_THAT(names, Each(::testing::AnyOf(StartsWith("T"), StartsWith("t"))));
}

TEST(ListCustomers, MakesPagesOf500AtMost) {
    const auto page = list("/v1/customers?size=100000");
    EXPECT_EQ(page.total_count, std::int64_t(api().partner().customers.size()));
    EXPECT_EQ(page.links->self->uri, "/v1/customers?size=100000");
}

TEST(ListCustomers, UnderstandsEveryDialectOfFilters) {
    const std::vector<std::string> tidewater{"Tidewater Cooperative"};
    for (const char* const field : {"CompanyName", "companyname", "company_name", "COMPANY_NAME"}) {
        for (const char* const operation : {"starts_with", "StartsWith", "startsWith"}) {
            EXPECT_EQ(
                names_in(list("/v1/customers?filter=" + filter(field, "tideW", operation))),
                tidewater
            ) << field
              << ' ' << operation;
        }
    }
    for (const char* const text :
         {R"({"value":"Tide","field":"CompanyName","fieldType":"String","operator":"StartsWith"})",
          R"({"OPERATOR":"starts_with","FIELD":"CompanyName","VALUE":"Tide","more":{"a":[1]}})",
          " {\n\"Field\" : \"CompanyName\", \"Value\":\"Tide\", \"Operator\":\"starts_with\" } "}) {
        EXPECT_EQ(names_in(list("/v1/customers?filter=" + percent_encoded(text))), tidewater);
    }
    EXPECT_EQ(names_like("Domain", "TideWaterCoop.on"), tidewater);
    EXPECT_EQ(names_like("domain", "tidewatercoop.onmicrosoft.com"), tidewater);
    EXPECT_THAT(names_like("IndirectReseller", ""), IsEmpty());
    EXPECT_THAT(names_like("indirect_cloud_solution_provider", "t"), IsEmpty());
}

TEST(ListCustomers, ReadsFiltersAsFormData) {
    const std::string around_blank =
        "%7B%22Field%22:%22CompanyName%22%2C%22Value%22:%22Tidewater+Coop%22%2C"
        "%22Operator%22:%22starts_with%22%7D";
    EXPECT_THAT(
        names_in(list("/v1/customers?size=0&filter=" + around_blank)),
        ElementsAre("Tidewater Cooperative")
    );
    std::string with_plus = around_blank;
    with_plus.replace(with_plus.find('+'), 1, "%2B");
    EXPECT_THAT(names_in(list("/v1/customers?size=0&filter=" + with_plus)), IsEmpty());
}

TEST(ListCustomers, TakesValuesToTheLetter) {
    for (const char* const value :
         {"%", "_idewater", "Tide%", "'", "\"", "\\", "T_", "' OR 1=1 --", "\xF0\x9F\x8F\xAD"}) {
        EXPECT_THAT(names_like("CompanyName", value), IsEmpty()) << value;
        EXPECT_THAT(names_like("Domain", value), IsEmpty()) << value;
    }
    EXPECT_EQ(names_like("CompanyName", "").size(), api().partner().customers.size());
}

TEST(ListCustomers, ReadsEveryNameItShows) {
    for (const std::string& name : names_in(list("/v1/customers"))) {
        EXPECT_THAT(names_like("CompanyName", name), ::testing::Contains(name));
    }
}

TEST(ListCustomers, RefusesSizesThatAreNone) {
    for (const char* const size : {"-1", "abc", "1.5", "", "1e2", "0x10", "+", "%20", "--1"}) {
        EXPECT_EQ(refusal_of(std::string{"/v1/customers?size="} + size), not_readable) << size;
    }
}

TEST(ListCustomers, RefusesFiltersThatAreNone) {
    for (const char* const text :
         {"",
          "x",
          "[]",
          "{",
          "null",
          "\"CompanyName\"",
          R"({"Field":["CompanyName"]})",
          "{}}",
          "{\"Value\":\"\xff\"}"}) {
        EXPECT_EQ(refusal_of("/v1/customers?filter=" + percent_encoded(text)), not_readable)
            << text;
    }
    EXPECT_EQ(refusal_of("/v1/customers?filter=%7"), not_readable);
    for (const std::string& asked :
         {filter("Country", "US", "starts_with"),
          filter("CompanyName", "T", "equals"),
          filter("CompanyName", "T", "substring"),
          filter("CompanyName", "T", ""),
          filter("", "T", "starts_with"),
          filter("CompanyName", std::string(701, 'x'), "starts_with"),
          filter("Domain", std::string(254, 'x'), "starts_with"),
          percent_encoded("{}"),
          percent_encoded(R"({"Field":"CompanyName","Value":null,"Operator":"starts_with"})")}) {
        EXPECT_EQ(refusal_of("/v1/customers?filter=" + asked), not_valid) << asked;
    }
    EXPECT_EQ(
        list("/v1/customers?filter=" + filter("CompanyName", std::string(700, 'x'), "starts_with"))
            .total_count,
        0
    );
}

TEST(ListCustomers, RefusesSeekingWithoutATokenAndPlacesItCannotFind) {
    for (const char* const seek : {"Next", "Previous", "Last", "PageIndex"}) {
        EXPECT_EQ(refusal_of(std::string{"/v1/customers?seekOperation="} + seek), not_readable)
            << seek;
    }
    const refusal unknown_word{400, "900126"};
    EXPECT_EQ(refusal_of("/v1/customers?seekOperation=Sideways"), unknown_word);
    const auto page = list("/v1/customers?size=1");
    const fields token{{"MS-ContinuationToken", page.continuation_token.value()}};
    for (const char* const seek : {"Last", "PageIndex", "page_index"}) {
        EXPECT_EQ(
            refusal_of(std::string{"/v1/customers?seekOperation="} + seek, token), not_readable
        ) << seek;
    }
}

TEST(ListCustomers, RefusesTokensThatAreNotItsOwn) {
    const auto page = list("/v1/customers?size=1");
    const std::string good = page.continuation_token.value();
    std::string forged = good;
    forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
    const auto foreign = api()
                             .client_of(api().other_partner())
                             .customers()
                             .query({.size = 1, .company_name = {}})
                             .value()
                             .continuation_token.value();
    for (const std::string& bad :
         {forged,
          foreign,
          good + "A",
          good.substr(1),
          std::string{},
          std::string{"eyJzIjoyLCJmIjpudWxsLCJvIjoiNmYxYzlhNTIifQ"}}) {
        const fields token{{"MS-ContinuationToken", bad}};
        EXPECT_EQ(refusal_of("/v1/customers?seekOperation=Next", token), not_readable) << bad;
        EXPECT_EQ(refusal_of("/v1/customers?seekOperation=First", token), not_readable) << bad;
    }
}

TEST(ListCustomers, HasNoOtherMethodYet) {
    http::request request{.method = "HEAD", .target = "/v1/customers"};
    const http::response head = api().exchange(request);
    EXPECT_EQ(head.status, 405U);
    EXPECT_EQ(head.body, "");
    request.method = "PUT";
    EXPECT_EQ(api().exchange(request).status, 405U);
}

}  // namespace
}  // namespace partner_center
