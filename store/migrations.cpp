// Runs the embedded schema scripts, each once. Calls sqlite_connection.
// SPDX-License-Identifier: MIT
#include "store/migrations.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace partner_center {
namespace {

constexpr std::string_view find_version_table =
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'";

constexpr std::string_view create_version_table =
    "CREATE TABLE IF NOT EXISTS schema_version ("
    "version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT";

constexpr std::string_view find_version = "SELECT coalesce(max(version), 0) FROM schema_version";

constexpr std::string_view add_version =
    "INSERT INTO schema_version (version, name, applied_at)"
    " VALUES ($1, $2, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))";

[[nodiscard]] std::int64_t version_of(sqlite_connection& connection) {
    if (connection.run(find_version_table, {}).empty()) return 0;
    rows found = connection.run(find_version, {});
    return found.take<std::int64_t>(0, 0);
}

/// Runs the next script and notes it, as one transaction. An exception leaves that open: opening
/// has failed then and the connection is closed, which rolls it back.
void apply_next(sqlite_connection& connection, std::span<const embedded_file> scripts) {
    connection.run("BEGIN IMMEDIATE");
    connection.run(create_version_table);
    // Asked again under the lock: another process may have been faster.
    const std::int64_t version = version_of(connection);
    if (version < std::ssize(scripts)) {
        const embedded_file& script = scripts[static_cast<std::size_t>(version)];
        connection.run_script(script.bytes);
        const std::array<value, 2> values{version + 1, std::string{script.name}};
        static_cast<void>(connection.run(add_version, values));
    }
    connection.run("COMMIT");
}

}  // namespace

void migrate(sqlite_connection& connection, std::span<const embedded_file> scripts) {
    const std::int64_t newest = std::ssize(scripts);
    while (version_of(connection) < newest) apply_next(connection, scripts);
    const std::int64_t version = version_of(connection);
    if (version > newest) {
        throw store_error{
            "the database " + connection.file().string() + " has schema version " +
            std::to_string(version) + ", this program knows versions up to " +
            std::to_string(newest) +
            ": start a newer partnerd, or restore a backup that was made before the upgrade"};
    }
}

}  // namespace partner_center
