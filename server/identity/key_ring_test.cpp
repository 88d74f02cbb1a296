// Tests rotations and the files they leave, whatever happens in between. Calls key_ring.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/key_ring.hpp"

#include <fstream>
#include <functional>
#include <set>
#include <sys/stat.h>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/identity/base64url.hpp"
#include "server/identity/jws.hpp"
#include "server/identity/private_file.hpp"
#include "server/identity/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

[[nodiscard]] std::string read_text(const std::filesystem::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

[[nodiscard]] std::set<std::string> names_in(const std::filesystem::path& folder) {
    std::set<std::string> names;
    for (const auto& each : std::filesystem::directory_iterator{folder}) {
        names.insert(each.path().filename());
    }
    return names;
}

[[nodiscard]] std::vector<std::string> ids_of(const key_ring& keys, system_time now) {
    std::vector<std::string> ids;
    for (const rsa_public_key* const each : keys.honoured(now)) ids.push_back(each->id());
    return ids;
}

[[nodiscard]] std::string problem_of(const std::function<void()>& work) {
    try {
        work();
        return "there was none";
    } catch (const file_error& problem) {
        return problem.what();
    }
}

class KeyRing : public ::testing::Test {
protected:
    void write_list(const std::string& text) { replace_private_file(list(), text); }
    [[nodiscard]] std::filesystem::path list() const { return retired_keys_file(folder.path()); }
    [[nodiscard]] std::filesystem::path file() const { return signing_key_file(folder.path()); }

    temporary_directory folder{};
    key_ring first{load_keys(folder.path())};
};

TEST_F(KeyRing, BeginsWithOneKey) {
    EXPECT_THAT(ids_of(first, noon), ElementsAre(first.signing.id()));
    EXPECT_THAT(
        names_in(folder.path()), ElementsAre("sealing-key", "second-factor-key", "signing-key.pem")
    );
    EXPECT_EQ(load_keys(folder.path()).signing.id(), first.signing.id());
}

TEST_F(KeyRing, SignsWithTheNewKeyAndHonoursTheOldOneUntilItsTokensHaveEnded) {
    const key_ring rotated = rotate_keys(folder.path(), noon);
    const key_ring read = load_keys(folder.path());
    const std::string old = make_jws(first.signing, "old");

    for (const key_ring* const keys : {&rotated, &read}) {
        const std::string fresh = make_jws(keys->signing, "new");
        EXPECT_NE(keys->signing.id(), first.signing.id());
        const system_time last = noon + seconds{3600 + 299};
        EXPECT_THAT(ids_of(*keys, last), ElementsAre(keys->signing.id(), first.signing.id()));
        EXPECT_EQ(open_jws(*keys, old, last), "old");
        EXPECT_EQ(open_jws(*keys, fresh, last), "new");

        const system_time end = noon + seconds{3600 + 300};
        EXPECT_THAT(ids_of(*keys, end), ElementsAre(keys->signing.id()));
        EXPECT_EQ(open_jws(*keys, old, end), std::nullopt);
        EXPECT_EQ(open_jws(*keys, fresh, end), "new");
    }
    EXPECT_EQ(read.retired.at(0).since, first.since);
    EXPECT_EQ(rotated.since, noon);
    EXPECT_EQ(open_jws(first, make_jws(read.signing, "new"), noon), std::nullopt) << "unknown id";
}

TEST_F(KeyRing, IsHonouredWholeInACopy) {
    const key_ring rotated = rotate_keys(folder.path(), noon);
    const key_ring copy = rotated.copy();

    EXPECT_EQ(ids_of(copy, noon), ids_of(rotated, noon));
    EXPECT_EQ(open_jws(copy, make_jws(first.signing, "old"), noon), "old");
    EXPECT_EQ(open_jws(copy, make_jws(copy.signing, "new"), noon), "new");
    EXPECT_EQ(copy.retired.at(0).until, rotated.retired.at(0).until);
    EXPECT_EQ(copy.sealing, rotated.sealing);
}

TEST_F(KeyRing, KeepsNothingPrivateOfARetiredKey) {
    const std::string before = read_text(file());
    static_cast<void>(rotate_keys(folder.path(), noon));

    EXPECT_THAT(
        names_in(folder.path()),
        ElementsAre("retired-keys.json", "sealing-key", "second-factor-key", "signing-key.pem")
    );
    EXPECT_NE(read_text(file()), before);
    EXPECT_THAT(read_text(list()), Not(HasSubstr("PRIVATE")));
    EXPECT_THAT(
        read_text(list()),
        HasSubstr(fmt::format(
            R"({{"keys":[{{"kid":"{}","n":"{}","e":"AQAB","since":)",
            first.signing.id(),
            first.signing.modulus()
        ))
    );
    for (const auto& each : {file(), list()}) {
        EXPECT_EQ(std::filesystem::status(each).permissions(), std::filesystem::perms{0600});
    }
}

TEST_F(KeyRing, HonoursSeveralKeysEachUntilItsOwnEnd) {
    const key_ring second = rotate_keys(folder.path(), noon);
    const key_ring third = rotate_keys(folder.path(), noon + seconds{600});
    const std::string& newest = third.signing.id();

    EXPECT_THAT(
        ids_of(load_keys(folder.path()), noon + seconds{600}),
        ElementsAre(newest, second.signing.id(), first.signing.id())
    );
    EXPECT_THAT(ids_of(third, noon + retirement), ElementsAre(newest, second.signing.id()));
    EXPECT_THAT(ids_of(third, noon + seconds{600} + retirement), ElementsAre(newest));
}

TEST_F(KeyRing, LosesNoKeyWhenManyRotateAtOnce) {
    std::vector<std::string> made(4);
    std::vector<std::thread> threads;
    for (std::string& id : made) {
        threads.emplace_back([&] { id = rotate_keys(folder.path(), noon).signing.id(); });
    }
    for (std::thread& each : threads) each.join();

    std::set<std::string> expected{made.begin(), made.end()};
    expected.insert(first.signing.id());
    const std::vector<std::string> honoured = ids_of(load_keys(folder.path()), noon);
    EXPECT_EQ(honoured.size(), 5U);
    EXPECT_EQ((std::set<std::string>{honoured.begin(), honoured.end()}), expected);
}

// The list is written, the new key is not; a draft of it is left.
TEST_F(KeyRing, GoesOnWithTheOldKeyAfterARotationThatWasKilled) {
    const std::string old_file = read_text(file());
    const std::string old_id = first.signing.id();
    static_cast<void>(rotate_keys(folder.path(), noon));
    replace_private_file(file(), old_file);
    publish_private_file(folder / "signing-key.pem.x7Gh2k", "of a key that never signed");

    const key_ring kept = load_keys(folder.path());
    EXPECT_THAT(ids_of(kept, noon), ElementsAre(old_id));
    EXPECT_EQ(open_jws(kept, make_jws(first.signing, "x"), noon + 2 * retirement), "x");

    const key_ring next = rotate_keys(folder.path(), noon + seconds{60});
    EXPECT_THAT(
        ids_of(next, noon + seconds{59} + retirement), ElementsAre(next.signing.id(), old_id)
    );
    EXPECT_THAT(
        names_in(folder.path()),
        ElementsAre("retired-keys.json", "sealing-key", "second-factor-key", "signing-key.pem")
    );
}

TEST_F(KeyRing, RemovesWhatHasEndedAndNothingElse) {
    static_cast<void>(rotate_keys(folder.path(), noon));
    const key_ring third = rotate_keys(folder.path(), noon + seconds{600});
    const std::string all = read_text(list());

    remove_ended_keys(folder.path(), noon + retirement - seconds{1});
    EXPECT_EQ(read_text(list()), all);
    {
        const folder_lock rotating = folder_lock::take(folder.path());
        remove_ended_keys(folder.path(), noon + retirement);
        EXPECT_EQ(read_text(list()), all) << "somebody rotates meanwhile";
    }
    remove_ended_keys(folder.path(), noon + retirement);
    const key_ring left = load_keys(folder.path());
    ASSERT_EQ(left.retired.size(), 1U);
    EXPECT_EQ(left.retired[0].until, noon + seconds{600} + retirement);

    remove_ended_keys(folder.path(), noon + seconds{600} + retirement);
    EXPECT_THAT(
        names_in(folder.path()), ElementsAre("sealing-key", "second-factor-key", "signing-key.pem")
    );
    remove_ended_keys(folder.path(), noon + 2 * retirement);
    EXPECT_EQ(load_keys(folder.path()).signing.id(), third.signing.id());
}

TEST_F(KeyRing, DropsWhatHasEndedWithTheNextRotation) {
    static_cast<void>(rotate_keys(folder.path(), noon));
    static_cast<void>(rotate_keys(folder.path(), noon + retirement));

    EXPECT_EQ(load_keys(folder.path()).retired.size(), 1U);
}

TEST_F(KeyRing, RefusesAListThatIsDamagedOrOfSomethingElse) {
    const std::string id = first.signing.id();
    const auto entry = [&](const std::string& kid, const std::string& n, const std::string& e) {
        return fmt::format(
            R"({{"keys":[{{"kid":"{}","n":"{}","e":"{}","since":1,"until":2}}]}})", kid, n, e
        );
    };
    const std::string good = entry(id, first.signing.modulus(), "AQAB");
    const std::vector<std::string> lists{
        "",
        "garbage",
        good.substr(0, good.size() / 2),
        R"({"keys":{}})",
        R"({"keys":[{}]})",
        entry("other", first.signing.modulus(), "AQAB"),
        entry(id, first.signing.modulus(), "Aw"),
        entry(id, first.signing.modulus(), "AQ"),
        entry(id, first.signing.modulus().substr(0, 100), "AQAB"),
        entry(id, "not base64url!", "AQAB"),
    };
    write_list(good);
    EXPECT_EQ(problem_of([&] { static_cast<void>(load_keys(folder.path())); }), "there was none");
    for (const std::string& text : lists) {
        write_list(text);
        const auto problem = problem_of([&] { static_cast<void>(load_keys(folder.path())); });
        EXPECT_THAT(problem, HasSubstr(list().string() + " is no list of retired")) << text;
        const auto rotation =
            problem_of([&] { static_cast<void>(rotate_keys(folder.path(), noon)); });
        EXPECT_EQ(rotation, problem);
        EXPECT_EQ(read_text(list()), text) << "it was overwritten";
    }

    write_list(good);
    std::filesystem::permissions(list(), std::filesystem::perms{0644});
    EXPECT_THAT(
        problem_of([&] { static_cast<void>(load_keys(folder.path())); }),
        HasSubstr("chmod 600 " + list().string())
    );
    std::filesystem::remove(list());
    std::filesystem::create_directory(list());
    EXPECT_THAT(
        problem_of([&] { static_cast<void>(load_keys(folder.path())); }),
        HasSubstr(list().string() + " is not a regular file")
    );
}

TEST_F(KeyRing, RefusesToRotateWhereThereIsNoKey) {
    const temporary_directory empty;
    const auto missing = empty / "missing";
    for (const auto& each : {empty.path(), missing}) {
        EXPECT_THAT(
            problem_of([&] { static_cast<void>(rotate_keys(each, noon)); }),
            HasSubstr(signing_key_file(each).string() + " is not there")
        );
        EXPECT_THAT(
            problem_of([&] { static_cast<void>(read_keys(each)); }), HasSubstr("is not there")
        );
    }
    EXPECT_THAT(names_in(empty.path()), ElementsAre());
}

TEST_F(KeyRing, RefusesToKeepMoreKeysThanItMay) {
    static_cast<void>(rotate_keys(folder.path(), noon));
    const std::string one = read_text(list());
    const std::string entry = one.substr(one.find('[') + 1, one.rfind(']') - one.find('[') - 1);
    std::string full = entry;
    for (std::size_t count = 1; count < retired_keys_max; ++count) full += ',' + entry;
    write_list(R"({"keys":[)" + full + "]}");
    const std::string before = read_text(file());

    const auto rotate = [&](system_time now) {
        return problem_of([&] { static_cast<void>(rotate_keys(folder.path(), now)); });
    };
    EXPECT_THAT(rotate(noon), HasSubstr("is full"));
    EXPECT_EQ(read_text(file()), before);
    EXPECT_EQ(rotate(noon + retirement), "there was none");
}

TEST(Jws, IsReadForWhoeverHasAKeyOfThatId) {
    const signing_key& key = our_key().key;
    const std::string token = make_jws(key, "payload");
    const auto read = read_jws(token);

    ASSERT_TRUE(read);
    EXPECT_EQ(read->algorithm, "RS256");
    EXPECT_EQ(read->key_id, key.id());
    EXPECT_EQ(read->signed_text, token.substr(0, token.rfind('.')));
    EXPECT_TRUE(key.verify(read->signed_text, read->signature));
    EXPECT_EQ(read->payload, to_base64url("payload"));
}

}  // namespace
}  // namespace partner_center
