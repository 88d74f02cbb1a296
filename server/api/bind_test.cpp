// How an operation is filled from a request: each of the four places, and each refusal.
// SPDX-License-Identifier: MIT
#include "server/api/bind.hpp"

#include <gtest/gtest.h>

#include <partner_center/operations.hpp>

namespace partner_center {

enum class example_place { next, page_index };
BOOST_DESCRIBE_ENUM(example_place, next, page_index)

struct example_body {
    std::optional<std::string> company_name{};
};
BOOST_DESCRIBE_STRUCT(example_body, (), (company_name))

/// An operation with a field in every place.
struct update_example {
    static constexpr verb method = verb::put;
    static constexpr std::string_view path = "/v1/customers/{customer_id}/things/{thing_name}";

    guid customer_id{};
    std::string thing_name{};
    std::optional<std::string> if_match{};
    std::optional<std::int32_t> size{};
    std::optional<std::string> seek_operation{};
    std::optional<bool> detailed{};
    std::optional<example_place> place{};
    example_body body{};
};
BOOST_DESCRIBE_STRUCT(
    update_example,
    (),
    (customer_id, thing_name, if_match, size, seek_operation, detailed, place, body)
)

namespace {

constexpr std::string_view good_id = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";

[[nodiscard]] result<update_example> bound(
    const std::string& target, const std::vector<http::field_view>& fields
) {
    split_path path;
    if (!split(path_of(target), path)) return fault{.kind = fault_kind::no_such_route};
    return bind_arguments<update_example>(path, {.target = target, .fields = fields});
}

[[nodiscard]] std::string target_of(std::string_view customer_id, std::string_view rest) {
    return "/v1/customers/" + std::string{customer_id} + "/things/" + std::string{rest};
}

[[nodiscard]] fault_kind refusal_of_id(std::string_view customer_id) {
    const auto outcome = bound(target_of(customer_id, "x"), {});
    return outcome ? fault_kind::internal_error : outcome.error().kind;
}

TEST(Bind, FillsEveryPlace) {
    const auto operation = bound(
        target_of("6F1C9A52-3D0E-4B7C-9C11-5A2E8D40B7F3", "caf%C3%A9+x") +
            "?SIZE=25&seekoperation=Next&detailed=true&other=1",
        {{"if-match", "\"42\""}, {"X-Other", "1"}}
    );

    ASSERT_TRUE(operation) << operation.error().description;
    EXPECT_EQ(to_string(operation->customer_id), good_id);
    EXPECT_EQ(operation->thing_name, "café+x");
    EXPECT_EQ(operation->if_match, "\"42\"");
    EXPECT_EQ(operation->size, 25);
    EXPECT_EQ(operation->seek_operation, "Next");
    EXPECT_EQ(operation->detailed, true);
}

TEST(Bind, LeavesOutWhatIsNotThere) {
    const auto operation = bound(target_of(good_id, "x"), {});

    ASSERT_TRUE(operation);
    EXPECT_FALSE(operation->if_match);
    EXPECT_FALSE(operation->size);
}

TEST(Bind, RefusesCustomerIdsByTheirOwnFaults) {
    EXPECT_EQ(refusal_of_id("contoso"), fault_kind::malformed_customer_id);
    EXPECT_EQ(
        refusal_of_id("%7B6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3%7D"),
        fault_kind::malformed_customer_id
    );
    EXPECT_EQ(refusal_of_id("6f1c9a523d0e4b7c9c115a2e8d40b7f3"), fault_kind::malformed_customer_id);
    EXPECT_EQ(refusal_of_id("a%20b"), fault_kind::malformed_customer_id);
    EXPECT_EQ(refusal_of_id("00000000-0000-0000-0000-000000000000"), fault_kind::zero_customer_id);
}

TEST(Bind, RefusesAQueryThatHasNoReading) {
    EXPECT_EQ(
        bound(target_of(good_id, "x?size=many"), {}).error().description,
        "size must be a whole number in range."
    );
    EXPECT_EQ(
        bound(target_of(good_id, "x?seekOperation=%zz"), {}).error().description,
        "seekOperation is not percent-encoded correctly."
    );
    const fault unknown = bound(target_of(good_id, "x?place=Foo"), {}).error();
    EXPECT_EQ(unknown.kind, fault_kind::unknown_enum);
    EXPECT_EQ(unknown.description, "place must be one of next, page_index.");
}

TEST(Bind, TakesTheLinesOfIfMatchForOneList) {
    const auto operation = bound(
        target_of(good_id, "x"), {{"If-Match", "\"1\""}, {"X-Other", "1"}, {"if-match", "\"2\""}}
    );

    EXPECT_EQ(operation->if_match, "\"1\", \"2\"");
}

TEST(QueryParameter, IsReadAsFormData) {
    EXPECT_EQ(query_parameter("a=1&Filter=My+Co%2B%20x&b", "filter").value(), "My Co+ x");
    EXPECT_EQ(query_parameter("b", "b").value(), "");
    EXPECT_EQ(query_parameter("b=&b=2", "b").value(), "");
    EXPECT_EQ(query_parameter("&&x=a=b", "x").value(), "a=b");
    EXPECT_FALSE(query_parameter("%zz=1&filters=2", "filter").value());
    EXPECT_FALSE(query_parameter("", "filter").value());
}

TEST(BindBody, ReadsJsonOfTheRightType) {
    update_example operation;

    EXPECT_FALSE(bind_body(operation, {.body = R"({"CompanyName":"A"})"}));
    EXPECT_EQ(operation.body.company_name, "A");
    EXPECT_FALSE(bind_body(operation, {.body = "{}"}));
    EXPECT_EQ(bind_body(operation, {.body = ""})->kind, fault_kind::invalid_body);
    EXPECT_EQ(
        bind_body(operation, {.body = R"({"companyName":[]})"})->description,
        "companyName must be a string."
    );
}

}  // namespace
}  // namespace partner_center
