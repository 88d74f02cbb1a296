// What may come next on a command line, and the manual: both read from the declared words. Calls
// words.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/session.hpp"

namespace partner_center::cli {

/// A word that may come next, and what it means.
struct candidate {
    std::string word{};
    std::string help{};
};

/// What may take the place of the last of `typed` (which may be empty), after the others. Asks the
/// service where an id is wanted, for at most a second and a half, and gives nothing when it
/// cannot.
[[nodiscard]] std::vector<candidate> candidates_for(
    const CLI::App& app, session& here, std::span<const std::string> typed
);

/// The words of an option's value by the name that its help gives the value: "COUNTRY" for an
/// option that is shown as COUNTRY.
[[nodiscard]] std::string value_name_of(const CLI::Option& option);

/// The manual page of the program, or of one of its commands, as mdoc(7).
[[nodiscard]] std::string manual_of(const CLI::App& app);

}  // namespace partner_center::cli
