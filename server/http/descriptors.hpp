// How many connections the operating system lets us have open. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>

namespace partner_center::http {

/// The limit of open files leaves no room to serve; the text says how many it has to allow.
class descriptor_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Raises this process's limit of open files as far as it may, and returns it.
[[nodiscard]] std::size_t raise_descriptor_limit();

/// What a server may take of them.
struct connection_budget {
    std::size_t connections{};  ///< of all reactors together
    std::size_t turned_away{};  ///< at once, of one reactor
};

/// Divides the descriptors: first what files and the admin listener need, then an eighth at most
/// for connections that are turned away, then `wanted` connections or as many as are left. Throws
/// descriptor_error.
[[nodiscard]] connection_budget share_descriptors(
    std::size_t descriptors, std::size_t wanted, unsigned reactors
);

}  // namespace partner_center::http
