// Kills a program that writes, at random moments, and looks at what it leaves. More kills:
// PARTNERD_KILLS=1000. Whatever prints the number of each acknowledged pair (witness.hpp) on its
// standard output can be killed here: partnerd behind a client that writes through the API, once it
// has operations that write, takes store_writer's place in `start`. Calls the store.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "store/testing.hpp"
#include "tests/faults/witness.hpp"
#include "tests/support/program.hpp"

namespace partner_center {
namespace {

using namespace testing;

[[nodiscard]] int kills() {
    const char* const text = std::getenv("PARTNERD_KILLS");
    return text == nullptr ? 20 : std::atoi(text);
}

[[nodiscard]] numbers read_lines(const std::string& text) {
    numbers out;
    std::istringstream lines{text};
    for (std::uint32_t number{}; lines >> number;) out.insert(number);
    return out;
}

[[nodiscard]] std::unique_ptr<program> start(
    const std::filesystem::path& file, std::uint32_t first, const std::filesystem::path& scratch
) {
    const std::vector<std::string> words{STORE_WRITER, file, std::to_string(first)};
    return std::make_unique<program>(words, scratch);
}

/// Waits until so much was acknowledged, then kills; what was acknowledged.
[[nodiscard]] numbers kill_after(program& writer, std::size_t bytes) {
    while (writer.output().size() < bytes) {
        if (writer.has_ended()) {
            ADD_FAILURE() << "ended by itself: " << writer.errors();
            return {};
        }
    }
    writer.signal(SIGKILL);
    EXPECT_EQ(writer.wait(), -SIGKILL);
    return read_lines(writer.output());
}

TEST(Kill, LosesNothingThatWasAcknowledged) {
    const temporary_directory directory;
    const std::filesystem::path file = directory / "partnerd.db";
    std::mt19937 random{20'261'122};
    numbers known;
    std::uint32_t first = 1;
    for (int kill = 0; kill < kills(); ++kill) {
        const auto writer = start(file, first, directory.path());
        const numbers done = kill_after(*writer, 1 + random() % 4'000);
        ASSERT_FALSE(HasFailure());
        known.insert(done.begin(), done.end());

        const sqlite_file opened{{.file = file}};  // as the next start does
        left_over left{file};
        const numbers found = left.partners();
        EXPECT_TRUE(std::ranges::includes(found, known)) << "kill " << kill;
        EXPECT_EQ(found, left.applications()) << "kill " << kill;
        EXPECT_EQ(left.integrity(), "ok") << "kill " << kill;
        ASSERT_FALSE(found.empty());
        first = *found.rbegin() + 1;
    }
}

}  // namespace
}  // namespace partner_center
