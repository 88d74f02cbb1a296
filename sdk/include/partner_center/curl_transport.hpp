// The transport that talks to a network, over libcurl (which no header of ours includes).
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <partner_center/transport.hpp>

namespace partner_center {

struct curl_options {
    /// PEM file of the authorities to trust; empty: what SSL_CERT_FILE names, else the system's.
    std::string ca_file{};
};

/// A transport that keeps connections open between exchanges, verifies TLS, follows no redirect and
/// takes proxies from the environment, though never for a loopback address.
[[nodiscard]] std::shared_ptr<const transport> make_curl_transport(curl_options options);

}  // namespace partner_center
