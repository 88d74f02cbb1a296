// Tests of changing a billing profile that others change too.
// SPDX-License-Identifier: MIT
#include <future>
#include <stdexcept>

#include <gtest/gtest.h>

#include "sdk/src/test_server.hpp"
#include <partner_center/client.hpp>
#include <partner_center/testing/fake_transport.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;

/// Which of the two forms is tested: they do the same.
enum class form { blocking, asynchronous };

class update_with_test : public ::testing::TestWithParam<form> {
protected:
    /// What the service has, by version.
    void answer_version(const std::string& etag, const std::string& email) {
        fake_->answer(http::response{
            .status = 200,
            .body = R"({"email":")" + email + R"(","attributes":{"etag":")" + etag +
                    R"(","objectType":"CustomerBillingProfile"}})",
        });
    }
    void answer_stale(unsigned status) {
        fake_->answer(http::response{
            .status = status, .body = R"({"code":"2055","description":"Etag did not match."})"});
    }

    [[nodiscard]] outcome<billing_profile> update(
        unsigned attempts_max, const billing_profile_change& change
    ) const {
        const client client{
            clouds::global,
            std::make_shared<static_credential>("t", std::chrono::system_clock::now() + 1h),
            {.transport = fake_}};
        const auto billing = client.customers().by_id("an id").profiles().billing();
        const conflict_policy policy{.attempts_max = attempts_max};
        if (GetParam() == form::blocking) return billing.update_with(policy, change);
        return billing.update_with_async(policy, change).get();
    }
    [[nodiscard]] std::string sent(std::size_t at) const {
        const http::request request = fake_->requests().at(at).request;
        return request.method + " " + request.target + " " + request.body;
    }
    [[nodiscard]] std::size_t asked() const { return fake_->requests().size(); }

    std::shared_ptr<testing::fake_transport> fake_ = std::make_shared<testing::fake_transport>();
};

using UpdateWith = update_with_test;
INSTANTIATE_TEST_SUITE_P(
    BothForms, UpdateWith, ::testing::Values(form::blocking, form::asynchronous)
);

TEST_P(UpdateWith, ReplacesWhatItRead) {
    answer_version("1", "a@x.example");
    answer_version("2", "b@x.example");

    const auto updated = update(1, [](billing_profile& profile) {
        EXPECT_EQ(profile.email, "a@x.example");
        profile.email = "b@x.example";
        profile.attributes.etag = "mine";  // is the service's business
    });

    EXPECT_EQ(updated.value().attributes.etag, "2");
    EXPECT_EQ(sent(0), "GET /v1/customers/an%20id/profiles/billing ");
    EXPECT_EQ(
        sent(1),
        "PUT /v1/customers/an%20id/profiles/billing "
        R"({"email":"b@x.example","attributes":{"etag":"1","objectType":"CustomerBillingProfile"}})"
    );
}

TEST_P(UpdateWith, ReadsAgainWhenSomebodyWasFaster) {
    answer_version("1", "a@x.example");
    answer_stale(400);
    answer_version("2", "b@x.example");
    answer_stale(412);
    answer_version("3", "c@x.example");
    answer_version("4", "done@x.example");

    std::vector<std::string> seen;
    const auto updated = update(3, [&](billing_profile& profile) {
        seen.push_back(*profile.email);
        profile.company_name = "Tidewater";
    });

    EXPECT_EQ(updated.value().email, "done@x.example");
    EXPECT_EQ(seen, (std::vector<std::string>{"a@x.example", "b@x.example", "c@x.example"}));
    EXPECT_NE(sent(5).find(R"("etag":"3")"), std::string::npos);
}

TEST_P(UpdateWith, EndsWithTheLastAttempt) {
    for (const std::string etag : {"1", "2", "3"}) {
        answer_version(etag, "a@x.example");
        answer_stale(400);
    }
    const auto updated = update(2, [](billing_profile& profile) { profile.email = "b@x.example"; });
    ASSERT_FALSE(updated);
    EXPECT_EQ(updated.error().code, "2055");
    EXPECT_EQ(asked(), 4U);
}

TEST_P(UpdateWith, SendsNothingWhenNothingChanged) {
    answer_version("1", "a@x.example");
    const auto same = update(3, [](billing_profile& profile) { profile.email = "a@x.example"; });
    EXPECT_EQ(same.value().attributes.etag, "1");
    EXPECT_EQ(asked(), 1U);
}

TEST_P(UpdateWith, FailsAsReadingAndReplacingDo) {
    const auto change = [](billing_profile& profile) { profile.email = "b@x.example"; };
    fake_->answer(http::response{.status = 404});
    EXPECT_EQ(update(3, change).error().category, error_category::not_found);

    answer_version("1", "a@x.example");
    fake_->answer(http::response{.status = 400, .body = R"({"code":"2000"})"});
    EXPECT_EQ(update(3, change).error().code, "2000");
    EXPECT_EQ(asked(), 3U);
}

TEST_P(UpdateWith, HandsOnWhatTheChangeThrows) {
    answer_version("1", "a@x.example");
    const auto change = [](billing_profile&) { throw std::domain_error{"no"}; };
    EXPECT_THROW(static_cast<void>(update(3, change)), std::domain_error);
}

TEST(UpdateWithAsync, IsCancelledWhenTheClientIsGone) {
    tests::crowd_server server{2, tests::json_answer("200 OK", "{}")};
    std::future<outcome<billing_profile>> later;
    {
        const client client{
            clouds::global,
            std::make_shared<static_credential>("t", std::chrono::system_clock::now() + 1h),
            {.base_url = server.url()}};
        const auto billing = client.customers().by_id("an id").profiles().billing();
        later = billing.update_with_async({}, [](billing_profile&) {});
        server.wait_for_requests(1);
    }
    EXPECT_EQ(later.get().error().category, error_category::cancelled);
}

}  // namespace
}  // namespace partner_center
