// Sign-in profiles: kept for their owner alone, and refused when others could read them.
// SPDX-License-Identifier: MIT
#include "cli/profile.hpp"

#include <cstdlib>
#include <fstream>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/failure.hpp"
#include "cli/private_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace partner_center::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Profile : public ::testing::Test {
protected:
    Profile() {
        ::setenv("XDG_CONFIG_HOME", (scratch_ / "config").c_str(), 1);
        ::setenv("XDG_STATE_HOME", (scratch_ / "state").c_str(), 1);
    }
    ~Profile() override {
        ::unsetenv("XDG_CONFIG_HOME");
        ::unsetenv("XDG_STATE_HOME");
    }

    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return scratch_.path() / "config/partnerctl/profiles" / (name + ".json");
    }

    testing::temporary_directory scratch_{};
};

[[nodiscard]] unsigned mode_of(const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777U;
}

[[nodiscard]] std::string refusal_of(const std::string& name) {
    try {
        return read_profile(name) ? "taken" : "absent";
    } catch (const failure& problem) {
        return problem.what();
    }
}

TEST_F(Profile, ReadsBackWhatWasWritten) {
    const profile written{
        .cloud = "china",
        .url = "http://127.0.0.1:1",
        .tenant = "t",
        .client_id = "c",
        .client_secret = "s",
    };
    write_profile("work", written);

    EXPECT_EQ(read_profile("work"), written);
    EXPECT_EQ(read_profile("home"), std::nullopt);
    EXPECT_THAT(profile_names(), ElementsAre("work"));
}

TEST_F(Profile, IsItsOwnersAlone) {
    const mode_t before = ::umask(0);
    write_profile("work", {.client_secret = "s"});
    ::umask(before);

    EXPECT_EQ(mode_of(file("work")), 0600U);
    EXPECT_EQ(mode_of(file("work").parent_path()), 0700U);
}

TEST_F(Profile, IsNotReadWhenOthersMayReadIt) {
    write_profile("work", {.client_secret = "s"});
    ::chmod(file("work").c_str(), 0640);

    EXPECT_THAT(refusal_of("work"), HasSubstr("chmod 600"));
}

TEST_F(Profile, TellsWhatToDoAboutADamagedFile) {
    write_private_file(file("work"), "{\"method\":\"magic\"}");

    EXPECT_THAT(refusal_of("work"), HasSubstr("partnerctl login --profile work"));
}

TEST_F(Profile, HasANameThatStaysInItsDirectory) {
    for (const char* name : {"", "../x", "a/b", ".hidden", "a b"}) {
        EXPECT_THROW(write_profile(name, {}), failure) << name;
    }
}

TEST_F(Profile, IsRemovedWithItsTokens) {
    write_profile("work", {});
    write_private_file(token_file("work"), "{}");

    EXPECT_TRUE(remove_profile("work"));
    EXPECT_FALSE(std::filesystem::exists(token_file("work")));
    EXPECT_FALSE(remove_profile("work"));
}

}  // namespace
}  // namespace partner_center::cli
