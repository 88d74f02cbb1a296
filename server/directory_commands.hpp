// The words `partnerd partner`, `application`, `user` and `customer`: who may call, changed by an
// operator, also while a server runs on the same store. Calls the store's directory.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace partner_center {

/// What one of the words is asked for; what it does not take stays empty.
struct directory_request {
    std::string noun{};
    std::string verb{};
    std::filesystem::path data{};
    std::filesystem::path database{};
    std::string partner{};  ///< tenant id or domain
    std::string id{};       ///< of the partner, application, user or customer
    std::string name{};     ///< of a user: the principal name
    std::string domain{};
    std::string cloud{};
    std::string thumbprint{};
    std::string access{};  ///< on or off
    std::vector<std::string> redirect_uris{};
    std::vector<std::string> certificates{};  ///< PEM files
    std::vector<std::string> roles{};
    bool sandbox{};
    bool is_public{};
    bool secret_from_stdin{};
    bool totp{};
    bool off{};
};

/// An option of these words, for whoever reads the command line.
struct directory_option {
    std::string_view flag{};   ///< "--name"; a positional without the dashes
    std::string_view value{};  ///< what to put there; empty: nothing, a flag
    std::string_view help{};
    std::variant<
        std::string directory_request::*,
        std::vector<std::string> directory_request::*,
        bool directory_request::*>
        place{};
};

/// Asks for a secret by a prompt: one line of stdin, without its end.
using secret_source = std::function<std::string(std::string_view prompt)>;

class directory_desk;

/// A word: what it needs, what it takes besides (flags with blanks between them), what it does.
struct directory_word {
    std::string_view noun{};
    std::string_view verb{};
    std::string_view help{};
    std::string_view needs{};
    std::string_view takes{};
    std::string (*follow)(directory_desk&, const directory_request&){};
};

[[nodiscard]] std::span<const directory_word> directory_words();
[[nodiscard]] std::span<const directory_option> directory_options();

/// The directory does not allow it; the text says why and holds no secret. Status 1.
class directory_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Does what is asked, whole or not at all, and gives back one JSON document with an end of line:
/// the entry as it is now, or an array of entries, one a line. A secret that was made is in it,
/// this once. Makes the data directory and the store when they are missing, but not for a request
/// that is refused by itself. Throws usage_error, directory_error, store_error and file_error.
/// Blocks.
[[nodiscard]] std::string run_directory_command(
    const directory_request& request, const secret_source& read_secret
);

}  // namespace partner_center
