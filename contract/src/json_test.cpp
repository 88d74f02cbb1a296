// The five rules of the codec, its bounds, and what real clients put on the wire.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <partner_center/json.hpp>
#include <partner_center/operations.hpp>

namespace partner_center {

enum class colour { unknown, dark_red, green };
BOOST_DESCRIBE_ENUM(colour, unknown, dark_red, green)

struct inner_model {
    std::optional<std::string> city_name{};
    std::vector<std::string> tags{};
};
BOOST_DESCRIBE_STRUCT(inner_model, (), (city_name, tags))

struct outer_model {
    std::optional<std::string> first_name{};
    std::string kept_empty{};
    std::optional<std::int64_t> count{};
    bool enabled{};
    std::optional<colour> shade{};
    guid id{};
    std::optional<inner_model> inner{};
    std::vector<inner_model> items{};
};
BOOST_DESCRIBE_STRUCT(
    outer_model, (), (first_name, kept_empty, count, enabled, shade, id, inner, items)
)

struct snake_model {
    static constexpr auto wire_case = letter_case::snake;
    std::string access_token{};
    std::optional<std::int32_t> expires_in{};
};
BOOST_DESCRIBE_STRUCT(snake_model, (), (access_token, expires_in))

namespace {

template <class T>
[[nodiscard]] result<T> request(std::string_view text) {
    return from_json<T>(text, json_reading::request);
}

template <class T>
[[nodiscard]] fault refusal(std::string_view text) {
    const auto read = request<T>(text);
    return read ? fault{.description = "it was accepted"} : read.error();
}

[[nodiscard]] std::string nested(std::size_t depth) {
    return "{\"x\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

TEST(JsonWriter, WritesCamelCaseWithoutNullsAndKeepsEmptyArrays) {
    EXPECT_EQ(
        to_json(outer_model{}),
        R"({"keptEmpty":"","enabled":false,"id":"00000000-0000-0000-0000-000000000000","items":[]})"
    );
}

TEST(JsonWriter, WritesEveryKindOfMember) {
    const outer_model model{
        .first_name = "Zoë \"Z\"\n",
        .count = -42,
        .enabled = true,
        .shade = colour::dark_red,
        .id = *parse_guid("6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3"),
        .inner = inner_model{.city_name = "東京", .tags = {"a", "b"}},
        .items = {{}, {}},
    };
    EXPECT_EQ(
        to_json(model),
        R"({"firstName":"Zoë \"Z\"\n","keptEmpty":"","count":-42,"enabled":true,"shade":"dark_red",)"
        R"("id":"6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3","inner":{"cityName":"東京","tags":["a","b"]},)"
        R"("items":[{"tags":[]},{"tags":[]}]})"
    );
}

TEST(JsonWriter, EscapesControlCharacters) {
    std::string out;
    append_json_string(out, std::string_view{"\0\x1f\\/\t\b\f\r", 8});
    EXPECT_EQ(out, R"("\u0000\u001f\\/\t\b\f\r")");
}

TEST(JsonWriter, KeepsSnakeCaseForOAuthDocuments) {
    EXPECT_EQ(to_json(snake_model{"t", 5}), R"({"access_token":"t","expires_in":5})");
}

TEST(JsonReader, IgnoresTheCaseOfNamesButNotUnderscores) {
    const auto read = request<outer_model>(R"({"FIRSTNAME":"a","kept_empty":"b","KeptEmpty":"c"})");

    EXPECT_EQ(read->first_name, "a");
    EXPECT_EQ(read->kept_empty, "c");
    EXPECT_FALSE(request<outer_model>(R"({"first_name":"a"})")->first_name);
}

TEST(JsonReader, SkipsUnknownMembersOfAnyShape) {
    const auto read = request<outer_model>(
        R"({"x":{"firstName":"no","a":[1,{"b":null}]},"y":[[]],"z":1.5e3,"count":7})"
    );

    EXPECT_EQ(read->count, 7);
    EXPECT_FALSE(read->first_name);
}

TEST(JsonReader, TakesNullAsAbsent) {
    const auto read = request<outer_model>(
        R"({"firstName":null,"keptEmpty":null,"count":null,"enabled":null,"shade":null,"id":null,"inner":null,"items":null})"
    );

    ASSERT_TRUE(read);
    EXPECT_EQ(to_json(*read), to_json(outer_model{}));
}

TEST(JsonReader, KeepsAnEmptyStringAsAValue) {
    EXPECT_EQ(request<outer_model>(R"({"firstName":""})")->first_name, "");
}

TEST(JsonReader, TakesTheLastOfDuplicatesInAnyCasing) {
    EXPECT_EQ(request<outer_model>(R"({"count":1,"COUNT":2,"count":3})")->count, 3);
    EXPECT_EQ(request<outer_model>(R"({"count":1,"Count":2})")->count, 2);
    EXPECT_FALSE(request<outer_model>(R"({"count":1,"Count":null})")->count);
}

TEST(JsonReader, ReplacesADuplicateObjectInsteadOfMergingIt) {
    const auto read = request<outer_model>(
        R"({"inner":{"cityName":"a","tags":["x"]},"Inner":{"tags":["y"]},"items":[{}],"Items":[]})"
    );

    EXPECT_FALSE(read->inner->city_name);
    EXPECT_EQ(read->inner->tags, std::vector<std::string>{"y"});
    EXPECT_TRUE(read->items.empty());
}

TEST(JsonReader, ToleratesByteOrderMarkAndTrailingCommas) {
    const auto read =
        request<outer_model>("\xEF\xBB\xBF{\"count\":1,\"items\":[{\"tags\":[\"a\",],},],}");

    ASSERT_TRUE(read);
    EXPECT_EQ(read->items.at(0).tags.at(0), "a");
}

TEST(JsonReader, ConvertsNumbersAndBooleansToText) {
    EXPECT_EQ(request<outer_model>(R"({"firstName":98052})")->first_name, "98052");
    EXPECT_EQ(request<outer_model>(R"({"firstName":-1.50e2})")->first_name, "-1.50e2");
    EXPECT_EQ(request<outer_model>(R"({"firstName":true})")->first_name, "true");
}

TEST(JsonReader, TakesDigitsInAStringAsANumber) {
    EXPECT_EQ(request<outer_model>(R"({"count":"3599"})")->count, 3599);
    EXPECT_EQ(refusal<outer_model>(R"({"count":"3599x"})").kind, fault_kind::invalid_body);
    EXPECT_EQ(
        refusal<outer_model>(R"({"count":9223372036854775808})").kind, fault_kind::invalid_body
    );
    EXPECT_EQ(refusal<outer_model>(R"({"count":1.0})").kind, fault_kind::invalid_body);
}

TEST(JsonReader, TakesATruthValueInAString) {
    EXPECT_TRUE(request<outer_model>(R"({"enabled":"true"})")->enabled);
    EXPECT_EQ(refusal<outer_model>(R"({"enabled":"yes"})").kind, fault_kind::invalid_body);
    EXPECT_FALSE(from_json<outer_model>(R"({"enabled":"true"})", json_reading::strict));
}

TEST(JsonReader, ReadsEnumeratorsInEverySpelling) {
    for (const char* word :
         {R"("dark_red")", R"("darkRed")", R"("DarkRed")", "1", R"("DARKRED")"}) {
        const auto read = request<outer_model>(std::string{R"({"shade":)"} + word + "}");
        ASSERT_TRUE(read) << word;
        EXPECT_EQ(read->shade, colour::dark_red) << word;
    }
}

TEST(JsonReader, RefusesAnUnknownWordInARequestOnly) {
    const auto problem = refusal<outer_model>(R"({"shade":"mauve"})");

    EXPECT_EQ(problem.kind, fault_kind::unknown_enum);
    EXPECT_EQ(problem.description, "shade must be one of unknown, dark_red, green.");
    EXPECT_EQ(refusal<outer_model>(R"({"shade":9})").kind, fault_kind::unknown_enum);
    EXPECT_EQ(refusal<outer_model>(R"({"shade":""})").kind, fault_kind::unknown_enum);
    EXPECT_EQ(
        from_json<outer_model>(R"({"shade":"mauve"})", json_reading::response)->shade,
        colour::unknown
    );
}

TEST(JsonReader, NamesTheMemberOfAnotherTypeByItsWirePath) {
    EXPECT_EQ(
        refusal<outer_model>(R"({"FirstName":{}})").description, "firstName must be a string."
    );
    EXPECT_EQ(
        refusal<outer_model>(R"({"items":[{},{"tags":["a",{}]}]})").description,
        "items[1].tags[1] must be a string."
    );
    EXPECT_EQ(
        refusal<outer_model>(R"({"inner":{"CITYNAME":[]}})").description,
        "inner.cityName must be a string."
    );
    EXPECT_EQ(refusal<outer_model>(R"({"inner":"x"})").description, "inner must be an object.");
    EXPECT_EQ(refusal<outer_model>(R"({"items":{}})").description, "items must be an array.");
    EXPECT_EQ(
        refusal<outer_model>(R"({"enabled":"x"})").description, "enabled must be true or false."
    );
    EXPECT_EQ(refusal<outer_model>(R"({"id":"x"})").description, "id must be a GUID.");
    EXPECT_EQ(
        refusal<outer_model>(R"({"count":"x"})").description,
        "count must be a whole number in range."
    );
}

TEST(JsonReader, WantsAnObjectAtTheTop) {
    for (const char* text : {"[]", "\"x\"", "1", "null", "true"}) {
        EXPECT_EQ(refusal<outer_model>(text).description, "the request body must be an object.")
            << text;
    }
}

TEST(JsonReader, NamesTheOffsetOfWhatIsNotJson) {
    EXPECT_EQ(
        refusal<outer_model>(R"({"firstName":"a" x})").description,
        "request body is not valid JSON (offset 17)"
    );
    for (const char* text :
         {"",
          " ",
          "{",
          "{}{}",
          "{} x",
          "{'a':1}",
          R"({"a":01})",
          R"({"a":.5})",
          R"({"a":NaN})",
          "{\"a\":\"\x01\"}",
          "{\"a\":\"\xff\"}",
          R"({"a":"\ud800"})",
          "{,}",
          R"({"a":1,,})",
          "<html>",
          R"({"a" 1})",
          "{/**/}"}) {
        const auto problem = refusal<outer_model>(text);
        EXPECT_EQ(problem.kind, fault_kind::invalid_body) << text;
        EXPECT_TRUE(problem.description.starts_with("request body is not valid JSON (offset "))
            << text << ": " << problem.description;
    }
}

TEST(JsonReader, BoundsDepthAndSize) {
    EXPECT_TRUE(request<outer_model>(nested(64)));
    EXPECT_EQ(
        refusal<outer_model>(nested(65)).description, "the request body is nested deeper than 64"
    );

    const std::string text = R"({"firstName":"abc"})";
    const json_limits exact{.bytes_max = text.size()};
    const json_limits short_by_one{.bytes_max = text.size() - 1};
    EXPECT_TRUE(from_json<outer_model>(text, json_reading::request, exact));
    EXPECT_EQ(
        from_json<outer_model>(text, json_reading::request, short_by_one).error().kind,
        fault_kind::body_too_large
    );
}

TEST(StrictJson, RefusesEveryLeniency) {
    const auto strict = [](std::string_view text) {
        return from_json<outer_model>(text, json_reading::strict).has_value();
    };
    EXPECT_TRUE(strict(R"({"firstName":"a","other":{"x":1}})"));
    EXPECT_FALSE(strict(R"({"firstName":"a","firstName":"a"})"));
    EXPECT_FALSE(strict(R"({"other":1,"other":2})"));
    EXPECT_FALSE(strict(R"({"firstName":"a",})"));
    EXPECT_FALSE(strict("\xEF\xBB\xBF{}"));
    EXPECT_FALSE(strict(R"({"firstName":1})"));
    EXPECT_FALSE(strict(R"({"count":"1"})"));
    EXPECT_FALSE(strict(R"({"keptEmpty":null})"));
    EXPECT_FALSE(from_json<outer_model>(R"({"FirstName":"a"})", json_reading::strict)->first_name);
}

TEST(BillingProfileJson, RoundTripsWhatTheDotNetSdkSends) {
    constexpr std::string_view body = R"({
      "Id": "9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55", "FirstName": "Maren", "LastName": null,
      "Email": "ap@tidewater-coop.example", "Culture": "en-US", "Language": "en",
      "CompanyName": "Tidewater Cooperative",
      "DefaultAddress": {"Country": "US", "Region": null, "City": "Astoria", "State": "OR",
        "AddressLine1": "411 Pier Road", "AddressLine2": null, "PostalCode": "97103",
        "FirstName": "Maren", "MiddleName": null, "LastName": "Oyelaran", "PhoneNumber": ""},
      "Links": {"Self": {"Uri": "/customers/x/profiles/billing", "Method": "GET", "Headers": []}},
      "Attributes": {"Etag": "-3187205566410928834", "ObjectType": "CustomerBillingProfile"}})";

    const auto read = from_json<billing_profile>(body, json_reading::response);

    ASSERT_TRUE(read) << read.error().description;
    EXPECT_EQ(
        to_json(*read),
        R"({"id":"9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55","firstName":"Maren","email":"ap@tidewater-coop.example","culture":"en-US","language":"en","companyName":"Tidewater Cooperative","defaultAddress":{"country":"US","city":"Astoria","state":"OR","addressLine1":"411 Pier Road","postalCode":"97103","firstName":"Maren","lastName":"Oyelaran","phoneNumber":""},"links":{"self":{"uri":"/customers/x/profiles/billing","method":"GET","headers":[]}},"attributes":{"etag":"-3187205566410928834","objectType":"CustomerBillingProfile"}})"
    );
    EXPECT_EQ(from_json<billing_profile>(to_json(*read), json_reading::response).value(), *read);
}

TEST(BillingProfileJson, SkipsInARequestWhatOnlyTheServiceSays) {
    const auto read = request<billing_profile>(
        R"({"email":"a@b.example","links":[],"attributes":{"objectType":{},"etag":"7"}})"
    );

    ASSERT_TRUE(read) << read.error().description;
    EXPECT_EQ(read->email, "a@b.example");
    EXPECT_FALSE(read->links);
    EXPECT_EQ(read->attributes.etag, "7");
    EXPECT_FALSE(from_json<billing_profile>(R"({"links":[]})", json_reading::response));
    EXPECT_EQ(
        refusal<billing_profile>(R"({"attributes":{"etag":{}}})").kind, fault_kind::invalid_body
    );
}

TEST(CustomerJson, SpellsAMemberInCapitalsAsTheServiceDoes) {
    EXPECT_EQ(
        to_json(customer{.enable_gdap_by_default = false}),
        R"({"enableGDAPByDefault":false,"attributes":{"objectType":"Customer"}})"
    );
    EXPECT_EQ(request<customer>(R"({"enablegdapbydefault":true})")->enable_gdap_by_default, true);
}

}  // namespace
}  // namespace partner_center
