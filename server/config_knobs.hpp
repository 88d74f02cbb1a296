// The table of knobs: how a text becomes a part of `config`, and is printed from it. Calls nothing
// that runs.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "server/config.hpp"

namespace partner_center {

inline constexpr std::string_view default_data = "./partnerd-data";

/// A value in the making: where it came from (for messages) and its text.
struct setting {
    std::string source{};
    std::string text{};
};

/// One knob. `set` may throw usage_error; `get` prints the outcome, secrets masked.
struct knob {
    std::string_view name{};
    std::string_view default_text{};
    bool is_flag{};
    std::string_view help{};
    void (*set)(config&, const setting&){};
    std::string (*get)(const config&){};
};

[[nodiscard]] std::span<const knob> knobs();

/// Takes NAME=VALUE, a switch of the contract. Throws usage_error.
void set_switch(switches& out, const setting& value);
/// The same for one partner, who cannot have all of them.
void set_partner_switch(switches& out, const setting& value);
/// A line of TOML for each.
[[nodiscard]] std::string print_switches(const switches& in);
/// A line for each that is not as the server's.
[[nodiscard]] std::string print_own_switches(const switches& in, const switches& of_server);

/// Throws usage_error when it is no number within these bounds.
[[nodiscard]] std::uint64_t read_number(
    const setting& value, std::uint64_t least, std::uint64_t most
);

/// A text as a message may repeat it. The address of a store holds its password, and it may have
/// been given where none is expected: nothing is left of a URL but its scheme.
[[nodiscard]] std::string repeatable(std::string text);

}  // namespace partner_center
