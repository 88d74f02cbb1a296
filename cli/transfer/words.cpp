// Declares words by CLI11.
// SPDX-License-Identifier: MIT
#include "cli/transfer/words.hpp"

#include <boost/describe/enum_from_string.hpp>

#include "cli/words.hpp"

namespace partner_center::cli {

void add_transfer_words(CLI::App& verb, transfer_words& into) {
    constexpr std::size_t concurrency_max = 256;
    verb.add_option("--format", into.format, "csv or jsonl (default: by the file's name, or csv)")
        ->type_name("ROW-FORMAT")
        ->check(CLI::IsMember(*words_for("ROW-FORMAT")));
    verb.add_option("--concurrency", into.concurrency, "how many calls are under way at once")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(std::size_t{1}, concurrency_max));
}

row_format format_of(const std::string& name, const std::string& file) {
    row_format out{};
    if (!name.empty()) {
        boost::describe::enum_from_string(name.c_str(), out);
    } else if (file.ends_with(".jsonl") || file.ends_with(".ndjson")) {
        out = row_format::jsonl;
    }
    return out;
}

}  // namespace partner_center::cli
