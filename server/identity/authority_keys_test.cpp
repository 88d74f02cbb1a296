// Tests that keys follow their files while everything runs: what signs, what is honoured, what is
// published, what is remembered. Calls authority_keys.cpp, and what has keys, on a real store.
// SPDX-License-Identifier: MIT
#include "server/identity/authority_keys.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/identity/authority/authority.hpp"
#include "server/identity/forgery_testing.hpp"
#include "server/identity/private_file.hpp"
#include "server/identity/testing.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using namespace testing;
using std::chrono::hours;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

[[nodiscard]] std::string read_text(const std::filesystem::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// A reactor with keys of its own.
class AuthorityKeys : public ::testing::Test {
protected:
    /// Good for two days, so that only its key's end can end it.
    [[nodiscard]] std::string token(const signing_key& key) {
        const app_token claims{
            .application_id = application_of(1),
            .audience = std::string{clouds::global.audience},
            .issued_at = noon,
            .lifetime = hours{48}};
        return make_app_token(key, world.policy, world.partner(1), claims);
    }
    [[nodiscard]] bool is_good(const std::string& text, system_time now) {
        return verify(verifier, text, now).has_value();
    }

    [[nodiscard]] std::string published(const std::string& path, system_time now) {
        partner_center::authority subject{
            own, world.policy, world.tenants, world.fresh.store.sign_in_proofs(), hasher};
        const std::string target = "/common" + path;
        const http::request_view request{.method = "GET", .target = target};
        http::answer answer;
        const auto route = authority::find(target);
        static_cast<void>(run(subject.respond(*route, request, answer, exchange_ids{}, now)));
        return answer.body;
    }

    [[nodiscard]] std::filesystem::path file() const { return signing_key_file(folder.path()); }
    [[nodiscard]] std::filesystem::path list() const { return retired_keys_file(folder.path()); }

    known_world world{};
    temporary_directory folder{};
    // The file is there, as when a server is not started for the first time.
    const key_ring first{load_keys(folder.path())};
    authority_keys all{folder.path()};
    reactor_keys own{all};
    token_verifier verifier{own, world.policy, world.tenants};
    secret_hasher hasher{1};
};

TEST_F(AuthorityKeys, StayWhatTheyAreWhileTheFilesDo) {
    const auto version = all.version();
    const auto ring = own.ring();

    EXPECT_THAT(all.refresh(noon).problem, IsEmpty());
    EXPECT_FALSE(own.look_again());
    EXPECT_EQ(all.version(), version);
    EXPECT_EQ(own.ring(), ring);
}

TEST_F(AuthorityKeys, FollowEachRotationOnEveryReactor) {
    reactor_keys other{all};
    const auto held = own.ring();
    for (int round = 1; round <= 3; ++round) {
        const key_ring made = rotate_keys(folder.path(), noon);

        const keys_news news = all.refresh(noon);

        EXPECT_EQ(news.signing_id, made.signing.id());
        EXPECT_THAT(news.problem, IsEmpty());
        for (reactor_keys* const each : {&own, &other}) {
            EXPECT_EQ(each->ring()->signing.id(), made.signing.id());
            EXPECT_EQ(each->ring()->honoured(noon).size(), 1U + static_cast<unsigned>(round));
            EXPECT_EQ(each->lost(), 0U);
        }
    }
    EXPECT_EQ(held->signing.id(), first.signing.id()) << "a request is under way with it";
    EXPECT_NE(own.ring(), other.ring());
}

TEST_F(AuthorityKeys, AreLookedForWhenATokenOfAnotherKeyComesFirst) {
    const std::string old = token(first.signing);
    ASSERT_TRUE(is_good(old, noon));
    const key_ring made = rotate_keys(folder.path(), noon);

    EXPECT_TRUE(is_good(token(made.signing), noon)) << "nobody has called refresh()";
    EXPECT_TRUE(is_good(old, noon));
    EXPECT_TRUE(is_good(token(first.signing), noon)) << "one that is not remembered";
    EXPECT_EQ(own.ring()->signing.id(), made.signing.id());
}

TEST_F(AuthorityKeys, RefuseTheTokensOfAKeyThatHasEnded) {
    const std::string remembered = token(first.signing);
    ASSERT_TRUE(is_good(remembered, noon));
    const key_ring made = rotate_keys(folder.path(), noon);
    const std::string fresh = token(made.signing);
    static_cast<void>(all.refresh(noon));

    const system_time last = noon + retirement - seconds{1};
    static_cast<void>(all.refresh(last));
    EXPECT_TRUE(is_good(remembered, last));
    EXPECT_TRUE(is_good(token(first.signing), last));

    const system_time end = noon + retirement;
    EXPECT_FALSE(is_good(token(first.signing), end)) << "one that is not remembered";
    EXPECT_THAT(all.refresh(end).problem, IsEmpty());
    EXPECT_FALSE(is_good(remembered, end));
    EXPECT_FALSE(std::filesystem::exists(list()));
    EXPECT_TRUE(is_good(fresh, end));
    EXPECT_EQ(own.lost(), 1U);
}

TEST_F(AuthorityKeys, AreForgottenWithTheListOfTheRetired) {
    const std::string remembered = token(first.signing);
    static_cast<void>(rotate_keys(folder.path(), noon));
    ASSERT_TRUE(is_good(remembered, noon));
    ASSERT_TRUE(verifier.known(remembered, noon));

    std::filesystem::remove(list());
    static_cast<void>(all.refresh(noon));

    EXPECT_FALSE(verifier.known(remembered, noon));
    EXPECT_FALSE(is_good(remembered, noon));
    EXPECT_EQ(verifier.cache_counts().entries, 0U);
}

TEST_F(AuthorityKeys, SealTheSameAfterARotationAndAnewWhenTheirFileIsGone) {
    const sealing_key sealing = first.sealing;
    static_cast<void>(rotate_keys(folder.path(), noon));
    EXPECT_THAT(all.refresh(noon).problem, IsEmpty());
    EXPECT_EQ(own.ring()->sealing, sealing) << "a sign-in that is under way goes on";

    std::filesystem::remove(sealing_key_file(folder.path()));
    EXPECT_THAT(all.refresh(noon).problem, IsEmpty());
    const sealing_key another = own.ring()->sealing;
    EXPECT_NE(another, sealing);
    EXPECT_EQ(load_keys(folder.path()).sealing, another);
}

TEST_F(AuthorityKeys, ArePublishedForAsLongAsTheyAreHonoured) {
    for (const std::string path : {"/discovery/keys", "/discovery/v2.0/keys"}) {
        EXPECT_THAT(published(path, noon), HasSubstr(own.ring()->signing.id()));
    }
    const key_ring made = rotate_keys(folder.path(), noon);
    static_cast<void>(all.refresh(noon));

    const auto key = [](const rsa_public_key& each) {
        return R"({"kty":"RSA","use":"sig","kid":")" + each.id() + R"(","alg":"RS256","n":")" +
               each.modulus() + R"(","e":"AQAB"})";
    };
    const std::string newest = key(made.signing.public_half());
    const std::string both = newest + ',' + key(first.signing.public_half());
    for (const std::string path : {"/discovery/keys", "/discovery/v2.0/keys"}) {
        EXPECT_EQ(published(path, noon + retirement - seconds{1}), R"({"keys":[)" + both + "]}");
        EXPECT_EQ(published(path, noon + retirement), R"({"keys":[)" + newest + "]}");
    }
}

TEST_F(AuthorityKeys, StayInPlaceWhileTheFilesAreUnusable) {
    const std::string good = read_text(file());
    const std::string still = token(first.signing);
    const auto expect_refusal = [&](const std::string& told) {
        const auto version = all.version();
        EXPECT_FALSE(own.look_again());
        const keys_news news = all.refresh(noon);
        EXPECT_THAT(news.problem, HasSubstr(told));
        EXPECT_EQ(news.signing_id, first.signing.id());
        EXPECT_EQ(all.refresh(noon).problem, news.problem) << "it is tried again";
        EXPECT_EQ(all.version(), version);
        EXPECT_TRUE(is_good(still, noon));
    };
    replace_private_file(file(), "garbage");
    expect_refusal("is not an unencrypted RSA private key");
    std::string damaged = good;
    damaged[200] = damaged[200] == 'A' ? 'B' : 'A';
    replace_private_file(file(), damaged);
    expect_refusal("is damaged");
    replace_private_file(file(), good);
    std::filesystem::permissions(file(), std::filesystem::perms{0640});
    expect_refusal("chmod 600");
    std::filesystem::remove(file());
    expect_refusal("is not there");
    EXPECT_FALSE(std::filesystem::exists(file())) << "a key was made";
    replace_private_file(file(), good);
    replace_private_file(list(), "garbage");
    expect_refusal("is no list of retired signing keys");

    std::filesystem::remove(list());
    EXPECT_THAT(all.refresh(noon).problem, IsEmpty());
    EXPECT_EQ(own.ring()->signing.id(), first.signing.id());
    EXPECT_TRUE(is_good(still, noon));
}

TEST_F(AuthorityKeys, AreCheckedAtTheStart) {
    all.check();
    std::string damaged = read_text(file());
    damaged[200] = damaged[200] == 'A' ? 'B' : 'A';
    replace_private_file(file(), damaged);

    const auto start = [&] { authority_keys{folder.path()}.check(); };
    EXPECT_THROW(start(), file_error);
}

}  // namespace
}  // namespace partner_center
