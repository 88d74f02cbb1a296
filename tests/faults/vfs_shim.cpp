// The shim's functions as SQLite's tables want them. Calls SQLite's own VFS.
// SPDX-License-Identifier: MIT
#include "tests/faults/vfs_shim.hpp"

#include <new>
#include <string_view>
#include <utility>

namespace partner_center::testing {
namespace {

/// Lies in the memory that SQLite gives for a file; the real file's part follows it, as aligned.
struct shim_file {
    sqlite3_file base{};
    const vfs_shim* owner{};
    disk_file kind{};
    std::string path{};

    [[nodiscard]] sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    [[nodiscard]] const sqlite3_io_methods& methods() { return *real()->pMethods; }
    [[nodiscard]] int ask(disk_operation operation, std::int64_t offset) const {
        return owner->ask({.operation = operation, .file = kind, .path = path, .offset = offset});
    }
};

[[nodiscard]] shim_file& shim(sqlite3_file* file) {
    return *reinterpret_cast<shim_file*>(file);
}

[[nodiscard]] const vfs_shim& owner_of(const sqlite3_vfs* vfs) {
    return *static_cast<const vfs_shim*>(vfs->pAppData);
}

/// Does what the hook decided.
template <class Do>
[[nodiscard]] int follow(int decision, Do let_through) {
    if (decision == SQLITE_OK) return let_through();
    return decision == pretend ? SQLITE_OK : decision;
}

[[nodiscard]] disk_file kind_of(int flags) {
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0) return disk_file::database;
    return (flags & SQLITE_OPEN_WAL) != 0 ? disk_file::log : disk_file::journal;
}

int close_file(sqlite3_file* file) {
    const int code = shim(file).methods().xClose(shim(file).real());
    shim(file).~shim_file();
    return code;
}

int read_file(sqlite3_file* file, void* out, int bytes, sqlite3_int64 offset) {
    return follow(shim(file).ask(disk_operation::read, offset), [&] {
        return shim(file).methods().xRead(shim(file).real(), out, bytes, offset);
    });
}

int write_file(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
    const disk_call call{
        .operation = disk_operation::write,
        .file = shim(file).kind,
        .path = shim(file).path,
        .data = {static_cast<const char*>(data), static_cast<std::size_t>(bytes)},
        .offset = offset};
    return follow(shim(file).owner->ask(call), [&] {
        return shim(file).methods().xWrite(shim(file).real(), data, bytes, offset);
    });
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    return follow(shim(file).ask(disk_operation::truncate, size), [&] {
        return shim(file).methods().xTruncate(shim(file).real(), size);
    });
}

int sync_file(sqlite3_file* file, int flags) {
    return follow(shim(file).ask(disk_operation::sync, 0), [&] {
        return shim(file).methods().xSync(shim(file).real(), flags);
    });
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return shim(file).methods().xFileSize(shim(file).real(), size);
}
int lock_file(sqlite3_file* file, int level) {
    return shim(file).methods().xLock(shim(file).real(), level);
}
int unlock_file(sqlite3_file* file, int level) {
    return shim(file).methods().xUnlock(shim(file).real(), level);
}
int check_lock(sqlite3_file* file, int* out) {
    return shim(file).methods().xCheckReservedLock(shim(file).real(), out);
}

int control_file(sqlite3_file* file, int operation, void* argument) {
    const bool hints = operation == SQLITE_FCNTL_SIZE_HINT;
    return follow(hints ? shim(file).ask(disk_operation::hint, 0) : SQLITE_OK, [&] {
        return shim(file).methods().xFileControl(shim(file).real(), operation, argument);
    });
}

int sector_size(sqlite3_file* file) {
    return shim(file).methods().xSectorSize(shim(file).real());
}
int characteristics(sqlite3_file* file) {
    return shim(file).methods().xDeviceCharacteristics(shim(file).real());
}

int map_index(sqlite3_file* file, int part, int bytes, int may_grow, void volatile** out) {
    const disk_call call{
        .operation = disk_operation::grow_index,
        .file = disk_file::index,
        .path = shim(file).path,
        .offset = part};
    return follow(may_grow != 0 ? shim(file).owner->ask(call) : SQLITE_OK, [&] {
        return shim(file).methods().xShmMap(shim(file).real(), part, bytes, may_grow, out);
    });
}
int lock_index(sqlite3_file* file, int first, int count, int flags) {
    return shim(file).methods().xShmLock(shim(file).real(), first, count, flags);
}
void order_index(sqlite3_file* file) {
    shim(file).methods().xShmBarrier(shim(file).real());
}
int unmap_index(sqlite3_file* file, int removes) {
    return shim(file).methods().xShmUnmap(shim(file).real(), removes);
}

/// Version 2: no memory-mapped database, so that every read and write comes by.
constexpr sqlite3_io_methods file_methods{
    2,
    close_file,
    read_file,
    write_file,
    truncate_file,
    sync_file,
    file_size,
    lock_file,
    unlock_file,
    check_lock,
    control_file,
    sector_size,
    characteristics,
    map_index,
    lock_index,
    order_index,
    unmap_index,
    nullptr,
    nullptr};

int open_file(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
    const vfs_shim& owner = owner_of(vfs);
    auto* const opened = new (file)
        shim_file{.owner = &owner, .kind = kind_of(flags), .path = name == nullptr ? "" : name};
    const bool may_create = (flags & SQLITE_OPEN_CREATE) != 0;
    int code = may_create ? opened->ask(disk_operation::open, 0) : SQLITE_OK;
    if (code == SQLITE_OK) {
        code = owner.real()->xOpen(owner.real(), name, opened->real(), flags, out);
    }
    if (code == SQLITE_OK) {
        opened->base.pMethods = &file_methods;
    } else {
        opened->~shim_file();
        file->pMethods = nullptr;  // there is nothing to close
    }
    return code;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int sync_directory) {
    const vfs_shim& owner = owner_of(vfs);
    const bool is_log = std::string_view{name}.ends_with("-wal");
    const disk_call call{
        .operation = disk_operation::remove,
        .file = is_log ? disk_file::log : disk_file::journal,
        .path = name,
        .offset = sync_directory};
    return follow(owner.ask(call), [&] {
        return owner.real()->xDelete(owner.real(), name, sync_directory);
    });
}

}  // namespace

/// What it does not replace, the real VFS's functions do, which need nothing of it.
vfs_shim::vfs_shim(std::string name, disk_hook hook, standing registered)
    : name_{std::move(name)},
      hook_{std::move(hook)},
      real_{sqlite3_vfs_find(nullptr)},
      vfs_{*real_} {
    vfs_.szOsFile = static_cast<int>(sizeof(shim_file)) + real_->szOsFile;
    vfs_.pNext = nullptr;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.xOpen = open_file;
    vfs_.xDelete = remove_file;
    sqlite3_vfs_register(&vfs_, registered == standing::for_all ? 1 : 0);
}

vfs_shim::~vfs_shim() {
    sqlite3_vfs_unregister(&vfs_);
}

}  // namespace partner_center::testing
