// The store itself: its connection and its health. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include "store/store.hpp"

#include <utility>

namespace partner_center {

store::store(std::unique_ptr<database> database)
    : database_{std::move(database)},
      lists_{*database_, walks_},
      audit_{*database_, walks_},
      reads_{*database_},
      directory_{*database_},
      proofs_{*database_} {}

// Reads a table, so that the file (or the server) is really asked.
constexpr std::string_view check_sql = "SELECT max(version) FROM schema_version";

awaitable<void> store::check() {
    static_cast<void>(co_await database_->read(check_sql, {}));
    std::vector<statement> nothing;
    static_cast<void>(co_await database_->write(std::move(nothing)));
}

}  // namespace partner_center
