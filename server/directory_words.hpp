// How the directory's words stand on the command line. Calls CLI11 and directory_commands.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "server/directory_commands.hpp"

namespace CLI {
class App;
}

namespace partner_center {

/// What is read; `request.noun` stays empty when the command line has another word.
struct directory_input {
    directory_request request{};
    std::optional<std::string> data{};
    std::optional<std::string> store{};
    std::optional<std::string> config{};
};

/// Adds the words to the command line. REQUIRES: `into` outlives its parsing.
void add_directory_words(CLI::App& app, directory_input& into);

/// What of a directory word's command line was not understood, as far as it may be repeated: a
/// secret may be among it. Nothing when it was understood, or has another word.
[[nodiscard]] std::optional<std::string> unknown_directory_flags(const CLI::App& app);

}  // namespace partner_center
