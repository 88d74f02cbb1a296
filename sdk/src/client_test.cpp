// Tests of the client and its call chain: what is sent, and what becomes of the answer.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <partner_center/client.hpp>
#include <partner_center/testing/fake_transport.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view customer_id = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";

class client_test : public ::testing::Test {
protected:
    client_test() { options_.transport = fake_; }

    [[nodiscard]] client make_client() const { return {clouds::global, credential_, options_}; }

    [[nodiscard]] static outcome<billing_profile> get(const client& from, std::string_view id) {
        return from.customers().by_id(id).profiles().billing().get();
    }

    void answer_profile() {
        fake_->answer(http::response{.status = 200, .body = R"({"companyName":"Tidewater"})"});
    }

    [[nodiscard]] std::string sent(std::size_t at, std::string_view name) const {
        const http::request request = fake_->requests().at(at).request;
        const http::response fields{.fields = request.fields};
        return std::string{fields.find(name).value_or("(not sent)")};
    }

    std::shared_ptr<testing::fake_transport> fake_ = std::make_shared<testing::fake_transport>();
    std::shared_ptr<const credential> credential_ =
        std::make_shared<static_credential>("t0k3n", std::chrono::system_clock::now() + 1h);
    client_options options_{};
};

using Client = client_test;

TEST_F(Client, ReadsABillingProfile) {
    fake_->answer(http::response{
        .status = 200,
        .body =
            "\xEF\xBB\xBF{\"companyName\":\"Tidewater\",\"defaultAddress\":{\"city\":\"Astoria\","
            "\"phoneNumber\":\"\"},\"attributes\":{\"etag\":\"-42\"},\"new\":[1]}",
    });

    const auto profile = get(make_client(), customer_id);

    ASSERT_TRUE(profile);
    EXPECT_EQ(profile->company_name, "Tidewater");
    EXPECT_EQ(profile->default_address->city, "Astoria");
    EXPECT_EQ(profile->default_address->phone_number, "");
    EXPECT_EQ(profile->attributes.etag, "-42");
}

TEST_F(Client, SendsExactlyThis) {
    options_.application_name = "books";
    options_.base_url = "https://pc.example/";
    answer_profile();

    const client client = make_client();
    ASSERT_TRUE(get(client, customer_id));

    const outgoing_request sent_request = fake_->requests().at(0);
    EXPECT_EQ(sent_request.base_url, "https://pc.example");
    EXPECT_EQ(sent_request.request.method, "GET");
    EXPECT_EQ(
        sent_request.request.target,
        "/v1/customers/" + std::string{customer_id} + "/profiles/billing"
    );
    EXPECT_EQ(sent_request.request.body, "");
    EXPECT_EQ(sent_request.limits.connect, 15s);
    EXPECT_EQ(sent_request.limits.total, 180s);
    EXPECT_EQ(sent_request.request.fields.size(), 9U);
    EXPECT_EQ(sent(0, "Authorization"), "Bearer t0k3n");
    EXPECT_EQ(sent(0, "Accept"), "application/json");
    EXPECT_TRUE(parse_guid(sent(0, "MS-RequestId")));
    EXPECT_TRUE(parse_guid(sent(0, "MS-CorrelationId")));
    EXPECT_EQ(sent(0, "X-Locale"), "en-US");
    EXPECT_EQ(sent(0, "MS-PartnerCenter-Client"), "Partner Center C++ SDK");
    EXPECT_NE(sent(0, "MS-SdkVersion"), "(not sent)");
    EXPECT_EQ(sent(0, "MS-PartnerCenter-Application"), "books");
    EXPECT_TRUE(sent(0, "User-Agent").starts_with("partner-center-cpp/"));
}

TEST_F(Client, UsesTheCloudsOwnAddress) {
    answer_profile();
    ASSERT_TRUE(get(client{clouds::china, credential_, options_}, customer_id));
    EXPECT_EQ(
        fake_->requests().at(0).base_url, "https://partner.partnercenterapi.microsoftonline.cn"
    );
}

TEST_F(Client, TakesAGuidAsAnId) {
    answer_profile();
    const guid id = *parse_guid("6F1C9A52-3D0E-4B7C-9C11-5A2E8D40B7F3");
    ASSERT_TRUE(make_client().customers().by_id(id).profiles().billing().get());
    EXPECT_EQ(
        fake_->requests().at(0).request.target,
        "/v1/customers/" + std::string{customer_id} + "/profiles/billing"
    );
}

TEST_F(Client, EncodesIdsThatAreNoGuids) {
    answer_profile();
    ASSERT_TRUE(get(make_client(), "a b/c?d"));
    EXPECT_EQ(
        fake_->requests().at(0).request.target, "/v1/customers/a%20b%2Fc%3Fd/profiles/billing"
    );
}

TEST_F(Client, RefusesIdsThatFormAnotherUrl) {
    for (const std::string_view id : {"", "  ", ".", ".."}) {
        const auto profile = get(make_client(), id);
        ASSERT_FALSE(profile) << id;
        EXPECT_EQ(profile.error().category, error_category::bad_input);
        EXPECT_NE(profile.error().description.find("customer_id"), std::string::npos);
    }
    EXPECT_TRUE(fake_->requests().empty());
}

TEST_F(Client, MakesARequestIdPerCallAndACorrelationIdPerClient) {
    answer_profile();
    answer_profile();
    answer_profile();
    const client client = make_client();
    ASSERT_TRUE(get(client, customer_id));
    ASSERT_TRUE(get(client, customer_id));
    ASSERT_TRUE(get(make_client(), customer_id));

    EXPECT_NE(sent(0, "MS-RequestId"), sent(1, "MS-RequestId"));
    EXPECT_EQ(sent(0, "MS-CorrelationId"), sent(1, "MS-CorrelationId"));
    EXPECT_NE(sent(0, "MS-CorrelationId"), sent(2, "MS-CorrelationId"));
}

TEST_F(Client, CarriesItsContext) {
    for (int call = 0; call < 4; ++call) answer_profile();
    const client client = make_client();
    const guid correlation_id = *parse_guid("c2b7d915-6e0a-4f3d-8a44-51f0c7e9ab36");
    const guid request_id = *parse_guid("0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14");
    const auto scoped =
        client.with({.correlation_id = correlation_id, .request_id = request_id, .locale = "de-DE"}
        );
    ASSERT_TRUE(get(scoped, customer_id));
    ASSERT_TRUE(get(scoped, customer_id));
    ASSERT_TRUE(get(client, customer_id));
    ASSERT_TRUE(get(client.with({}), customer_id));

    EXPECT_EQ(sent(0, "MS-CorrelationId"), to_string(correlation_id));
    EXPECT_EQ(sent(0, "MS-RequestId"), to_string(request_id));
    EXPECT_EQ(sent(1, "MS-RequestId"), to_string(request_id));
    EXPECT_EQ(sent(0, "X-Locale"), "de-DE");
    EXPECT_EQ(sent(2, "X-Locale"), "en-US");
    EXPECT_NE(sent(2, "MS-RequestId"), to_string(request_id));
    EXPECT_NE(sent(3, "MS-CorrelationId"), sent(2, "MS-CorrelationId"));
}

constexpr std::string_view traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST_F(Client, BelongsToTheTraceOfItsContextOrOfItsCaller) {
    for (int call = 0; call < 3; ++call) answer_profile();
    std::string current{traceparent};
    options_.traceparent = [&] { return current; };
    const client client = make_client();
    std::string other{traceparent};
    other.back() = '0';

    ASSERT_TRUE(get(client, customer_id));
    ASSERT_TRUE(get(client.with({.traceparent = other}), customer_id));
    current.clear();
    ASSERT_TRUE(get(client, customer_id));

    EXPECT_EQ(sent(0, "traceparent"), traceparent);
    EXPECT_EQ(sent(1, "traceparent"), other);
    EXPECT_EQ(sent(2, "traceparent"), "(not sent)");
}

TEST_F(Client, KeepsTheTraceOfItsCallerWhereRequestsFollowOneAnother) {
    for (int call = 0; call < 2; ++call) answer_profile();
    unsigned asked = 0;
    options_.traceparent = [&] { return asked++ == 0 ? std::string{traceparent} : ""; };

    const auto updated = make_client()
                             .customers()
                             .by_id(customer_id)
                             .profiles()
                             .billing()
                             .update_with_async({}, [](billing_profile& profile) {
                                 profile.email = "ap@tidewater.example";
                             });

    EXPECT_EQ(sent(0, "traceparent"), traceparent);
    EXPECT_EQ(sent(1, "traceparent"), traceparent);
}

TEST_F(Client, SendsNothingThatIsNoTraceparent) {
    const std::string good{traceparent};
    const std::string zeros(32, '0');
    for (const std::string& bad :
         {good + "0",
          good.substr(1) + "0",
          "01" + good.substr(2),
          "00-" + zeros + good.substr(35),
          good.substr(0, 36) + zeros.substr(16) + good.substr(52),
          "00-4BF92F3577b34da6a3ce929d0e0e4736" + good.substr(35),
          "00-" + good.substr(4, 32) + "_" + good.substr(36)}) {
        const auto profile = get(make_client().with({.traceparent = bad}), customer_id);
        ASSERT_FALSE(profile) << bad;
        EXPECT_EQ(profile.error().category, error_category::bad_input) << bad;
    }
    EXPECT_TRUE(fake_->requests().empty());
}

TEST_F(Client, FailsOnBodiesThatAreNotTheResource) {
    for (const std::string body :
         {"",
          "<html></html>",
          R"({"companyName":"Ti)",
          "[]",
          "true",
          R"({"companyName":[]})",
          "{}{}",
          "\xEF\xBB\xBF"}) {
        fake_->answer(http::response{.status = 200, .body = body});
        const auto profile = get(make_client(), customer_id);
        ASSERT_FALSE(profile) << body;
        EXPECT_EQ(profile.error().category, error_category::response_parsing) << body;
        EXPECT_EQ(profile.error().http_status, 200U) << body;
        EXPECT_FALSE(profile.error().request_id.empty()) << body;
    }
}

TEST_F(Client, FailsOnABodyThatIsCutAnywhere) {
    const std::string body =
        "\xEF\xBB\xBF{\"companyName\":\"T\\u00fcr\",\"defaultAddress\":{\"city\":null},\"links\":{"
        "\"self\":"
        "{\"uri\":\"/\",\"headers\":[{\"key\":\"a\"}]}}}";
    for (std::size_t size = 0; size < body.size(); ++size) {
        fake_->answer(http::response{.status = 200, .body = body.substr(0, size)});
        const auto profile = get(make_client(), customer_id);
        ASSERT_FALSE(profile) << size;
        EXPECT_EQ(profile.error().category, error_category::response_parsing) << size;
    }
    fake_->answer(http::response{.status = 200, .body = body});
    EXPECT_EQ(get(make_client(), customer_id).value().company_name, "T\xC3\xBCr");
}

TEST_F(Client, TakesWordsThatItDoesNotKnow) {
    fake_->answer(http::response{
        .status = 200, .body = R"({"id":"a","relationshipToPartner":"ally","new":{"x":[1]}})"});
    const auto customer = make_client().customers().by_id(customer_id).get();
    ASSERT_TRUE(customer);
    EXPECT_EQ(customer->relationship_to_partner, customer_relationship::unknown);
}

TEST_F(Client, GivesTheServicesFault) {
    fake_->answer(http::response{.status = 404, .body = R"({"code":60003,"description":"gone"})"});
    const auto profile = get(make_client(), customer_id);
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().category, error_category::not_found);
    EXPECT_EQ(profile.error().code, "60003");
    EXPECT_EQ(profile.error().request_id, sent(0, "MS-RequestId"));
    EXPECT_EQ(profile.error().correlation_id, sent(0, "MS-CorrelationId"));
}

TEST_F(Client, PassesOnThatNoAnswerCame) {
    const auto profile = get(make_client(), customer_id);
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().http_status, 0U);
    EXPECT_EQ(profile.error().correlation_id, sent(0, "MS-CorrelationId"));
}

TEST_F(Client, SendsNothingWithoutAToken) {
    credential_ = std::make_shared<static_credential>("t", std::chrono::system_clock::now() + 29s);
    const auto profile = get(make_client(), customer_id);
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().category, error_category::unauthorized);
    EXPECT_TRUE(fake_->requests().empty());
}

TEST_F(Client, SendsNoTokenOverPlainHttp) {
    options_.base_url = "http://127.0.0.1.evil.com";
    const auto profile = get(make_client(), customer_id);
    ASSERT_FALSE(profile);
    EXPECT_NE(profile.error().description.find("plain http"), std::string::npos);
    EXPECT_TRUE(fake_->requests().empty());
}

TEST_F(Client, SendsOverPlainHttpToThisMachine) {
    options_.base_url = "http://[::1]:8080";
    answer_profile();
    EXPECT_TRUE(get(make_client(), customer_id));
}

TEST_F(Client, NeedsACredential) {
    credential_ = nullptr;
    EXPECT_FALSE(get(make_client(), customer_id));
    EXPECT_TRUE(fake_->requests().empty());
}

TEST_F(Client, LetsNoHeaderBeSmuggledIn) {
    options_.application_name = "books\r\nX-Evil: 1";
    const auto profile = get(make_client(), customer_id);
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().category, error_category::bad_input);
    EXPECT_TRUE(fake_->requests().empty());
}

TEST_F(Client, MayBeGoneBeforeItsSteps) {
    answer_profile();
    const auto billing = make_client().customers().by_id(customer_id).profiles().billing();
    EXPECT_TRUE(billing.get());
}

}  // namespace
}  // namespace partner_center
