// Secrets from a pipe and from a terminal. Calls secret_input.cpp.
// SPDX-License-Identifier: MIT
#include "server/secret_input.hpp"

#include <array>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <termios.h>
#include <unistd.h>

namespace partner_center {
namespace {

/// An open file and what was written into it.
struct pipe_of {
    explicit pipe_of(std::string_view text) {
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
        ::close(ends[1]);
    }
    ~pipe_of() { ::close(ends[0]); }
    pipe_of(const pipe_of&) = delete;
    pipe_of& operator=(const pipe_of&) = delete;

    std::array<int, 2> ends{};
};

[[nodiscard]] std::string read_from_pipe(std::string_view text) {
    const pipe_of input{text};
    return read_secret(input.ends[0], "secret");
}

/// A terminal with somebody at it who has typed already.
struct terminal {
    terminal() {
        ::grantpt(keys);
        ::unlockpt(keys);
        screen = ::open(::ptsname(keys), O_RDWR | O_NOCTTY | O_CLOEXEC);
    }
    ~terminal() {
        ::close(screen);
        ::close(keys);
    }
    terminal(const terminal&) = delete;
    terminal& operator=(const terminal&) = delete;

    [[nodiscard]] bool has_echo() const {
        termios settings{};
        ::tcgetattr(screen, &settings);
        return (settings.c_lflag & ECHO) != 0;
    }

    int keys{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
    int screen{};
};

TEST(SecretInput, IsOneLineWithoutItsEnd) {
    EXPECT_EQ(read_from_pipe("a secret\n"), "a secret");
    EXPECT_EQ(read_from_pipe("a secret\r\n"), "a secret");
    EXPECT_EQ(read_from_pipe("a secret"), "a secret");
    EXPECT_EQ(read_from_pipe(" blanks stay \n"), " blanks stay ");
    EXPECT_EQ(read_from_pipe("\n"), "");
    EXPECT_THROW(static_cast<void>(read_from_pipe("")), std::runtime_error);
    EXPECT_THROW(static_cast<void>(read_from_pipe(std::string(5000, 'x'))), std::runtime_error);
    EXPECT_THROW(static_cast<void>(read_secret(-1, "secret")), std::runtime_error);
}

/// Types when the echo is off: what was typed before is thrown away.
void type(const terminal& person, const std::string& keys) {
    while (person.has_echo()) std::this_thread::yield();
    EXPECT_EQ(::write(person.keys, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
}

TEST(SecretInput, IsTypedTwiceWithoutEchoAtATerminal) {
    const terminal person;
    std::thread typing{type, std::cref(person), "a secret\na secret\n"};
    EXPECT_EQ(read_secret(person.screen, "secret"), "a secret");
    typing.join();
    EXPECT_TRUE(person.has_echo());
}

TEST(SecretInput, IsRefusedWhenTheSecondTimeDiffers) {
    const terminal person;
    std::thread typing{type, std::cref(person), "a secret\nanother\n"};
    EXPECT_THROW(static_cast<void>(read_secret(person.screen, "secret")), std::runtime_error);
    typing.join();
}

TEST(SecretInput, GivesTheEchoBackAtControlC) {
    const terminal person;
    std::thread typing{type, std::cref(person), "half a\x03"};
    EXPECT_THROW(static_cast<void>(read_secret(person.screen, "secret")), std::runtime_error);
    typing.join();
    EXPECT_TRUE(person.has_echo());
}

}  // namespace
}  // namespace partner_center
