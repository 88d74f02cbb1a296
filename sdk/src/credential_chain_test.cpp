// Tests of several credentials as one.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include <partner_center/credential_chain.hpp>

namespace partner_center {
namespace {

enum class form { blocking, asynchronous };

/// Gives a token, or says why not, and counts how often it was asked.
class counting_credential final : public credential {
public:
    explicit counting_credential(outcome<std::string> answer) : answer_{std::move(answer)} {}
    [[nodiscard]] outcome<std::string> bearer_token() const override {
        ++asked_;
        return answer_;
    }
    [[nodiscard]] unsigned asked() const { return asked_; }

private:
    outcome<std::string> answer_;
    mutable std::atomic<unsigned> asked_{};
};

[[nodiscard]] auto giving(const std::string& token) {
    return std::make_shared<const counting_credential>(outcome<std::string>{token});
}
[[nodiscard]] auto failing(error_category category, const std::string& why) {
    return std::make_shared<const counting_credential>(error{
        .category = category, .description = why});
}

class credential_chain_test : public ::testing::TestWithParam<form> {
protected:
    [[nodiscard]] static outcome<std::string> token_of(const credential& from) {
        if (GetParam() == form::blocking) return from.bearer_token();
        std::promise<outcome<std::string>> landed;
        from.bearer_token_async([&](outcome<std::string> token) {
            landed.set_value(std::move(token));
        });
        return landed.get_future().get();
    }
};

using CredentialChain = credential_chain_test;
INSTANTIATE_TEST_SUITE_P(
    BothForms, CredentialChain, ::testing::Values(form::blocking, form::asynchronous)
);

TEST_P(CredentialChain, TakesTheFirstThatGivesATokenAndStaysWithIt) {
    const auto none = failing(error_category::bad_input, "no secret");
    const auto good = giving("t");
    const auto spare = giving("other");
    const auto chain = make_credential_chain({none, good, spare});

    EXPECT_EQ(token_of(*chain).value(), "t");
    EXPECT_EQ(token_of(*chain).value(), "t");

    EXPECT_EQ(none->asked(), 1U);
    EXPECT_EQ(good->asked(), 2U);
    EXPECT_EQ(spare->asked(), 0U);
}

TEST_P(CredentialChain, TellsAllReasonsWhenNoneGivesOne) {
    const auto chain = make_credential_chain(
        {failing(error_category::bad_input, "no secret"),
         failing(error_category::server_busy, "it is down")}
    );
    for (int each = 0; each < 2; ++each) {
        const auto token = token_of(*chain);
        ASSERT_FALSE(token);
        EXPECT_EQ(token.error().category, error_category::server_busy);
        EXPECT_EQ(token.error().description, "no credential gave a token; no secret; it is down");
    }
}

TEST_P(CredentialChain, HasNoTokenWhenItIsEmpty) {
    EXPECT_EQ(token_of(*make_credential_chain({})).error().category, error_category::unauthorized);
}

}  // namespace
}  // namespace partner_center
