// Bodies that are not as they should be, and such as only look so: a table of mutations of one good
// body, for each operation of the list that has one. What is refused changes nothing.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include "tests/support/partner_world.hpp"
#include <partner_center/operations.hpp>

namespace partner_center {
namespace {

namespace json = boost::json;
using testing::api_under_test;
using testing::code_of;
using testing::fields;
using ::testing::HasSubstr;
using testing::partner_world;

constexpr int malformed = 800002;
constexpr int invalid_value = 3000;
const json::string long_text(5'000, 'x');
constexpr std::size_t body_bytes_max = std::size_t{1} << 20U;

/// A request whose body is in order. Members are named by their paths: "defaultAddress.city".
struct good_request {
    std::string_view operation{};
    std::string target{};
    std::string body{};                    ///< '#' is a number, another one at each request
    std::string text{};                    ///< a member that takes `number` as well
    std::vector<std::string> required{};   ///< members
    std::vector<std::string> bounded{};    ///< members that do not take long texts
    std::vector<std::string> formatted{};  ///< members that do not take "?!"
    fields more{};
    std::string number{"4711"};
    bool is_final{};  ///< succeeds once only
};

[[nodiscard]] std::string customer_path() {
    return "/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
}

constexpr const char* good_address =
    R"({"country":"US","city":"Astoria","state":"OR","addressLine1":"410 Pier Road",)"
    R"("postalCode":"97103","firstName":"Maren","lastName":"Oyelaran"})";

[[nodiscard]] std::string good_billing() {
    return R"({"email":"ap@x.example","culture":"en-US","language":"en",)"
           R"("companyName":"Tidewater","defaultAddress":)" +
           std::string{good_address} + "}";
}

const std::vector<good_request> good_requests{
    {.operation = "update_billing_profile",
     .target = customer_path() + "/profiles/billing",
     .body = good_billing(),
     .text = "companyName",
     .required =
         {"email",
          "culture",
          "language",
          "companyName",
          "defaultAddress",
          "defaultAddress.country",
          "defaultAddress.city",
          "defaultAddress.state",
          "defaultAddress.addressLine1",
          "defaultAddress.postalCode",
          "defaultAddress.firstName",
          "defaultAddress.lastName"},
     .bounded =
         {"email",
          "companyName",
          "defaultAddress.city",
          "defaultAddress.state",
          "defaultAddress.addressLine1",
          "defaultAddress.firstName",
          "defaultAddress.lastName"},
     .formatted =
         {"email",
          "culture",
          "language",
          "defaultAddress.country",
          "defaultAddress.state",
          "defaultAddress.postalCode"},
     .more = {{"If-Match", "*"}}},
    {.operation = "create_customer",
     .target = "/v1/customers",
     .body = R"({"companyProfile":{"domain":"tide#.onmicrosoft.com"},"billingProfile":)" +
             good_billing() + "}",
     .text = "billingProfile.companyName",
     .required =
         {"companyProfile",
          "companyProfile.domain",
          "billingProfile",
          "billingProfile.email",
          "billingProfile.culture",
          "billingProfile.language",
          "billingProfile.companyName",
          "billingProfile.defaultAddress",
          "billingProfile.defaultAddress.country",
          "billingProfile.defaultAddress.city",
          "billingProfile.defaultAddress.state",
          "billingProfile.defaultAddress.addressLine1",
          "billingProfile.defaultAddress.postalCode",
          "billingProfile.defaultAddress.firstName",
          "billingProfile.defaultAddress.lastName"},
     .bounded = {"companyProfile.domain", "billingProfile.companyName"},
     .formatted = {"companyProfile.domain", "billingProfile.email"}},
    {.operation = "update_customer",
     .target = customer_path(),
     .body = R"({"relationshipToPartner":"none"})",
     .text = "relationshipToPartner",
     .required = {"relationshipToPartner"},
     .number = "5",
     .is_final = true},
    {.operation = "validate_address",
     .target = "/v1/validations/address",
     .body = good_address,
     .text = "city"},
    {.operation = "update_partner_billing_profile",
     .target = "/v1/profiles/billing",
     .body = R"({"companyName":"x","address":)" + std::string{good_address} +
             R"(,"primaryContact":{"firstName":"A","email":"a@x.example"},)"
             R"("purchaseOrderNumber":"1","taxId":"2","billingCurrency":"USD"})",
     .text = "companyName",
     .required =
         {"companyName",
          "address.country",
          "address.city",
          "address.state",
          "address.addressLine1",
          "address.postalCode"},
     .bounded =
         {"companyName",
          "address.city",
          "primaryContact.firstName",
          "primaryContact.email",
          "purchaseOrderNumber",
          "taxId",
          "billingCurrency"},
     .formatted = {"address.country", "primaryContact.email", "billingCurrency"},
     .more = {{"If-Match", "*"}}},
    {.operation = "update_legal_business_profile",
     .target = "/v1/profiles/legalbusiness",
     .body = R"({"companyName":"x","companyApproverEmail":"a@x.example",)"
             R"("companyApproverAddress":)" +
             std::string{good_address} + "}",
     .text = "companyName",
     .required =
         {"companyName",
          "companyApproverAddress.country",
          "companyApproverAddress.city",
          "companyApproverAddress.state",
          "companyApproverAddress.addressLine1",
          "companyApproverAddress.postalCode"},
     .bounded = {"companyName", "companyApproverEmail", "companyApproverAddress.addressLine1"},
     .formatted = {"companyApproverEmail", "companyApproverAddress.state"}},
    {.operation = "update_support_profile",
     .target = "/v1/profiles/support",
     .body = R"({"email":"a@x.example","telephone":"1","website":"https://x.example"})",
     .text = "telephone",
     .required = {"email"},
     .bounded = {"email", "telephone", "website"},
     .formatted = {"email", "website"}},
    {.operation = "update_organization_profile",
     .target = "/v1/profiles/organization",
     .body = R"({"companyName":"x","email":"a@x.example","language":"en","culture":"en-US",)"
             R"("defaultAddress":)" +
             std::string{good_address} + "}",
     .text = "companyName",
     .required =
         {"companyName",
          "defaultAddress.country",
          "defaultAddress.city",
          "defaultAddress.state",
          "defaultAddress.addressLine1",
          "defaultAddress.postalCode"},
     .bounded = {"companyName", "email", "defaultAddress.lastName"},
     .formatted = {"email", "language", "culture", "defaultAddress.postalCode"},
     .more = {{"If-Match", "*"}}},
};

/// An operation that has a body.
struct bodied {
    std::string_view name{};
    verb method{};
    unsigned success{};
};

[[nodiscard]] std::vector<bodied> operations_with_bodies() {
    std::vector<bodied> out;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, operations>>(
        [&]<class Operation>(std::type_identity<Operation>) {
            if constexpr (has_body<Operation>) {
                out.push_back({name_of<Operation>(), Operation::method, success_of<Operation>()});
            }
        }
    );
    return out;
}

[[nodiscard]] const good_request* find_good(std::string_view operation) {
    const auto found = std::ranges::find(good_requests, operation, &good_request::operation);
    return found == good_requests.end() ? nullptr : &*found;
}

// What is done to a body.

[[nodiscard]] json::value* find_member(json::value& root, std::string_view path) {
    json::value* at = &root;
    while (!path.empty()) {
        const std::string_view name = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(path.size(), name.size() + 1));
        at = &at->as_object().at({name.data(), name.size()});
    }
    return at;
}

[[nodiscard]] std::string with_member(
    const std::string& body, std::string_view path, const json::value& value
) {
    json::value root = json::parse(body);
    *find_member(root, path) = value;
    return json::serialize(root);
}

[[nodiscard]] std::string without_member(const std::string& body, std::string_view path) {
    json::value root = json::parse(body);
    const auto dot = path.rfind('.');
    const std::string_view parent = dot == std::string_view::npos ? "" : path.substr(0, dot);
    const std::string_view name = dot == std::string_view::npos ? path : path.substr(dot + 1);
    find_member(root, parent)->as_object().erase({name.data(), name.size()});
    return json::serialize(root);
}

/// The paths of all members, however deep.
void collect_members(
    const json::value& value, const std::string& prefix, std::vector<std::string>& out
) {
    if (!value.is_object()) return;
    for (const auto& each : value.get_object()) {
        const std::string path = prefix + std::string{each.key()};
        out.push_back(path);
        collect_members(each.value(), path + '.', out);
    }
}

[[nodiscard]] json::value renamed(const json::value& value, auto rename) {
    if (!value.is_object()) return value;
    json::object out;
    for (const auto& each : value.get_object()) {
        std::string name{each.key()};
        rename(name);
        out[name] = renamed(each.value(), rename);
    }
    return out;
}

[[nodiscard]] std::string with_trailing_commas(const std::string& body) {
    std::string out;
    for (const char each : body) {
        if (each == '}') out += " ,";
        out += each;
    }
    return out;
}

/// Another member in front of the others.
[[nodiscard]] std::string with_first(const std::string& body, const std::string& member) {
    return '{' + member + ',' + body.substr(1);
}

[[nodiscard]] std::string nested(char open, std::size_t depth) {
    const bool is_array = open == '[';
    std::string out;
    for (std::size_t at = 0; at < depth; ++at) out += is_array ? "[" : R"({"a":)";
    if (!is_array) out += "1";
    return out + std::string(depth, is_array ? ']' : '}');
}

/// The text member's value, as it stands in the body, begins with these bytes.
[[nodiscard]] std::string with_bytes(
    std::string body, const std::string& text_member, const std::string& bytes
) {
    const std::string name = text_member.substr(text_member.rfind('.') + 1);
    const std::string before = '"' + name + R"(":")";
    return body.insert(body.find(before) + before.size(), bytes);
}

class BadBody : public ::testing::TestWithParam<bodied> {
protected:
    void SetUp() override {
        good_ = find_good(GetParam().name);
        ASSERT_NE(good_, nullptr) << "give " << GetParam().name << " a good body in this file";
        std::ifstream file{
            std::string{PARTNERD_SOURCE} + "/tests/golden/get_billing_profile/minimal.json"};
        document_ = {std::istreambuf_iterator<char>{file}, {}};
        begin();
    }

    [[nodiscard]] const good_request& good() const { return *good_; }
    [[nodiscard]] const std::string& body() const { return good_->body; }
    [[nodiscard]] std::vector<std::string> members() const {
        std::vector<std::string> out;
        collect_members(json::parse(body()), "", out);
        return out;
    }
    [[nodiscard]] bool is_text(const std::string& path) const {
        json::value root = json::parse(body());
        return find_member(root, path)->is_string();
    }

    [[nodiscard]] http::response send(std::string text, const fields& more) {
        for (auto at = text.find('#'); at != std::string::npos; at = text.find('#')) {
            text.replace(at, 1, std::to_string(++number_));
        }
        fields all = good_->more;
        all.insert(all.end(), more.begin(), more.end());
        return world_->ask_as(
            "AdminAgents",
            std::string{to_string(GetParam().method)},
            good_->target,
            std::move(text),
            std::move(all)
        );
    }

    void expect_success(const std::string& text, const fields& more) {
        const auto answer = send(text, more);
        EXPECT_EQ(answer.status, GetParam().success) << shown(text) << '\n' << answer.body;
        if (good_->is_final) begin();
    }
    void expect_refusal(const std::string& text, const fields& more, unsigned status, int code) {
        const std::string before = everything();
        const auto answer = send(text, more);
        EXPECT_EQ(answer.status, status) << shown(text) << '\n' << answer.body;
        EXPECT_EQ(code_of(answer), code) << shown(text) << '\n' << answer.body;
        EXPECT_EQ(everything(), before) << shown(text);
    }
    /// Whether it is taken is the rules' business; but it is no mistake of ours.
    void expect_answer(const std::string& text) {
        const std::string before = everything();
        const auto answer = send(text, {});
        if (answer.status == GetParam().success) {
            if (good_->is_final) begin();
            return;
        }
        EXPECT_EQ(answer.status, 400U) << shown(text) << '\n' << answer.body;
        EXPECT_EQ(everything(), before) << shown(text);
    }

private:
    void begin() { world_ = std::make_unique<partner_world>(document_); }

    [[nodiscard]] static std::string shown(const std::string& text) {
        return text.substr(0, 2'000);
    }

    /// What anybody could have changed.
    [[nodiscard]] std::string everything() {
        std::string out;
        const auto connection = world_->connect();
        for (const std::string_view sql :
             {"SELECT hex(partner_id) || hex(id) || company_name || domain || relationship"
              " FROM customers ORDER BY partner_id, id",
              "SELECT hex(customer_id) || kind || coalesce(etag, '') || document"
              " FROM profiles ORDER BY partner_id, customer_id, kind",
              "SELECT hex(partner_id) || kind || version || document"
              " FROM partner_profiles ORDER BY partner_id, kind"}) {
            rows found = block_on(connection->read(sql, {}));
            for (std::size_t row = 0; row < found.size(); ++row) {
                out += found.take<std::string>(row, 0) + '\n';
            }
        }
        return out;
    }

    const good_request* good_{};
    std::string document_{};
    std::unique_ptr<partner_world> world_{};
    int number_{};
};

TEST_P(BadBody, IsNotTheGoodOne) {
    expect_success(body(), {});
    expect_success(body(), {{"Content-Type", "application/json"}});
}

TEST_P(BadBody, IsNoJsonObject) {
    for (const std::string& each : {
             std::string{},
             std::string{" \r\n"},
             std::string{"null"},
             std::string{"[]"},
             std::string{"7"},
             std::string{"true"},
             std::string{"\"text\""},
             std::string{"{"},
             std::string{"{]"},
             std::string{"{,}"},
             std::string{"{\"a\"}"},
             std::string{"{a:1}"},
             std::string{"{'a':1}"},
             std::string{"{\"a\":NaN}"},
             std::string{"{\"a\":01}"},
             std::string(1, '\0'),
             '[' + body() + ']',
             body() + 'x',
             body() + body(),
             body().substr(0, body().size() - 1),
             "/* a comment */" + body(),
         }) {
        expect_refusal(each, {}, 400, malformed);
    }
}

TEST_P(BadBody, HasMembersOfAnotherType) {
    for (const std::string& each : members()) {
        if (is_text(each)) {
            expect_refusal(with_member(body(), each, json::object{}), {}, 400, malformed);
            expect_refusal(with_member(body(), each, json::array{}), {}, 400, malformed);
            expect_refusal(with_member(body(), each, json::array{"x"}), {}, 400, malformed);
        } else {
            expect_refusal(with_member(body(), each, "text"), {}, 400, malformed);
            expect_refusal(with_member(body(), each, 7), {}, 400, malformed);
            expect_refusal(with_member(body(), each, true), {}, 400, malformed);
            expect_refusal(with_member(body(), each, json::array{}), {}, 400, malformed);
        }
    }
}

TEST_P(BadBody, MayHaveNumbersForTexts) {
    const json::value number = json::parse(good().number);
    expect_success(with_member(body(), good().text, number), {});
    for (const std::string& each : members()) {
        if (!is_text(each)) continue;
        expect_answer(with_member(body(), each, 7));
        expect_answer(with_member(body(), each, true));
        expect_answer(with_member(body(), each, -1.5e300));
    }
}

TEST_P(BadBody, LacksMembers) {
    for (const std::string& each : members()) {
        for (const std::string& without :
             {without_member(body(), each), with_member(body(), each, nullptr)}) {
            const bool is_required =
                std::ranges::find(good().required, each) != good().required.end();
            if (is_required) {
                expect_refusal(without, {}, 400, invalid_value);
            } else {
                expect_success(without, {});
            }
        }
    }
}

TEST_P(BadBody, HasEmptyTexts) {
    for (const std::string& each : members()) {
        if (is_text(each)) expect_answer(with_member(body(), each, ""));
    }
    for (const std::string& each : good().required) {
        if (!is_text(each) || !good().number.starts_with("4711")) continue;
        expect_refusal(with_member(body(), each, ""), {}, 400, invalid_value);
    }
}

TEST_P(BadBody, HasTextsThatAreTooLong) {
    for (const std::string& each : members()) {
        if (is_text(each)) expect_answer(with_member(body(), each, long_text));
    }
    for (const std::string& each : good().bounded) {
        expect_refusal(with_member(body(), each, long_text), {}, 400, invalid_value);
    }
}

TEST_P(BadBody, HasTextsOfAnotherForm) {
    for (const std::string& each : members()) {
        if (!is_text(each)) continue;
        for (const char* const text :
             {"?!",
              " ",
              "\t\n",
              "\x7f",
              "%00",
              "'; DROP TABLE customers--",
              "<script>",
              "ÄÖ\u202e",
              "🦊"}) {
            expect_answer(with_member(body(), each, text));
        }
        expect_answer(with_member(body(), each, json::string("a\0b", 3)));
    }
    for (const std::string& each : good().formatted) {
        expect_refusal(with_member(body(), each, "?!"), {}, 400, invalid_value);
    }
}

TEST_P(BadBody, MayHaveUnknownMembers) {
    for (const char* const each :
         {R"("unknown":1)",
          R"("unknown":{"deep":[{}]})",
          R"("":null)",
          R"("company_name":7)",
          R"("__proto__":{})",
          R"("links":null)",
          R"("Links":{"Self":{"Uri":"/evil","Method":"GET","Headers":[]}})",
          R"("attributes":null)",
          R"("Attributes":{"ObjectType":"Evil"})"}) {
        expect_success(with_first(body(), each), {});
    }
}

TEST_P(BadBody, MayBeSpeltInAnyLetterCase) {
    const json::value root = json::parse(body());
    const auto pascal = [](std::string& name) { name.front() = detail::to_upper(name.front()); };
    const auto upper = [](std::string& name) {
        std::ranges::transform(name, name.begin(), detail::to_upper);
    };

    expect_success(json::serialize(renamed(root, pascal)), {});
    expect_success(json::serialize(renamed(root, upper)), {});
}

TEST_P(BadBody, MayHaveTrailingCommasAndAByteOrderMark) {
    expect_success(with_trailing_commas(body()), {});
    expect_success("\xEF\xBB\xBF" + body(), {});
    expect_refusal("\xEF\xBB\xBF\xEF\xBB\xBF" + body(), {}, 400, malformed);
    expect_refusal("\xFF\xFE" + body(), {}, 400, malformed);
}

TEST_P(BadBody, IsNestedSixtyFourDeepAtMost) {
    for (const char open : {'[', '{'}) {
        expect_success(with_first(body(), R"("unknown":)" + nested(open, 63)), {});
        expect_refusal(with_first(body(), R"("unknown":)" + nested(open, 64)), {}, 400, malformed);
        expect_refusal(
            with_first(body(), R"("unknown":)" + nested(open, 50'000)), {}, 400, malformed
        );
    }
}

TEST_P(BadBody, SaysTheLastOfWhatItSaysTwice) {
    const std::string name = good().text.substr(good().text.rfind('.') + 1);
    const std::string first = good().number == "4711" ? "first of two" : "reseller";
    const std::string twice = with_bytes(body(), good().text, first + R"(",")" + name + R"(":")");
    const std::string shouted = with_bytes(
        body(),
        good().text,
        first + R"(",")" + detail::to_upper(name.front()) + name.substr(1) + R"(":")"
    );

    expect_success(twice, {});
    expect_success(shouted, {});
    const auto answer = send(twice, {});
    EXPECT_THAT(answer.body, ::testing::Not(HasSubstr("first of two")));
}

TEST_P(BadBody, IsNoUtf8) {
    for (const char* const bytes :
         {"\xFF",
          "\x80",
          "\xC0\xAF",
          "\xE2\x82",
          "\xED\xA0\x80",
          "\xF4\x90\x80\x80",
          "\\ud800",
          "\\udc00",
          "\\ud800\\ud800",
          "\\udc00\\ud800",
          "\\ud800x",
          "\\u12",
          "\\x41",
          "\n",
          "\x01"}) {
        expect_refusal(with_bytes(body(), good().text, bytes), {}, 400, malformed);
    }
}

TEST_P(BadBody, IsOfAMebibyteAtMost) {
    std::string padded = body();
    for (const char each : body()) {
        if (each == '#') padded += ' ';  // room for the numbers
    }
    padded.resize(body_bytes_max - 8, ' ');

    expect_success(padded, {});
    padded.resize(body_bytes_max + 1, ' ');
    expect_refusal(padded, {}, 413, malformed);
}

/// The server refuses it before it knows what the body is for, and without it the codec does.
TEST_P(BadBody, IsTooLargeForTheServer) {
    const auto& api = api_under_test::instance();
    const auto answer = api.exchange(
        {.method = std::string{to_string(GetParam().method)},
         .target = good().target,
         .fields =
             {{"Authorization", "Bearer " + api.user_token_of(api.partner())},
              {"Content-Type", "application/json"}},
         .body = body() + std::string(body_bytes_max, ' ')}
    );

    EXPECT_EQ(answer.status, 413U);
    EXPECT_EQ(code_of(answer), malformed);
}

TEST_P(BadBody, IsJsonByItsContentType) {
    for (const char* const good_type :
         {"application/json",
          "application/json; charset=utf-8",
          "APPLICATION/JSON;CHARSET=UTF-8",
          "application/json; charset=\"utf-8\"",
          "application/json;charset=us-ascii"}) {
        expect_success(body(), {{"Content-Type", good_type}});
    }
    expect_success(body(), {});
    for (const char* const bad_type :
         {"text/plain",
          "text/plain; charset=utf-8",
          "text/json",
          "application/xml",
          "application/x-www-form-urlencoded",
          "application/jsonx",
          "application/json; charset=iso-8859-1",
          "application/json; charset=utf-16",
          "*/*",
          "json"}) {
        expect_refusal(body(), {{"Content-Type", bad_type}}, 415, 2000);
    }
}

INSTANTIATE_TEST_SUITE_P(
    All,
    BadBody,
    ::testing::ValuesIn(operations_with_bodies()),
    [](const auto& of) {
        std::string name;
        bool raise = true;
        for (const char each : of.param.name) {
            if (each != '_') name += raise ? detail::to_upper(each) : each;
            raise = each == '_';
        }
        return name;
    }
);

}  // namespace
}  // namespace partner_center
