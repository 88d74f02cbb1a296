// A file that is locked, appended to and synchronized. Calls the system.
// SPDX-License-Identifier: MIT
#include "cli/transfer/receipt.hpp"

#include <array>
#include <cerrno>
#include <sys/file.h>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/failure.hpp"
#include <partner_center/json.hpp>

namespace partner_center::cli {
namespace {

[[nodiscard]] failure failed(const std::filesystem::path& file, std::string_view what) {
    return failure{
        exit_status::error,
        fmt::format(
            "{}: cannot {} the receipt: {}\n  name another place with --receipt",
            file.string(),
            what,
            std::generic_category().message(errno)
        )};
}

[[nodiscard]] std::string content_of(int descriptor) {
    std::string out;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto got =
            ::pread(descriptor, buffer.data(), buffer.size(), static_cast<off_t>(out.size()));
        if (got <= 0) return out;
        out.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

/// So that the name of a new file outlives a power cut, too.
void synchronize_directory(const std::filesystem::path& file) {
    const auto directory = std::filesystem::absolute(file).parent_path();
    const int opened = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) return;
    ::fsync(opened);
    ::close(opened);
}

}  // namespace

receipt::receipt(const std::filesystem::path& file, receipt_head head) : file_{file} {
    constexpr int flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
    descriptor_ = ::open(file.c_str(), flags, 0600);
    if (descriptor_ < 0) throw failed(file, "open");
    try {
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            throw failure{
                exit_status::error,
                file.string() + " is in use: another import works with it; wait for its end"};
        }
        read_all(std::move(head));
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

receipt::~receipt() {
    ::close(descriptor_);
}

void receipt::read_all(receipt_head head) {
    std::string text = content_of(descriptor_);
    text.resize(text.rfind('\n') + 1);
    read_lines(text);
    const bool is_new = entries_.empty();  // of an import that sent nothing, or of none
    if (is_new) {
        text.clear();
        head_ = std::move(head);
    } else if (head_.input != head.input || head_.service != head.service) {
        throw failure{
            exit_status::invalid_input,
            fmt::format(
                "{} is the receipt of another {}\n  name another place with --receipt",
                file_.string(),
                head_.input == head.input ? "service or partner" : "file, or the file has changed"
            )};
    }
    // Only now is it sure to be a receipt, whose last line may be cut off.
    if (::ftruncate(descriptor_, static_cast<off_t>(text.size())) != 0) {
        throw failed(file_, "write");
    }
    if (!is_new) return;
    append(to_json(head_) + '\n');
    synchronize_directory(file_);
}

void receipt::read_lines(std::string_view text) {
    for (std::size_t line = 1; !text.empty(); ++line) {
        const std::string_view one = text.substr(0, text.find('\n'));
        text.remove_prefix(one.size() + 1);
        const auto head = from_json<receipt_head>(one, json_reading::strict);
        const auto entry = from_json<receipt_entry>(one, json_reading::strict);
        if (line == 1 && head && !head->input.empty()) {
            head_ = *head;
        } else if (line > 1 && entry && !entry->customer_id.empty()) {
            entries_[entry->customer_id] = *entry;
        } else {
            throw failure{
                exit_status::invalid_input,
                fmt::format("{}: line {} is not that of a receipt", file_.string(), line)};
        }
    }
}

void receipt::write(const std::vector<receipt_entry>& more) {
    if (more.empty()) return;
    std::string lines;
    for (const receipt_entry& each : more) {
        append_json(lines, each);
        lines += '\n';
        entries_[each.customer_id] = each;
    }
    append(lines);
}

void receipt::append(const std::string& lines) {
    for (std::string_view rest = lines; !rest.empty();) {
        const auto written = ::write(descriptor_, rest.data(), rest.size());
        if (written < 0 && errno != EINTR) throw failed(file_, "write");
        if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fdatasync(descriptor_) != 0) throw failed(file_, "write");
}

}  // namespace partner_center::cli
