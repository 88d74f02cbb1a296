// Brings a database file to this program's schema. Calls sqlite_connection.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "embedded/sqlite_schema.hpp"
#include "store/sqlite_connection.hpp"

namespace partner_center {

/// Runs the scripts that the file has not had yet; the first script makes version 1. Safe when
/// several processes do it at once. Throws store_error when the file is of a later version than the
/// scripts.
void migrate(sqlite_connection& connection, std::span<const embedded_file> scripts);

}  // namespace partner_center
