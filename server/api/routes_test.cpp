// The contract's routing rules, on a list of operations of the test's own beside the real one.
// SPDX-License-Identifier: MIT
#include "server/api/routes.hpp"

#include <boost/mp11/list.hpp>
#include <gtest/gtest.h>

#include <partner_center/operations.hpp>

namespace partner_center {
namespace {

struct read_customer {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/customers/{customer_id}";
};
struct remove_customer {
    static constexpr verb method = verb::delete_;
    static constexpr std::string_view path = "/v1/customers/{customer_id}";
    static constexpr std::array absent_from{&clouds::china, &clouds::us_government};
};
struct read_request {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/customers/relationshiprequests";
    static constexpr std::array absent_from{&clouds::china};
};
struct change_report {
    static constexpr verb method = verb::put;
    static constexpr std::string_view path = "/v1/reports/{id}";
    static constexpr std::string_view also_at = "/elsewhere/v1/reports/of/{id}";
};
struct read_report {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/reports/{id}";
};
using several =
    boost::mp11::mp_list<read_customer, remove_customer, read_request, change_report, read_report>;

[[nodiscard]] routed route(std::optional<verb> method, std::string_view target) {
    split_path path;
    if (!split(path_of(target), path)) return {};
    return find_route(routes_of<several>, method, path);
}

TEST(Routes, FindTheOperationOfAMethodAndAPath) {
    EXPECT_EQ(route(verb::get, "/v1/customers/x").operation, 0U);
    EXPECT_EQ(route(verb::delete_, "/v1/customers/x").operation, 1U);
}

TEST(Routes, PreferALiteralSegmentToAParameter) {
    EXPECT_EQ(route(verb::get, "/v1/customers/relationshiprequests").operation, 2U);
    // The literal path decides before the method does.
    const routed wrong = route(verb::delete_, "/v1/customers/RelationshipRequests");
    EXPECT_FALSE(wrong.operation);
    EXPECT_EQ(wrong.allowed, "GET");
}

TEST(Routes, TellAWrongMethodFromAnUnknownPath) {
    EXPECT_EQ(route(verb::post, "/v1/customers/x").allowed, "GET, DELETE");
    EXPECT_EQ(route(std::nullopt, "/v1/customers/x").allowed, "GET, DELETE");
    for (const char* target :
         {"/",
          "/v1",
          "/v1/customers",
          "/v1/customers/x/y",
          "/v2/customers/x",
          "/customers/x",
          "/v1/v1/v1/customers/x"}) {
        const routed unknown = route(verb::get, target);
        EXPECT_FALSE(unknown.operation) << target;
        EXPECT_TRUE(unknown.allowed.empty()) << target;
    }
}

TEST(Routes, AcceptEverySpellingThatRealClientsProduce) {
    for (const char* target : {
             "/v1/Customers/x",
             "/V1/CUSTOMERS/x",
             "/v1//customers/x",
             "//v1/customers/x",
             "/v1/customers///x",
             "/v1/customers/x/",
             "/v1/customers/x//",
             "/v1/v1/customers/x",
             "/v1//v1/customers/x",
             "/v1/customers/x?size=2",
             "/v1/customers/x?path=/v1/other",
             "/v1/%63ustomers/x",
         }) {
        EXPECT_EQ(route(verb::get, target).operation, 0U) << target;
    }
}

TEST(Routes, KnowWhatAPathHasInEachCloud) {
    constexpr auto& routes = routes_of<several>;

    EXPECT_EQ(methods_in(clouds::global, routes, routes[0]), "GET, DELETE");
    EXPECT_EQ(methods_in(clouds::china, routes, routes[0]), "GET");
    EXPECT_EQ(methods_in(clouds::us_government, routes, routes[1]), "GET");
    EXPECT_EQ(methods_in(clouds::china, routes, routes[2]), "");
    EXPECT_EQ(methods_in(clouds::us_government, routes, routes[2]), "GET");
}

TEST(Routes, LeadToAnOperationByEachOfItsPaths) {
    EXPECT_EQ(route(verb::put, "/v1/reports/x").operation, 3U);
    EXPECT_EQ(route(verb::put, "/elsewhere/v1/reports/of/x").operation, 3U);
    EXPECT_EQ(route(verb::get, "/v1/reports/x").operation, 4U);
    EXPECT_EQ(route(verb::delete_, "/v1/reports/x").allowed, "PUT, GET");
    EXPECT_EQ(route(verb::get, "/elsewhere/v1/reports/of/x").allowed, "PUT");

    split_path path;
    ASSERT_TRUE(split("/elsewhere/v1/reports/of/x", path));
    EXPECT_EQ(route_taken<change_report>(path).segments[4], "{id}");
    ASSERT_TRUE(split("/v1/reports/x", path));
    EXPECT_EQ(route_taken<change_report>(path).segments[2], "{id}");
}

TEST(Paths, AreDecodedOnceAfterSplitting) {
    split_path path;

    ASSERT_TRUE(split("/v1/customers/a%2Fb%2520c+d", path));

    EXPECT_EQ(path.size, 3U);
    EXPECT_EQ(path.segments[2], "a/b%20c+d");
}

TEST(Paths, WithoutAReadingAreRefused) {
    split_path path;
    EXPECT_FALSE(split("/v1/customers/%zz", path));
    EXPECT_FALSE(split("/v1/customers/%2", path));
    EXPECT_FALSE(split("/1/2/3/4/5/6/7/8/9/10/11/12/13", path));
    EXPECT_TRUE(split("/1/2/3/4/5/6/7/8/9/10/11/12", path));
}

TEST(RealRoutes, HaveTheSeedOperation) {
    split_path path;
    ASSERT_TRUE(split("/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing", path));
    EXPECT_EQ(find_route(routes_of<operations>, verb::get, path).operation, 0U);
    EXPECT_EQ(name_of<get_billing_profile>(), "get_billing_profile");
}

}  // namespace
}  // namespace partner_center
