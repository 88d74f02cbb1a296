// Any text as the file of an import: what is read without a complaint is the same when it is
// written and read again. Calls cli/transfer.
// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "cli/transfer/csv.hpp"
#include "cli/transfer/profile_rows.hpp"

namespace {

using namespace partner_center;
using namespace partner_center::cli;

void require(bool holds) {
    if (!holds) std::abort();
}

void check_csv(std::string_view text) {
    std::vector<bad_line> problems;
    const std::vector<csv_record> records = read_csv(text, problems);
    if (!problems.empty()) return;
    std::string written;
    for (const csv_record& each : records) append_csv(written, each.fields);
    const std::vector<csv_record> again = read_csv(written, problems);
    require(problems.empty() && again.size() == records.size());
    for (std::size_t at = 0; at < records.size(); ++at) {
        require(again[at].fields == records[at].fields);
    }
}

void check_rows(std::string_view text, row_format format) {
    std::vector<bad_line> problems;
    const std::vector<profile_row> rows = read_rows(text, format, problems);
    require(!rows.empty() || !problems.empty());
    if (!problems.empty()) return;
    for (const profile_row& each : rows) {
        const billing_profile filled = with_row({}, each);
        for (const row_format other : {row_format::csv, row_format::jsonl}) {
            const std::string line = line_of(each.customer_id, filled, other);
            const auto again = read_rows(header_of(other) + line, other, problems);
            require(problems.empty() && again.size() == 1);
            require(with_row({}, again.front()) == filled);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_csv(text);
    check_rows(text, row_format::csv);
    check_rows(text, row_format::jsonl);
    return 0;
}
