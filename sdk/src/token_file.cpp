// Reads and writes the file through the system's own calls: modes and fsync have no portable form.
// SPDX-License-Identifier: MIT
#include "sdk/src/token_file.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include <boost/describe/class.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <partner_center/json.hpp>

namespace partner_center::detail {

/// The file's content; times are seconds since 1970.
struct token_document {
    std::string owner{};
    std::string access_token{};
    std::int64_t refresh_at{};
    std::int64_t usable_until{};
    std::string refresh_token{};
};
BOOST_DESCRIBE_STRUCT(
    token_document, (), (owner, access_token, refresh_at, usable_until, refresh_token)
)

namespace {

using std::chrono::seconds;
using time_point = std::chrono::system_clock::time_point;

constexpr std::size_t file_bytes_max = 256U << 10U;

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

[[nodiscard]] std::string last_reason() {
    return std::generic_category().message(errno);
}

[[nodiscard]] bool is_private_file(const descriptor& opened) {
    struct stat status {};
    return ::fstat(opened.number(), &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_uid == ::geteuid() && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

[[nodiscard]] std::optional<std::string> read_all(const descriptor& opened) {
    std::string content;
    std::array<char, 4096> block{};
    while (content.size() <= file_bytes_max) {
        const auto got = ::read(opened.number(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return {};
        if (got == 0) return content;
        content.append(block.data(), static_cast<std::size_t>(got));
    }
    return {};
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

/// Writes a file beside it and puts that in its place, so that whoever reads sees all or nothing.
[[nodiscard]] bool replace(const std::string& file, std::string_view content) {
    std::string draft = file + ".XXXXXX";
    const descriptor out{::mkostemp(draft.data(), O_CLOEXEC)};  // mode 0600
    if (!out.is_open()) return false;
    if (write_all(out, content) && ::rename(draft.c_str(), file.c_str()) == 0) return true;
    const int reason = errno;
    ::unlink(draft.c_str());
    errno = reason;
    return false;
}

[[nodiscard]] std::int64_t number_of(time_point when) {
    return std::chrono::floor<seconds>(when.time_since_epoch()).count();
}

}  // namespace

token_file::token_file(token_cache_options where, std::string owner)
    : where_{std::move(where)}, owner_{std::move(owner)} {}

std::optional<kept_token> token_file::read() const {
    if (where_.file.empty()) return {};
    // O_NONBLOCK: a pipe of that name must be refused, not waited for.
    const descriptor opened{::open(where_.file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    if (!opened.is_open()) {
        if (errno != ENOENT) tell("cannot be read: " + last_reason());
        return {};
    }
    if (!is_private_file(opened)) {
        tell("is not read: it is no file of yours alone (mode 0600)");
        return {};
    }
    const auto content = read_all(opened);
    auto document = from_json<token_document>(content.value_or(""), json_reading::response);
    if (!document || document->access_token.empty()) {
        tell("holds no tokens that can be read");
        return {};
    }
    if (document->owner != owner_) return {};
    return kept_token{
        .text = std::move(document->access_token),
        .refresh_at = time_point{seconds{document->refresh_at}},
        .usable_until = time_point{seconds{document->usable_until}},
        .refresh_token = std::move(document->refresh_token),
    };
}

void token_file::write(const kept_token& token) const {
    if (where_.file.empty()) return;
    const token_document document{
        .owner = owner_,
        .access_token = token.text,
        .refresh_at = number_of(token.refresh_at),
        .usable_until = number_of(token.usable_until),
        .refresh_token = token.refresh_token,
    };
    if (!replace(where_.file, to_json(document))) tell("cannot be written: " + last_reason());
}

void token_file::tell(std::string_view what) const {
    if (where_.on_problem) where_.on_problem(where_.file + ' ' + std::string{what});
}

}  // namespace partner_center::detail
