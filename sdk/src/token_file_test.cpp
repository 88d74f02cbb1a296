// Tests of tokens that outlive a program, in real files.
// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sdk/src/test_authority.hpp"
#include <partner_center/user_credentials.hpp>

namespace partner_center {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class token_cache_test : public tests::authority_test {
protected:
    token_cache_test() {
        std::string name = (fs::temp_directory_path() / "token-cache-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        file_ = folder_ / "tokens.json";
    }
    ~token_cache_test() override { fs::remove_all(folder_); }

    [[nodiscard]] authority_options cached() {
        authority_options chosen = options();
        chosen.cache = {.file = file_.string(), .on_problem = [this](std::string_view told) {
                            problems_.emplace_back(told);
                        }};
        return chosen;
    }
    [[nodiscard]] outcome<std::string> token_of(const std::string& client_id) {
        return application_credential{
            clouds::global,
            {.tenant = "t", .client_id = client_id, .client_secret = "s3cret"},
            cached()}
            .bearer_token();
    }
    [[nodiscard]] std::shared_ptr<const credential> of_person() {
        return make_refresh_token_credential(
            clouds::global, {.tenant = "t", .client_id = "i"}, "r0", {.authority = cached()}
        );
    }
    [[nodiscard]] std::string content() const {
        std::ifstream in{file_};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    void put(const std::string& text) const {
        std::ofstream{file_} << text;
        fs::permissions(file_, fs::perms::owner_read | fs::perms::owner_write);
    }

    fs::path folder_{};
    fs::path file_{};
    std::vector<std::string> problems_{};
};

using TokenCache = token_cache_test;

TEST_F(TokenCache, OutlivesTheProgram) {
    answer_token("t1", "");
    EXPECT_EQ(token_of("i").value(), "t1");
    EXPECT_EQ(token_of("i").value(), "t1");
    EXPECT_EQ(asked(), 1U);
    EXPECT_TRUE(problems_.empty());
}

TEST_F(TokenCache, IsForItsOwnerAlone) {
    answer_token("t1", "");
    EXPECT_TRUE(token_of("i"));
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(std::distance(fs::directory_iterator{folder_}, {}), 1);  // no draft is left
    EXPECT_EQ(content().find("s3cret"), std::string::npos);

    fs::permissions(file_, fs::perms::others_read, fs::perm_options::add);
    answer_token("t2", "");
    EXPECT_EQ(token_of("i").value(), "t2");
    ASSERT_EQ(problems_.size(), 1U);
    EXPECT_TRUE(problems_[0].starts_with(file_.string() + " is not read"));
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(TokenCache, RenewsWhatHasExpired) {
    answer_token("t1", "");
    EXPECT_TRUE(token_of("i"));
    now_ += 3300s;
    answer_token("t2", "");
    EXPECT_EQ(token_of("i").value(), "t2");
    EXPECT_EQ(token_of("i").value(), "t2");
    EXPECT_EQ(asked(), 2U);
}

TEST_F(TokenCache, IsEmptyForAnotherApplication) {
    answer_token("t1", "");
    answer_token("t2", "");
    EXPECT_EQ(token_of("i").value(), "t1");
    EXPECT_EQ(token_of("other").value(), "t2");
    EXPECT_TRUE(problems_.empty());
}

TEST_F(TokenCache, IsIgnoredWhenItIsDamaged) {
    for (const std::string damage : {"", "{", "[]", "\xff\xfe", R"({"owner":"x"})"}) {
        put(damage);
        answer_token("t1", "");
        EXPECT_EQ(token_of("i").value(), "t1") << damage;
    }
    EXPECT_EQ(problems_.size(), 5U);
    EXPECT_EQ(token_of("i").value(), "t1");  // the last one was replaced
}

TEST_F(TokenCache, GoesOnWithoutAFileThatCannotBeWritten) {
    file_ = folder_ / "missing" / "tokens.json";
    const auto credential = of_person();
    answer_token("t1", "r1");
    answer_token("t2", "r2");
    EXPECT_EQ(credential->bearer_token().value(), "t1");
    EXPECT_EQ(credential->bearer_token().value(), "t1");
    now_ += 1h;
    EXPECT_EQ(credential->bearer_token().value(), "t2");
    EXPECT_NE(body(1).find("&refresh_token=r1&"), std::string::npos);
    ASSERT_EQ(problems_.size(), 2U);
    EXPECT_TRUE(problems_[0].starts_with(file_.string() + " cannot be written: "));
}

TEST_F(TokenCache, KeepsTheRefreshToken) {
    answer_token("t1", "r1");
    EXPECT_TRUE(of_person()->bearer_token());
    now_ += 1h;
    answer_token("t2", "r2");
    EXPECT_EQ(of_person()->bearer_token().value(), "t2");
    EXPECT_NE(body(1).find("&refresh_token=r1&"), std::string::npos);
}

TEST_F(TokenCache, TakesWhatAnotherProgramHasRenewed) {
    const auto first = of_person();
    const auto second = of_person();
    answer_token("t1", "r1");
    EXPECT_EQ(first->bearer_token().value(), "t1");
    EXPECT_EQ(second->bearer_token().value(), "t1");
    now_ += 1h;
    answer_token("t2", "r2");
    EXPECT_EQ(second->bearer_token().value(), "t2");
    EXPECT_EQ(first->bearer_token().value(), "t2");
    EXPECT_EQ(asked(), 2U);
}

}  // namespace
}  // namespace partner_center
