// What partnerd is asked to do and how: flags, PARTNERD_* variables and the TOML file, spelled
// alike (the knobs are in config_knobs.cpp). A flag beats the environment, which beats the file,
// which beats the default.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/switches.hpp"
#include "server/audit_command.hpp"
#include "server/directory_commands.hpp"
#include "server/identity/issuers/trusted_issuer.hpp"
#include "server/observe/log.hpp"

namespace partner_center {

struct endpoint {
    std::string host{};  ///< as given; an IPv6 address in brackets
    unsigned short port{};
};

/// How `partnerd serve` runs. Source: docs/operations.md lists the same knobs for people.
struct config {
    endpoint listen{};
    endpoint admin{};
    std::filesystem::path data{};
    std::filesystem::path database{};  ///< of --store sqlite:FILE
    bool demo{};
    unsigned threads{};
    std::filesystem::path ready_file{};  ///< empty: none
    std::string public_url{};            ///< empty: where it listens
    bool behind_proxy{};
    std::filesystem::path tls_cert{};  ///< PEM, with its chain; empty: none
    std::filesystem::path tls_key{};
    bool tls_dev{};                         ///< certificates of our own making, in DATA/tls
    std::filesystem::path tls_client_ca{};  ///< whose certificates clients must show; empty: none
    std::size_t connections_max{};
    std::vector<std::string> accepted_audiences{};  ///< of tokens for this server
    bool embedded_authority{};
    std::vector<trusted_issuer> issuers{};  ///< of the file: there is no flag for tables
    std::filesystem::path countries{};      ///< empty: those that are built in
    switches options{};
    partner_switches own_options{};  ///< of the file: there is no flag for tables
    bool access_audit{};             ///< who reads billing profiles is written down
    std::chrono::days access_audit_kept{};
    std::chrono::days audit_kept{};
    log::options logging{};
};

/// What `partnerd token` is asked for: access tokens for the demo application of a partner.
struct token_request {
    std::filesystem::path data{};
    std::string partner{};  ///< tenant id or domain; empty: the first
    std::size_t count{};    ///< of tokens, each another one
    std::string kind{"good"};
    std::string user{};         ///< principal name; empty: the kind's choice
    std::string application{};  ///< client id; empty: the partner's first
    std::string audience{};     ///< empty: the API's
    std::chrono::seconds lifetime{3599};
};

/// What `partnerd keys` is asked for: to make a new signing key, or only to list them.
struct keys_request {
    bool rotate{};
    std::filesystem::path data{};
};

/// What `partnerd seed` is asked for: invented customers of a partner of the demo data.
struct seed_request {
    std::filesystem::path data{};
    std::uint64_t customers{};
    std::uint64_t seed{};
    std::string partner{};        ///< tenant id or domain; empty: the first
    std::filesystem::path ids{};  ///< where to write their ids; empty: nowhere
};

/// What the command line says to do.
struct command {
    enum class word { serve, token, keys, seed, directory, audit, answer };
    word what{};
    config settings{};
    token_request token{};
    keys_request keys{};
    seed_request seed{};
    directory_request directory{};
    audit_request audit{};
    std::string answer{};  ///< of help, version and --print-config: for stdout
};

/// A command line, variable or file that cannot be followed; the text says which and why. Status 2.
class usage_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The value of an environment variable, if it is set.
using environment = std::function<std::optional<std::string>(const std::string&)>;

/// Reads the command line. `arguments` excludes the program's name. Throws usage_error.
[[nodiscard]] command read_command_line(
    std::span<const char* const> arguments, const environment& variables
);

}  // namespace partner_center
