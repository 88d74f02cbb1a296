// Modes and fsync have no portable form. Calls failure.hpp.
// SPDX-License-Identifier: MIT
#include "cli/private_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <sys/stat.h>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/failure.hpp"

namespace partner_center::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_bytes_max = 1U << 20U;

/// An open file; closes itself.
class descriptor {
public:
    explicit descriptor(int number) : number_{number} {}
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;

    [[nodiscard]] bool is_open() const { return number_ >= 0; }
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

[[noreturn]] void fail(const fs::path& file, std::string_view what) {
    const std::string reason = std::generic_category().message(errno);
    throw failure{exit_status::error, fmt::format("{} {}: {}", file.string(), what, reason)};
}

[[nodiscard]] bool write_all(const descriptor& out, std::string_view content) {
    while (!content.empty()) {
        const auto written = ::write(out.number(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(out.number()) == 0;
}

}  // namespace

bool make_private_directories(const fs::path& directory) {
    std::error_code absent;
    if (directory.empty() || fs::is_directory(directory, absent)) return true;
    if (!make_private_directories(directory.parent_path())) return false;
    return ::mkdir(directory.c_str(), S_IRWXU) == 0 || errno == EEXIST;
}

void write_private_file(const fs::path& file, std::string_view content) {
    if (!make_private_directories(file.parent_path())) fail(file, "cannot be written");
    std::string draft = file.string() + ".XXXXXX";
    const descriptor out{::mkostemp(draft.data(), O_CLOEXEC)};  // mode 0600
    if (!out.is_open()) fail(file, "cannot be written");
    if (write_all(out, content) && ::rename(draft.c_str(), file.c_str()) == 0) return;
    const int reason = errno;
    ::unlink(draft.c_str());
    errno = reason;
    fail(file, "cannot be written");
}

std::optional<std::string> read_private_file(const fs::path& file) {
    // O_NONBLOCK: a pipe of that name must be refused, not waited for.
    const descriptor in{::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    if (!in.is_open() && errno == ENOENT) return {};
    struct stat status {};
    if (!in.is_open() || ::fstat(in.number(), &status) != 0) fail(file, "cannot be read");
    const bool is_private = S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
                            (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    if (!is_private) {
        throw failure{
            exit_status::error,
            fmt::format("{0} is not read, for others may read it: chmod 600 {0}", file.string())};
    }
    std::string content;
    std::array<char, 4096> block{};
    for (;;) {
        const auto got = ::read(in.number(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail(file, "cannot be read");
        if (got == 0) return content;
        content.append(block.data(), static_cast<std::size_t>(got));
        if (content.size() > file_bytes_max) {
            throw failure{exit_status::error, file.string() + " is too large"};
        }
    }
}

}  // namespace partner_center::cli
