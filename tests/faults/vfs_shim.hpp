// A layer between SQLite and the disk: each call that touches a file is shown to a hook first,
// which lets it through, fails it, or says that it was done. Calls SQLite's own VFS.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include <sqlite3.h>

namespace partner_center::testing {

/// What SQLite asks of the disk. `open` means a file that SQLite may create, `grow_index` a part
/// of the shared index of the log that may have to be made.
enum class disk_operation : unsigned {
    open,
    read,
    write,
    truncate,
    sync,
    remove,
    grow_index,
    hint
};

enum class disk_file : unsigned { database, log, journal, index };

struct disk_call {
    disk_operation operation{};
    disk_file file{};
    std::string path{};
    std::span<const char> data{};  ///< of a write
    /// Of a read or write; the new size of a truncation; 1 when a removal syncs the directory.
    std::int64_t offset{};
};

/// An answer of a hook: SQLite is told that it was done, and nothing is done.
constexpr int pretend = SQLITE_DONE;

/// SQLITE_OK lets the call through; `pretend`; anything else is the error that SQLite gets. Called
/// by every thread that uses the VFS.
using disk_hook = std::function<int(const disk_call&)>;

/// Registered while it lives; must outlive its connections.
class vfs_shim {
public:
    enum class standing { by_name, for_all };

    /// `for_all` makes it the VFS of all connections that name none.
    vfs_shim(std::string name, disk_hook hook, standing registered);
    ~vfs_shim();
    vfs_shim(const vfs_shim&) = delete;
    vfs_shim& operator=(const vfs_shim&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] int ask(const disk_call& call) const { return hook_(call); }
    [[nodiscard]] sqlite3_vfs* real() const { return real_; }

private:
    std::string name_;
    disk_hook hook_;
    sqlite3_vfs* real_;
    sqlite3_vfs vfs_;
};

}  // namespace partner_center::testing
