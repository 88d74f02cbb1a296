// Tests that the sign-in pages slow down whoever guesses, for how long, and what they say. Calls
// authority.cpp on a real store.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "server/identity/authority/browsing_testing.hpp"
#include "server/identity/test_argon2.hpp"

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Lockout : public BrowsingTest {
protected:
    [[nodiscard]] told try_password(const std::string& user, const std::string& password) {
        jar.clear();
        return send(authorize(web_request()), {{"user", user}, {"password", password}});
    }
    /// What the page says is wrong.
    [[nodiscard]] static std::string problem(const told& page) {
        return between(page.answer.body, R"(role="alert">)", "<");
    }
    [[nodiscard]] std::string fail(const std::string& user) {
        return problem(try_password(user, "wrong"));
    }
    [[nodiscard]] static std::string locked(std::chrono::seconds wait) {
        return fmt::format("Too many attempts have failed. Try again in {} seconds.", wait.count());
    }

    const std::string wrong{"The user name or the password is not right."};
};

TEST_F(Lockout, OfANameBeginsAfterFiveWrongPasswordsAndGrows) {
    for (int tried = 0; tried < 5; ++tried) EXPECT_EQ(fail(user_name), wrong);
    for (const auto lock : {30s, 60s, 120s, 240s, 480s, 900s, 900s}) {
        EXPECT_EQ(fail(user_name), locked(lock));
        now += lock - 1s;
        EXPECT_EQ(fail("User80@PARTNER.example"), locked(1s)) << "in another spelling";
        now += 1s;
        EXPECT_EQ(fail(user_name), wrong) << "one attempt, which locks again";
    }
}

TEST_F(Lockout, KeepsTheRightPasswordOutUnheardUntilTheTimeHasCome) {
    for (int tried = 0; tried < 5; ++tried) EXPECT_EQ(fail(user_name), wrong);
    forget_comparisons();

    const told early = try_password(user_name, std::string{right_secret});
    EXPECT_EQ(problem(early), locked(30s));
    EXPECT_EQ(early.outcome.error, "access_denied");
    EXPECT_EQ(early.field("Location"), "");
    EXPECT_THAT(comparisons(), IsEmpty());
    now += 30s;
    EXPECT_NE(try_password(user_name, std::string{right_secret}).given("code"), "");
    for (int tried = 0; tried < 4; ++tried) EXPECT_EQ(fail(user_name), wrong) << "counts anew";
    EXPECT_NE(try_password(user_name, std::string{right_secret}).given("code"), "");
}

TEST_F(Lockout, SaysNothingOfWhetherThereIsSuchAPerson) {
    for (const std::string name : {"nobody@partner.example", "user78@partner.example"}) {
        for (int tried = 0; tried < 5; ++tried) EXPECT_EQ(fail(name), wrong) << name;
        EXPECT_EQ(fail(name), locked(30s)) << name;
    }
    EXPECT_EQ(fail(user_name), wrong);
}

TEST_F(Lockout, CountsWrongDigitsAlthoughThePasswordIsRight) {
    now = digits_time;
    const std::string name = "user81@partner.example";
    const auto digits_page = [&] { return try_password(name, std::string{right_secret}); };
    for (int tried = 0; tried < 4; ++tried) {
        EXPECT_THAT(
            problem(send(digits_page(), {{"digits", "000000"}})), StartsWith("These digits")
        );
    }
    const told page = digits_page();
    EXPECT_THAT(problem(send(page, {{"digits", "000000"}})), StartsWith("These digits"));

    const told early = send(page, {{"digits", std::string{digits}}});
    EXPECT_EQ(problem(early), locked(30s));
    EXPECT_EQ(early.field("Location"), "");
    const parameters same_browser = jar;
    EXPECT_EQ(problem(digits_page()), locked(30s)) << "and so is the password";
    jar = same_browser;
    now += 30s;
    EXPECT_NE(send(page, {{"digits", std::string{next_digits}}}).given("code"), "");
}

TEST_F(Lockout, OfAnAddressBeginsAfterFiftyNames) {
    peer = "192.0.2.1";
    for (int tried = 0; tried < 50; ++tried) {
        EXPECT_EQ(fail(fmt::format("guess{}@partner.example", tried)), wrong);
    }
    EXPECT_EQ(problem(try_password(user_name, std::string{right_secret})), locked(30s));
    peer = "192.0.2.2";
    EXPECT_NE(try_password(user_name, std::string{right_secret}).given("code"), "");
    peer = "192.0.2.1";
    now += 30s;
    EXPECT_NE(try_password(user_name, std::string{right_secret}).given("code"), "");
}

}  // namespace
}  // namespace partner_center
