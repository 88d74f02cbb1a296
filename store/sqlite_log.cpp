// The write-ahead log of a connection to an SQLite file: its place, its index, copying it into the
// file. Calls the SQLite library.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <chrono>

#include <sqlite3.h>

#include "store/sqlite_connection.hpp"

namespace partner_center {
namespace {

/// Readers keep their view of the file for a turn of their reactor.
constexpr std::chrono::milliseconds restart_patience{4};

/// How much of the log's index SQLite maps at a time.
constexpr int region_bytes = 32768;

}  // namespace

void sqlite_connection::use_write_ahead_log() {
    const auto deadline = std::chrono::steady_clock::now() + writer_patience;
    int code = SQLITE_BUSY;
    const auto first_cell = [](void* out, int, char** cells, char**) {
        *static_cast<std::string*>(out) = cells[0];
        return 0;
    };
    std::string mode;
    // Two processes that switch a new file at once would wait for each other; SQLite then tells one
    // of them at once that the file is busy, whatever the time-out says.
    while (code == SQLITE_BUSY && std::chrono::steady_clock::now() < deadline) {
        code = sqlite3_exec(handle_.get(), "PRAGMA journal_mode = WAL", first_cell, &mode, nullptr);
        if (code == SQLITE_BUSY) sqlite3_sleep(5);
    }
    check(code);
    if (mode != "wal") {
        throw store_error{
            "the database " + options_.file.string() +
            " cannot use write-ahead logging in this place"};
    }
}

/// REQUIRES: the file was opened for writing before, which gives it a log.
void sqlite_connection::find_log_index() {
    log_index_ = nullptr;
    sqlite3_file& file = database_file();
    const sqlite3_io_methods& methods = *file.pMethods;
    volatile void* index = nullptr;
    if (methods.iVersion < 2 || methods.xShmMap(&file, 0, region_bytes, 0, &index) != SQLITE_OK) {
        return;
    }
    log_index_ = static_cast<const volatile std::uint64_t*>(index);
}

/// Read as SQLite reads it: one copy, then the other, which are written the other way round; they
/// differ while somebody writes them. Whatever the database holds, an index that is being built
/// anew is zeros, and one of an empty log is the same each time, without the random words (the
/// fifth) that a log begins with: these stand for no state.
[[gnu::no_sanitize_thread]] std::optional<database_version> sqlite_connection::version() const {
    if (log_index_ == nullptr) return {};
    database_version out{};
    database_version second{};
    for (std::size_t at = 0; at < out.size(); ++at) out[at] = log_index_[at];
    std::atomic_thread_fence(std::memory_order_acquire);
    for (std::size_t at = 0; at < out.size(); ++at) second[at] = log_index_[out.size() + at];
    std::atomic_thread_fence(std::memory_order_acquire);
    if (out != second || out[1] == 0 || out[4] == 0) return {};
    return out;
}

std::filesystem::path sqlite_connection::log() const {
    return options_.file.string() + "-wal";
}

void sqlite_connection::refuse_unless_in_place() const {
    refuse_if_moved(options_.file, file_id_);
    refuse_if_moved(log(), log_id_);
}

bool sqlite_connection::is_in_place() const {
    return identity_of(options_.file) == file_id_;
}

/// SQLite syncs the file only when nothing was committed meanwhile. It is synced here in any case,
/// so that little is left to sync for begin_log_anew().
void sqlite_connection::copy_log() {
    open_anew_when_stale();
    const int code = sqlite3_wal_checkpoint_v2(
        handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr
    );
    if ((code & 0xff) == SQLITE_BUSY) return;
    check(code);
    sqlite3_file& file = database_file();
    check(file.pMethods->xSync(&file, SQLITE_SYNC_NORMAL));
}

bool sqlite_connection::begin_log_anew() {
    const auto wait = [this](std::chrono::milliseconds patience) {
        check(sqlite3_busy_timeout(handle_.get(), static_cast<int>(patience.count())));
    };
    wait(restart_patience);
    const int code = sqlite3_wal_checkpoint_v2(
        handle_.get(), nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr
    );
    wait(writer_patience);
    if ((code & 0xff) == SQLITE_BUSY) return false;
    check(code);
    return true;
}

sqlite3_file& sqlite_connection::database_file() {
    sqlite3_file* file = nullptr;
    check(sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file));
    return *file;
}

/// SQLite notes in the index of the log (-shm) how much of it was copied, and has no call to take
/// that back. It builds the index anew, with nothing copied, when both copies of its header are not
/// valid (SQLite, "WAL-mode File Format", sections 2.1 and 2.4.1); zeros are not. Until that is
/// done (it reads all of the log), readers that meet the zeros wait for it, reader_patience at
/// most.
void sqlite_connection::copy_whole_log_again() {
    constexpr std::size_t headers_bytes = 96;
    constexpr int writer_lock = 0;
    sqlite3_file& file = database_file();
    const sqlite3_io_methods& methods = *file.pMethods;
    volatile void* index = nullptr;
    check(methods.xShmMap(&file, 0, region_bytes, 0, &index));
    check(methods.xShmLock(&file, writer_lock, 1, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE));
    std::fill_n(static_cast<volatile char*>(index), headers_bytes, '\0');
    check(methods.xShmLock(&file, writer_lock, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE));
    check(
        sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_FULL, nullptr, nullptr)
    );
}

void sqlite_connection::merge_log_at_close() noexcept {
    sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

}  // namespace partner_center
