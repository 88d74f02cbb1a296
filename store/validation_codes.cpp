// The questions about validation codes. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include "store/store.hpp"

namespace partner_center {

constexpr std::string_view list_validation_codes_sql =
    "SELECT id, organization_name, creates_max, creates_left, etag FROM validation_codes"
    " WHERE partner_id = $1 ORDER BY id";

awaitable<std::vector<government_code>> store::list_validation_codes(guid partner_id) {
    const std::array<value, 1> values{partner_id};
    rows found = co_await database_->read(list_validation_codes_sql, values);
    std::vector<government_code> codes;
    for (std::size_t row = 0; row < found.size(); ++row) {
        codes.push_back(
            {.id = found.take<std::string>(row, 0),
             .organization_name = found.take<std::string>(row, 1),
             .creates_max = found.take<std::int64_t>(row, 2),
             .creates_left = found.take<std::int64_t>(row, 3),
             .etag = found.take<std::int64_t>(row, 4)}
        );
    }
    co_return codes;
}

constexpr std::string_view add_validation_code_sql =
    "INSERT INTO validation_codes"
    " (partner_id, id, organization_name, creates_max, creates_left, etag)"
    " VALUES ($1, $2, $3, $4, $5, $6)";

awaitable<bool> store::add_validation_code(guid partner_id, government_code code) {
    std::vector<statement> transaction;
    transaction.push_back(
        {.sql = add_validation_code_sql,
         .values =
             {
                 partner_id,
                 std::move(code.id),
                 std::move(code.organization_name),
                 code.creates_max,
                 code.creates_left,
                 code.etag,
             }}
    );
    const written outcome = co_await database_->write(std::move(transaction));
    co_return !outcome.refused_by;
}

}  // namespace partner_center
