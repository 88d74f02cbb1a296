// Private files through the system's own calls: modes, fsync and link have no portable form.
// SPDX-License-Identifier: MIT
#include "server/identity/private_file.hpp"

#include <array>
#include <cerrno>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace partner_center {
namespace {

constexpr std::size_t content_bytes_max = 64 * 1024;

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

[[noreturn]] void fail(std::string_view what, const std::filesystem::path& file) {
    const std::string reason = std::generic_category().message(errno);
    throw file_error{"cannot " + std::string{what} + " " + file.string() + ": " + reason};
}

void refuse_unless_private(const descriptor& opened, const std::filesystem::path& file) {
    struct stat status {};
    if (::fstat(opened.number(), &status) != 0) fail("examine", file);
    if (!S_ISREG(status.st_mode)) throw file_error{file.string() + " is not a regular file"};
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        throw file_error{
            file.string() + " is open to other users; run: chmod 600 " + file.string()};
    }
}

void write_all(const descriptor& out, std::string_view content, const std::filesystem::path& file) {
    while (!content.empty()) {
        const auto written = ::write(out.number(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write", file);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
}

[[nodiscard]] std::filesystem::path folder_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code failed;
    std::filesystem::create_directories(folder_of(folder), failed);
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) fail("make the folder", folder);
}

void sync_folder(const std::filesystem::path& folder) {
    const descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened.is_open() || ::fsync(opened.number()) != 0) fail("sync the folder", folder);
}

/// What `write_content` writes, in a file of its own beside `file`, on disk; its name.
template <class WriteContent>
[[nodiscard]] std::string write_draft(
    const std::filesystem::path& file, WriteContent write_content
) {
    const std::filesystem::path folder = folder_of(file);
    make_folder(folder);
    std::string draft = file.string() + ".XXXXXX";
    const descriptor out{::mkostemp(draft.data(), O_CLOEXEC)};  // mode 0600
    if (!out.is_open()) fail("make a file in", folder);
    try {
        write_content(out, draft);
        if (::fsync(out.number()) != 0) fail("sync", draft);
    } catch (...) {
        ::unlink(draft.c_str());
        throw;
    }
    return draft;
}

[[nodiscard]] auto whole(std::string_view content) {
    return [content](const descriptor& out, const std::string& draft) {
        write_all(out, content, draft);
    };
}

/// The folder with this lock on it; -1 when another one has it and `how` is not to wait.
[[nodiscard]] int lock(const std::filesystem::path& folder, int how) {
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) fail("open the folder", folder);
    int failed = ::flock(opened, how);
    while (failed != 0 && errno == EINTR) failed = ::flock(opened, how);
    if (failed == 0) return opened;
    const int reason = errno;
    ::close(opened);
    errno = reason;
    if (reason != EWOULDBLOCK) fail("lock the folder", folder);
    return -1;
}

void put_in_place(const std::string& draft, const std::filesystem::path& file) {
    if (::rename(draft.c_str(), file.c_str()) != 0) {
        const int reason = errno;
        ::unlink(draft.c_str());
        errno = reason;
        fail("make", file);
    }
    sync_folder(folder_of(file));
}

}  // namespace

std::optional<std::string> read_private_file(const std::filesystem::path& file) {
    // O_NONBLOCK: a pipe of that name must be refused, not waited for.
    const descriptor opened{::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    if (!opened.is_open() && errno == ENOENT) return {};
    if (!opened.is_open()) fail("open", file);
    refuse_unless_private(opened, file);

    std::string content;
    std::array<char, 4096> block{};
    while (true) {
        const auto got = ::read(opened.number(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", file);
        if (got == 0) return content;
        content.append(block.data(), static_cast<std::size_t>(got));
        if (content.size() > content_bytes_max) {
            throw file_error{file.string() + " is too large to be a key file"};
        }
    }
}

void publish_private_file(const std::filesystem::path& file, std::string_view content) {
    const std::string draft = write_draft(file, whole(content));
    // link() fails when the name is taken, rename() would replace another process's key.
    const bool placed = ::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST;
    const int reason = errno;
    ::unlink(draft.c_str());
    errno = reason;
    if (!placed) fail("make", file);
    sync_folder(folder_of(file));
}

void replace_private_file(const std::filesystem::path& file, std::string_view content) {
    put_in_place(write_draft(file, whole(content)), file);
}

void replace_private_file(
    const std::filesystem::path& file, const std::function<std::string()>& next_piece
) {
    const auto write_pieces = [&](const descriptor& out, const std::string& draft) {
        for (std::string piece = next_piece(); !piece.empty(); piece = next_piece()) {
            write_all(out, piece, draft);
        }
    };
    put_in_place(write_draft(file, write_pieces), file);
}

folder_lock folder_lock::take(const std::filesystem::path& folder) {
    return folder_lock{lock(folder, LOCK_EX)};
}

std::optional<folder_lock> folder_lock::try_take(const std::filesystem::path& folder) {
    const int descriptor = lock(folder, LOCK_EX | LOCK_NB);
    if (descriptor < 0) return {};
    return folder_lock{descriptor};
}

folder_lock::~folder_lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}
folder_lock::folder_lock(folder_lock&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)} {}

}  // namespace partner_center
