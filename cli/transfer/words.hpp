// What export and import are told alike. Calls cli/words.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/transfer/profile_rows.hpp"

namespace partner_center::cli {

struct transfer_words {
    std::string format{};        ///< empty: by the file's name
    std::size_t concurrency{8};  ///< calls under way at once
};

/// Adds --format and --concurrency. `into` has to outlive the verb.
void add_transfer_words(CLI::App& verb, transfer_words& into);

/// The format of that name; without a name that of the file: .jsonl and .ndjson are JSON lines,
/// everything else is CSV.
[[nodiscard]] row_format format_of(const std::string& name, const std::string& file);

}  // namespace partner_center::cli
