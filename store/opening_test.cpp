// Tests what an operator reads when the database cannot be opened. Calls sqlite.cpp on real files.
// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <unistd.h>

#include "embedded/sqlite_schema.hpp"
#include "store/sqlite_connection.hpp"
#include "store/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;

[[nodiscard]] std::string complaint(const sqlite_options& options) {
    try {
        const sqlite_file file{options};
        return "opened";
    } catch (const store_error& error) {
        return error.what();
    }
}
[[nodiscard]] std::string complaint(const std::filesystem::path& path) {
    return complaint(sqlite_options{.file = path});
}

void write_file(const std::filesystem::path& path, std::string_view content) {
    std::ofstream{path, std::ios::binary} << content;
    std::filesystem::permissions(path, std::filesystem::perms{0600});
}

/// A good database of several pages; its write-ahead log is merged into it.
void make_database(const std::filesystem::path& path) {
    const sqlite_file file{{.file = path}};
}

constexpr uid_t nobody_id = 65534;

/// Gives the file to who the process will be without_privilege.
void give_away(const std::filesystem::path& path) {
    if (::geteuid() == 0 && ::chown(path.c_str(), nobody_id, nobody_id) != 0) std::abort();
}

/// The permission bits bind this process, too, while it lives, when the tests run as root.
class without_privilege {
public:
    without_privilege() {
        if (user_ == 0 && ::seteuid(nobody_id) != 0)
            throw std::runtime_error{"cannot drop privileges"};
    }
    ~without_privilege() {
        if (user_ == 0 && ::seteuid(user_) != 0) std::abort();
    }
    without_privilege(const without_privilege&) = delete;
    without_privilege& operator=(const without_privilege&) = delete;

private:
    const uid_t user_{::geteuid()};
};

TEST(OpenDatabase, RefusesFileThatIsNoDatabase) {
    const temporary_directory directory;
    const auto path = directory / "partnerd.db";
    write_file(path, std::string(4096, 'x'));

    EXPECT_EQ(
        complaint(path),
        path.string() + " is not an SQLite database: name another file or move this one away"
    );
}

TEST(OpenDatabase, RefusesFileWithADamagedSchema) {
    const temporary_directory directory;
    const auto path = directory / "partnerd.db";
    make_database(path);
    {
        // The first page: behind the file's header of 100 bytes, the root of the schema.
        std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
        file.seekp(100);
        file << std::string(512, '\x55');
    }

    EXPECT_EQ(
        complaint(path),
        "the database " + path.string() +
            " is damaged (database disk image is malformed): restore it from a backup"
    );
}

TEST(OpenDatabase, RefusesFileThatWasCutShort) {
    const temporary_directory directory;
    const auto path = directory / "partnerd.db";
    make_database(path);
    std::filesystem::resize_file(path, 2 * 4096);

    EXPECT_EQ(
        complaint(path),
        "the database " + path.string() +
            " is damaged (database disk image is malformed): restore it from a backup"
    );
}

TEST(OpenDatabase, RefusesSchemaOfALaterProgram) {
    const temporary_directory directory;
    const auto path = directory / "partnerd.db";
    make_database(path);
    sqlite_connection{{.file = path}, sqlite_connection::use::writing}.run(
        "INSERT INTO schema_version VALUES (7000, '7000_future.sql', '2030-01-01T00:00:00Z')"
    );

    EXPECT_EQ(
        complaint(path),
        "the database " + path.string() +
            " has schema version 7000, this program knows versions up to " +
            std::to_string(sqlite_schema().size()) +
            ": start a newer partnerd, or restore a backup that was made before the upgrade"
    );
}

TEST(OpenDatabase, RefusesMissingDirectory) {
    const temporary_directory directory;
    const auto path = directory / "none/partnerd.db";

    EXPECT_EQ(
        complaint(path),
        "cannot create the database " + path.string() + ": the directory " +
            path.parent_path().string() + " does not exist"
    );
}

TEST(OpenDatabase, RefusesPathUnderAFile) {
    const temporary_directory directory;
    write_file(directory / "file", "");
    const auto path = directory / "file/partnerd.db";

    EXPECT_EQ(complaint(path), "cannot create the database " + path.string() + ": Not a directory");
}

TEST(OpenDatabase, RefusesDirectoryInPlaceOfTheFile) {
    const temporary_directory directory;

    EXPECT_EQ(
        complaint(directory.path()),
        "the database " + directory.path().string() +
            ": unable to open database file: Is a directory"
    );
}

TEST(OpenDatabase, RefusesDirectoryThatCannotBeWritten) {
    const temporary_directory directory;
    std::filesystem::permissions(directory.path(), std::filesystem::perms{0555});
    const auto path = directory / "partnerd.db";
    const without_privilege nobody;

    EXPECT_EQ(
        complaint(path), "cannot create the database " + path.string() + ": Permission denied"
    );
}

TEST(OpenDatabase, RefusesFileThatCannotBeWritten) {
    const temporary_directory directory;
    const auto path = directory / "partnerd.db";
    make_database(path);
    std::filesystem::permissions(directory.path(), std::filesystem::perms{0755});
    std::filesystem::permissions(path, std::filesystem::perms{0400});
    give_away(path);
    const without_privilege nobody;

    EXPECT_EQ(
        complaint(path),
        "the database " + path.string() +
            " cannot be written: check the permissions of the file and of its directory"
    );
}

TEST(OpenDatabase, RefusesFileWhoseDirectoryCannotBeWritten) {
    const temporary_directory directory;
    const auto path = directory / "partnerd.db";
    make_database(path);
    std::filesystem::permissions(path, std::filesystem::perms{0600});
    give_away(path);
    std::filesystem::permissions(directory.path(), std::filesystem::perms{0555});
    const without_privilege nobody;

    EXPECT_EQ(
        complaint(path),
        "the database " + path.string() +
            " cannot be written: check the permissions of the file and of its directory"
    );
}

TEST(OpenDatabase, RefusesPlaceWithoutWriteAheadLogging) {
    const temporary_directory directory;
    const auto path = directory / "partnerd.db";

    EXPECT_EQ(
        complaint({.file = path, .vfs = "unix-dotfile"}),
        "the database " + path.string() + " cannot use write-ahead logging in this place"
    );
}

TEST(OpenDatabase, RefusesUnknownVfs) {
    const temporary_directory directory;
    const auto path = directory / "partnerd.db";

    EXPECT_EQ(
        complaint({.file = path, .vfs = "nowhere"}),
        "the database " + path.string() + ": no such vfs: nowhere"
    );
}

}  // namespace
}  // namespace partner_center
